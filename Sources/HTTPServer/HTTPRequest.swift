// SPDX-License-Identifier: Apache-2.0
public import Buffers
import EventLoop
public import HTTP1
import Locks

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
        remoteAddress: String = "127.0.0.1", body: any RequestBody = BufferedBody.empty
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.remoteAddress = remoteAddress
        self.body = body
    }

    /// A request whose body is in memory.
    public init(
        method: String, path: String, query: String? = nil, headers: HTTPHeaders = [:],
        remoteAddress: String = "127.0.0.1", body: Bytes
    ) {
        self.init(
            method: method, path: path, query: query, headers: headers, remoteAddress: remoteAddress,
            body: BufferedBody(body))
    }
}

/// The body of a request: ``BufferedBody``, or one that arrives on a connection.
public protocol RequestBody: Sendable {
    /// How long the body is, where the head told it; nil for a chunked one.
    var length: Int? { get }

    /// The whole body, where it is in memory already and no longer than the limit; nil where ``collect(limit:)`` has
    /// to be asked for it. Small bodies come with their heads: who looks here first spares most requests a wait.
    func arrived(limit: Int) -> Bytes?

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

    /// The fields that came behind a chunked body (RFC 9112, section 7.1.2); none before its end.
    func trailers() async -> HTTPHeaders
}

extension RequestBody {
    /// Nil: nothing is known of what has arrived.
    public func arrived(limit: Int) -> Bytes? { nil }

    /// None: only a body on a connection has trailers.
    public func trailers() async -> HTTPHeaders { HTTPHeaders() }
}

/// Why a body did not come whole.
public enum RequestBodyError: Error, Equatable {
    /// It is longer than the handler takes.
    case tooLarge(limit: Int)
    /// The peer went away, or sent what is no body, before its end.
    case truncated
}

/// A body that is in memory as a whole.
public final class BufferedBody: RequestBody {
    /// The body of a request that has none.
    public static let empty = BufferedBody(Bytes())

    private let bytes: Bytes
    // A body may be read in another task than the one it came to.
    private let isTaken = Locked(false)

    /// A body of these bytes.
    public init(_ bytes: Bytes) {
        self.bytes = bytes
    }

    /// The number of bytes, never nil.
    public var length: Int? { bytes.count }

    /// All of the bytes, without a copy; nil when there are more than `limit`.
    public func arrived(limit: Int) -> Bytes? { bytes.count <= limit ? bytes : nil }

    /// All of the bytes, without a copy.
    ///
    /// - Throws: `RequestBodyError.tooLarge` when there are more than `limit`.
    public func collect(limit: Int) async throws(RequestBodyError) -> Bytes {
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }

    /// All of the bytes in one piece, once.
    ///
    /// - Throws: nothing; ``RequestBody`` allows for it.
    public func next() async throws(RequestBodyError) -> Bytes? {
        let wasTaken = isTaken.withLock { taken in
            defer { taken = true }
            return taken
        }
        return wasTaken || bytes.isEmpty ? nil : bytes
    }
}
