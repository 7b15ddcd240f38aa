// SPDX-License-Identifier: Apache-2.0
public import AWSWire
import Buffers
import HTTP1
public import HTTPServer

extension HTTPResponse {
    /// The answer that AWS's wire formats give, for the server to send.
    public init(_ wire: WireResponse) {
        var headers = HTTPHeaders()
        for (name, value) in wire.headers { headers.add(name, value) }
        self.init(status: wire.status, headers: headers, body: Bytes(wire.body))
    }
}
