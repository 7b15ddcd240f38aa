// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTP1

extension HTTPResponse {
    /// A body that is written piece by piece.
    struct StreamedBody {
        let length: Int?
        let produce: @Sendable (any ResponseBodyWriter) async throws -> Void
    }

    /// What follows the head at once.
    func bufferedBody(to request: HTTPHead) -> Bytes {
        guard case .bytes(let bytes) = body, hasBody(request) else { return Bytes() }
        return bytes
    }

    /// What is written after the head; nil where that is all.
    func streamedBody(to request: HTTPHead) -> StreamedBody? {
        guard case .stream(let length, let produce) = body, hasBody(request) else { return nil }
        return StreamedBody(length: length, produce: produce)
    }

    private func hasBody(_ request: HTTPHead) -> Bool {
        request.method != "HEAD" && !HTTPStatus.hasNoBody(status)
    }
}

extension [UInt8] {
    /// Writes the head of a response as it goes on the wire.
    mutating func appendHead(of response: HTTPResponse, keepAlive: Bool) {
        append("HTTP/1.1 ")
        append(decimal: response.status)
        append(UInt8(ascii: " "))
        append(HTTPStatus.reason(response.status))
        append("\r\n")
        response.headers.withWireText { append(contentsOf: $0) }
        appendFraming(of: response)
        append("Date: ")
        append(contentsOf: HTTPDate.current)
        append(keepAlive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n")
    }

    private mutating func appendFraming(of response: HTTPResponse) {
        guard !HTTPStatus.hasNoBody(response.status) else { return }
        switch response.body {
        case .bytes(let body) where body.isEmpty && response.headers.contains("content-length"):
            // The answer to a HEAD tells the length of a body that it does not have.
            break
        case .bytes(let body):
            append("Content-Length: ")
            append(decimal: body.count)
            append("\r\n")
        case .stream(let length?, _):
            append("Content-Length: ")
            append(decimal: length)
            append("\r\n")
        case .stream(nil, _):
            append("Transfer-Encoding: chunked\r\n")
        }
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    mutating func append(decimal number: Int) {
        guard number >= 10 else {
            append(UInt8(ascii: "0") + UInt8(Swift.max(0, number)))
            return
        }
        append(decimal: number / 10)
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
