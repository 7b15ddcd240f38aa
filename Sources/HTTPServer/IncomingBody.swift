// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1

/// The part of a request's body that has arrived and was not taken yet.
struct IncomingBody: ~Copyable {
    private enum Mode {
        /// Pieces wait to be taken; more than a little stops the reading.
        case streamed
        /// All of it is wanted in one piece.
        case collected(limit: Int)
        /// None of it is wanted.
        case discarded(limit: Int)
    }

    /// Nil for a chunked body.
    let length: Int?
    var isComplete = false
    /// What came behind the last chunk.
    var trailers = HTTPHeaders()
    private var mode = Mode.streamed
    private var buffer = BytesBuilder()
    private var receivedCount = 0

    /// How much waits before the peer has to.
    ///
    /// It is little, so that most of a long body is still to come when its handler says what it wants: what is
    /// collected is then read to its final place.
    private static let highWater = 32 * 1024

    init(length: Int? = 0) {
        self.length = length
    }

    var bufferedCount: Int { buffer.count }

    var isStreamed: Bool { if case .streamed = mode { true } else { false } }

    var wantsPause: Bool { isStreamed && buffer.count >= Self.highWater }

    var isTooLong: Bool {
        switch mode {
        case .streamed: false
        case .collected(let limit), .discarded(let limit): receivedCount > limit
        }
    }

    mutating func collect(limit: Int) {
        mode = .collected(limit: limit)
        if let length, length > buffer.count { _ = buffer.unusedCapacity(minimum: length - buffer.count) }
    }

    mutating func discard(limit: Int) {
        mode = .discarded(limit: limit)
        buffer = BytesBuilder()
    }

    /// Where the next read may put its bytes without a copy; never more than the body still has.
    mutating func memoryForRead() -> UnsafeMutableRawBufferPointer? {
        guard case .collected = mode, !isComplete, let length, length > receivedCount else { return nil }
        let memory = buffer.unusedCapacity(minimum: length - receivedCount)
        return UnsafeMutableRawBufferPointer(rebasing: memory.prefix(length - receivedCount))
    }

    mutating func received(_ piece: UnsafeRawBufferPointer) {
        receivedCount += piece.count
        if case .discarded = mode { return }
        guard !isTooLong else { return }
        if piece.baseAddress == buffer.end {
            buffer.didFill(piece.count)
        } else {
            if buffer.count == 0, let length { buffer = BytesBuilder(capacity: min(length, EventLoop.readSize)) }
            buffer.append(piece)
        }
    }

    /// What has arrived; the body is empty afterwards.
    mutating func take() -> Bytes {
        guard buffer.count > 0 else { return Bytes() }
        var taken = BytesBuilder()
        swap(&taken, &buffer)
        return taken.finish()
    }
}

/// A body that arrives on a connection, as a handler sees it.
struct ConnectionBody: RequestBody {
    let connection: HTTPConnection
    let length: Int?

    func arrived(limit: Int) -> Bytes? { connection.arrivedBody(limit: limit) }

    func collect(limit: Int) async throws(RequestBodyError) -> Bytes {
        if let whole = arrived(limit: limit) { return whole }
        return try await connection.collectBody(limit: limit)
    }

    func next() async throws(RequestBodyError) -> Bytes? {
        try await connection.nextBodyPiece()
    }

    func trailers() async -> HTTPHeaders {
        await connection.bodyTrailers
    }
}
