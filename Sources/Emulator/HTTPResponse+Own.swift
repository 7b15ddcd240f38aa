// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer

// Answers of Martlet's own API.
extension HTTPResponse {
    static func json(_ body: Bytes) -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: body)
    }

    static func message(_ status: Int, _ text: String) -> HTTPResponse {
        var body = JSONObjectWriter()
        body.add("message", text)
        return HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"], body: Bytes(body.finish()))
    }

    static func lines(
        _ write: @escaping @Sendable (any ResponseBodyWriter) async throws -> Void
    ) -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: ["Content-Type": "application/x-ndjson"], stream: .stream(length: nil, write))
    }
}
