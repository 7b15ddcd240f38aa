// SPDX-License-Identifier: Apache-2.0
import Buffers

/// Requests to the Runtime API as they go over the wire.
///
/// One value's memory serves all requests.
struct RuntimeRequest {
    /// A body up to this size is copied behind its head and goes out with it in one system call.
    static let inlineBodyLimit = 16 * 1024

    private(set) var text: [UInt8] = []
    private let pathStart: String
    private let host: String

    init(address: RuntimeAPIAddress) {
        pathStart = " \(address.pathPrefix)/2018-06-01/runtime/"
        host = " HTTP/1.1\r\nHost: \(address.authority)\r\n"
        text.reserveCapacity(Self.inlineBodyLimit + 1024)
    }

    /// `GET /runtime/invocation/next`.
    mutating func writeNext() {
        begin("GET", "invocation/next")
        text.append(contentsOf: "\r\n".utf8)
    }

    /// `POST /runtime/invocation/{id}/response`.
    ///
    /// - Returns: the rest of the body, to be sent after ``text``.
    mutating func writeResponse(to requestID: String, _ body: Bytes) -> Bytes {
        begin("POST", "invocation/", requestID, "/response")
        return end(with: body)
    }

    /// `POST /runtime/invocation/{id}/error`, or `POST /runtime/init/error` without an id.
    ///
    /// - Returns: the rest of the body, to be sent after ``text``.
    mutating func writeError(to requestID: String?, _ error: FunctionError) -> Bytes {
        if let requestID {
            begin("POST", "invocation/", requestID, "/error")
        } else {
            begin("POST", "init/error")
        }
        text.append(contentsOf: "Lambda-Runtime-Function-Error-Type: \(error.headerValue)\r\n".utf8)
        return end(with: error.json)
    }

    mutating func append(_ more: String) { text.append(contentsOf: more.utf8) }

    mutating func append(_ bytes: Bytes) { bytes.withUnsafeBytes { text.append(contentsOf: $0) } }

    mutating func clear() { text.removeAll(keepingCapacity: true) }

    mutating func begin(_ method: String, _ first: String, _ second: String = "", _ third: String = "") {
        clear()
        text.append(contentsOf: method.utf8)
        text.append(contentsOf: pathStart.utf8)
        text.append(contentsOf: first.utf8)
        text.append(contentsOf: second.utf8)
        text.append(contentsOf: third.utf8)
        text.append(contentsOf: host.utf8)
    }

    private mutating func end(with body: Bytes) -> Bytes {
        text.append(contentsOf: "Content-Type: application/json\r\nContent-Length: ".utf8)
        text.append(contentsOf: String(body.count).utf8)
        text.append(contentsOf: "\r\n\r\n".utf8)
        guard body.count <= Self.inlineBodyLimit else { return body }
        body.withUnsafeBytes { text.append(contentsOf: $0) }
        return Bytes()
    }
}
