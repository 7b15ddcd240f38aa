// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import HTTP1

/// A request as a handler sees it: the head, and a body that arrives while it is read.
public struct HTTPRequest: Sendable {
    /// The method as it was sent, such as `GET` or `POST`.
    public let method: String
    /// The request target without its query, as it was sent: still percent-encoded.
    public let path: String
    /// What follows the `?`, as it was sent; nil without one.
    public let query: String?
    /// All header fields, in the order in which they were sent.
    public let headers: HTTPHeaders
    /// The address that the request came from, `127.0.0.1` say.
    public let remoteAddress: String
    /// The body; of one on a socket, little more is read than somebody takes.
    public let body: any RequestBody

    /// A request from its parts; by default from the loopback, with no query, no headers and no body.
    public init(
        method: String, path: String, query: String? = nil, headers: HTTPHeaders = [:],
        remoteAddress: String = "127.0.0.1", body: any RequestBody = Bytes()
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.remoteAddress = remoteAddress
        self.body = body
    }
}

/// The body of a request.
///
/// ``Bytes`` is one too, for requests that do not come from a socket.
public protocol RequestBody: Sendable {
    /// How long the body is, where the head told it; nil for a chunked one.
    var length: Int? { get }

    /// The whole body in memory.
    ///
    /// - Parameter limit: how many bytes are taken at most.
    /// - Throws: ``RequestBodyError``: `tooLarge` when there are more than `limit`, as soon as the head or the bytes
    ///   tell it; `truncated` when the body does not come to its end.
    func collect(limit: Int) async throws(RequestBodyError) -> Bytes

    /// The next piece as it arrives; nil at the body's end.
    ///
    /// What is not taken is not read from the socket, but for a little in advance.
    ///
    /// - Throws: `RequestBodyError.truncated` when the body does not come to its end.
    func next() async throws(RequestBodyError) -> Bytes?
}

/// Why a body did not come whole.
public enum RequestBodyError: Error, Equatable {
    /// It is longer than the handler takes.
    case tooLarge(limit: Int)
    /// The peer went away, or sent what is no body, before its end.
    case truncated
}

extension Bytes: RequestBody {
    /// The number of bytes, never nil.
    public var length: Int? { count }

    /// All of the bytes, without a copy.
    ///
    /// - Throws: `RequestBodyError.tooLarge` when there are more than `limit`.
    public func collect(limit: Int) async throws(RequestBodyError) -> Bytes {
        guard count <= limit else { throw .tooLarge(limit: limit) }
        return self
    }

    /// All of the bytes in one piece at every call, as a value remembers nothing; nil when there are none.
    ///
    /// - Throws: nothing; ``RequestBody`` allows for it.
    public func next() async throws(RequestBodyError) -> Bytes? {
        isEmpty ? nil : self
    }
}
