// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What stands before a body: of a request or of a response.
public struct HTTPHead: Sendable {
    /// `GET`, …; empty in a response.
    public var method: String
    /// The request target as it was sent, `/a%20b?c=d`; empty in a response.
    public var target: String
    /// 0 in a request.
    public var status: Int
    /// All fields as they were sent, those of the framing (`Content-Length`, `Transfer-Encoding`) among them.
    public var headers: HTTPHeaders
    /// The body's length where the head tells it: nil for a chunked body, and for a response that ends with its
    /// connection.
    public var contentLength: Int?
    /// Whether the connection stays open after this message.
    public var keepAlive: Bool

    /// A head as a test or a server makes it; by default nothing in it, on a connection that stays open.
    public init(
        method: String = "", target: String = "", status: Int = 0, headers: HTTPHeaders = [:],
        contentLength: Int? = nil, keepAlive: Bool = true
    ) {
        self.method = method
        self.target = target
        self.status = status
        self.headers = headers
        self.contentLength = contentLength
        self.keepAlive = keepAlive
    }

    /// The target up to its `?`, and what follows that; nil where there is none.
    public var pathAndQuery: (path: String, query: String?) {
        // Among bytes, not characters: it is asked for with every request.
        var target = target
        let position = target.withUTF8 { bytes -> Int? in
            guard let start = bytes.baseAddress, let mark = memchr(start, Int32(UInt8(ascii: "?")), bytes.count)
            else { return nil }
            return UnsafeRawPointer(mark) - UnsafeRawPointer(start)
        }
        guard let position else { return (target, nil) }
        let mark = target.utf8.index(target.startIndex, offsetBy: position)
        return (String(target[..<mark]), String(target[target.utf8.index(after: mark)...]))
    }
}
