// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop

/// The way of a streamed result from the runtime that writes it to the caller that takes it.
///
/// It holds one piece at a time: a runtime is not read faster than its caller reads.
actor ResponseStream {
    /// What a caller learns first.
    enum Beginning {
        /// The function streams its result; the content type is the one that the runtime gave.
        case streamed(contentType: String?)
        /// The invocation is over, and nothing of its result was streamed.
        case whole(ExecutionOutcome)
    }

    private let loop: EventLoop
    private var contentType: String?
    private var hasBegun = false
    private var piece: Bytes?
    private var outcome: ExecutionOutcome?
    private var isAbandoned = false
    private var reader: UnsafeContinuation<Void, Never>?
    private var writer: UnsafeContinuation<Void, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    // MARK: The runtime's side

    /// The head of a streamed result came.
    func begin(contentType: String?) {
        self.contentType = contentType
    }

    /// Hands a piece over; returns when it was taken, or when nobody takes pieces any more.
    ///
    /// A caller that has gone does not end the invocation: what the function still writes is read and dropped
    /// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html).
    func write(_ bytes: Bytes) async {
        await withUnsafeContinuation { continuation in
            guard !isAbandoned, outcome == nil else { return continuation.resume() }
            hasBegun = true
            piece = bytes
            writer = continuation
            reader.take()?.resume()
        }
    }

    /// Nothing more will be written: the invocation has its result.
    func finish(_ outcome: ExecutionOutcome) {
        self.outcome = outcome
        reader.take()?.resume()
    }

    // MARK: The caller's side

    /// Returns when the first piece is there, or the outcome of an invocation that has streamed none.
    func beginning() async -> Beginning {
        await change()
        if hasBegun { return .streamed(contentType: contentType) }
        return .whole(outcome ?? .abandoned)
    }

    /// The next piece; nil when there are no more, and the outcome is there.
    func next() async -> Bytes? {
        await change()
        writer.take()?.resume()
        return piece.take()
    }

    /// How the invocation ended, once there are no more pieces.
    ///
    /// The payload of a result that was streamed is empty, unless it is an error's.
    var end: ExecutionOutcome { outcome ?? .abandoned }

    /// Nobody takes pieces any more.
    func abandon() {
        isAbandoned = true
        piece = nil
        writer.take()?.resume()
    }

    private func change() async {
        await withUnsafeContinuation { continuation in
            if piece != nil || outcome != nil {
                continuation.resume()
            } else {
                reader = continuation
            }
        }
    }
}

/// A caller's hold on a stream: when it is let go, whoever writes need not wait for a reader any more.
final class StreamedResult: Sendable {
    let stream: ResponseStream
    private let loop: EventLoop

    init(_ stream: ResponseStream, loop: EventLoop) {
        self.stream = stream
        self.loop = loop
    }

    deinit {
        loop.spawn { [stream] in await stream.abandon() }
    }
}
