// SPDX-License-Identifier: Apache-2.0

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

    /// The target up to its query.
    public var path: String { questionMark.map { String(target[..<$0]) } ?? target }

    /// The target after its `?`.
    public var query: String? {
        questionMark.map { String(target[target.utf8.index(after: $0)...]) }
    }

    // Among bytes, not characters: both are asked for with every request.
    private var questionMark: String.Index? { target.utf8.firstIndex(of: UInt8(ascii: "?")) }
}
