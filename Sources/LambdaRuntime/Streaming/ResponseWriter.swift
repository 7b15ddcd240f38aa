// SPDX-License-Identifier: Apache-2.0
public import Buffers
import Locks

/// Where a response goes that is written in pieces.
protocol ResponseSink {
    /// The response begins; `first` is sent along if it is not empty.
    func beginResponse(to requestID: String, contentType: String, first: Bytes) throws(RuntimeAPIError)

    /// Sends one piece, which is not empty.
    func writeResponse(_ piece: Bytes) throws(RuntimeAPIError)
}

/// Writes the response of one invocation, piece by piece.
///
/// A piece is on its way when ``write(_:)-(Bytes)`` returns. The first one begins the response as bytes of no special
/// type, unless one of the `begin` methods was called before.
///
/// Safety: `@unchecked Sendable` because `sink` and `state` are touched only while `lock` is held, and the loop that
/// lends the sink leaves it alone until ``finish()``.
public final class ResponseWriter: @unchecked Sendable {
    /// What bytes are of which nobody has said what they are.
    static let defaultContentType = "application/octet-stream"

    enum State {
        case notBegun
        case open
        /// The handler has returned.
        case finished
        case failed(RuntimeAPIError)
    }

    private let lock = Locked(())
    private let sink: any ResponseSink
    private let requestID: String
    private var state = State.notBegun

    init(to requestID: String, _ sink: any ResponseSink) {
        self.requestID = requestID
        self.sink = sink
    }

    /// Begins the response with the type of its bytes, which a function URL tells its caller.
    ///
    /// - Throws: ``ResponseWriterError`` when the response has begun already, or when the text can be no type.
    public func begin(contentType: String) async throws {
        guard contentType.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ResponseWriterError.invalidContentType
        }
        try lock.withLock { _ in try begin(contentType, first: Bytes()) }
    }

    /// Begins the response to an HTTP request that came by a function URL.
    ///
    /// - Parameters:
    ///   - status: from 200 to 599.
    ///   - headers: the fields of the response; without a `content-type` it is `application/octet-stream`.
    ///   - cookies: the values of its `set-cookie` fields.
    /// - Throws: ``ResponseWriterError`` when the response has begun already.
    public func begin(status: Int, headers: [String: String] = [:], cookies: [String] = []) async throws {
        let prelude = HTTPPrelude(status: status, headers: headers, cookies: cookies)
        try lock.withLock { _ in try begin(HTTPPrelude.contentType, first: prelude.bytes) }
    }

    /// Writes a piece; it waits while the caller takes bytes more slowly than they are written.
    ///
    /// - Throws: ``ResponseWriterError`` when the response is over, or when Lambda takes no more of it.
    public func write(_ piece: Bytes) async throws {
        guard !piece.isEmpty else { return }
        try lock.withLock { _ in
            if case .notBegun = state { return try begin(Self.defaultContentType, first: piece) }
            guard case .open = state else { throw ResponseWriterError.closed }
            try attempt { () throws(RuntimeAPIError) in try sink.writeResponse(piece) }
        }
    }

    /// Writes a text in UTF-8.
    ///
    /// - Throws: as for bytes.
    public func write(_ text: String) async throws { try await write(Bytes(text)) }

    /// The handler has returned or thrown.
    ///
    /// - Returns: how far the response has come.
    func finish() -> State {
        lock.withLock { _ in
            defer { state = .finished }
            return state
        }
    }

    private func begin(_ contentType: String, first: Bytes) throws(ResponseWriterError) {
        guard case .notBegun = state else { throw .begun }
        state = .open
        try attempt { () throws(RuntimeAPIError) in
            try sink.beginResponse(to: requestID, contentType: contentType, first: first)
        }
    }

    private func attempt(_ body: () throws(RuntimeAPIError) -> Void) throws(ResponseWriterError) {
        do throws(RuntimeAPIError) {
            try body()
        } catch {
            state = .failed(error)
            throw .closed
        }
    }
}

/// Why a piece of a response was not written.
public enum ResponseWriterError: LambdaErrorConvertible, Equatable {
    /// The response has begun, so that nothing can be said of it any more.
    case begun
    /// The response is over: its handler has returned, or Lambda takes no more of it.
    case closed
    /// A content type with a line break or another control character.
    case invalidContentType

    /// `Runtime.ResponseBegun`, `Runtime.ResponseClosed`, `Runtime.InvalidContentType`.
    public var lambdaErrorType: String {
        switch self {
        case .begun: "Runtime.ResponseBegun"
        case .closed: "Runtime.ResponseClosed"
        case .invalidContentType: "Runtime.InvalidContentType"
        }
    }

    /// What went wrong, in a sentence.
    public var lambdaErrorMessage: String {
        switch self {
        case .begun: "The response has begun already: say what it is before the first write"
        case .closed: "The response is over: nothing more can be written"
        case .invalidContentType: "A content type has no control characters"
        }
    }
}
