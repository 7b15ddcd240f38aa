// SPDX-License-Identifier: Apache-2.0
import Buffers

/// What stands before the body of a streamed response to an HTTP request: JSON, ended by eight zero bytes.
///
/// Shape: AWS's runtimes for Rust and Go (lambda_http and aws-lambda-go/events).
struct HTTPPrelude {
    static let contentType = "application/vnd.awslambda.http-integration-response"

    let status: Int
    let headers: [String: String]
    let cookies: [String]

    /// `{"statusCode":…,"headers":{…},"cookies":[…]}` and the zeros.
    var bytes: Bytes {
        var json = BytesBuilder(capacity: 256)
        json.append("{\"statusCode\":\(status),\"headers\":{")
        for (index, header) in headers.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { json.append(",") }
            json.appendJSON(header.key)
            json.append(":")
            json.appendJSON(header.value)
        }
        json.append("},\"cookies\":[")
        for (index, cookie) in cookies.enumerated() {
            if index > 0 { json.append(",") }
            json.appendJSON(cookie)
        }
        json.append("]}")
        json.append(contentsOf: [UInt8](repeating: 0, count: 8))
        return json.finish()
    }
}
