// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import HTTP1

/// An answer: status, headers and a body.
///
/// The server adds `Content-Length` or `Transfer-Encoding`, `Date` and `Connection`.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: HTTPHeaders
    public var body: Body

    public enum Body: Sendable {
        case bytes(Bytes)
        /// A body that is written piece by piece: with a length it is sent plain, without one chunked.
        case stream(length: Int?, @Sendable (any ResponseBodyWriter) async throws -> Void)
    }

    public init(status: Int, headers: HTTPHeaders = [:], body: Bytes = Bytes()) {
        self.init(status: status, headers: headers, stream: .bytes(body))
    }

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
    /// - Throws: when the peer has gone away.
    func write(_ bytes: Bytes) async throws
}

/// What answers requests.
///
/// It is called on the server's loop, and never fails: an error is a response too.
public protocol HTTPHandler: Sendable {
    func respond(to request: HTTPRequest) async -> HTTPResponse
}
