// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import HTTP1

/// An answer: status, headers and a body.
///
/// The server adds `Content-Length` or `Transfer-Encoding`, `Date` and `Connection`.
public struct HTTPResponse: Sendable {
    /// The status code; its reason phrase is ``HTTPStatus``'s.
    public var status: Int
    /// The fields to send, without those that the server adds.
    public var headers: HTTPHeaders
    /// What follows the head; it is not sent in the answer to a HEAD.
    public var body: Body

    /// Where the bytes of a body come from.
    public enum Body: Sendable {
        /// A body in memory, which is sent with its length.
        case bytes(Bytes)
        /// A body that is written piece by piece: with a length it is sent plain, without one chunked.
        ///
        /// When the function throws, or writes fewer bytes than the length, the connection is closed.
        case stream(length: Int?, @Sendable (any ResponseBodyWriter) async throws -> Void)
    }

    /// An answer with a body in memory, empty by default.
    public init(status: Int, headers: HTTPHeaders = [:], body: Bytes = Bytes()) {
        self.init(status: status, headers: headers, stream: .bytes(body))
    }

    /// An answer with any kind of body.
    public init(status: Int, headers: HTTPHeaders = [:], stream: Body) {
        self.status = status
        self.headers = headers
        self.body = stream
    }
}

/// Where a streamed body is written to.
public protocol ResponseBodyWriter: Sendable {
    /// Sends bytes; returns when the socket can take more.
    ///
    /// - Throws: when the peer has gone away, or for more bytes than the length that was announced; the body should
    ///   then give up, which closes the connection.
    func write(_ bytes: Bytes) async throws
}

/// What answers requests.
///
/// It is called on the server's loop, and never fails: an error is a response too.
public protocol HTTPHandler: Sendable {
    /// Answers a request, whose body it may leave unread.
    func respond(to request: HTTPRequest) async -> HTTPResponse
}
