// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop

/// The TCP connection to one subscriber, opened when there is something to send and again when it broke.
///
/// Confined to the loop.
final class TelemetryConnection: StreamDelegate {
    private let loop: EventLoop
    private let port: Int
    private var stream: TCPStream?
    private var waiting: CheckedContinuation<Void, any Error>?

    init(loop: EventLoop, port: Int) {
        self.loop = loop
        self.port = port
    }

    /// Returns when the kernel has taken all of the bytes.
    ///
    /// - Throws: ``LoopError`` when the subscriber does not listen or has closed the connection.
    func send(_ bytes: Bytes) async throws {
        if stream == nil { try await connect() }
        try await withCheckedThrowingContinuation { continuation in
            waiting = continuation
            let isTaken = stream?.write(UnsafeRawBufferPointer(start: nil, count: 0), bytes) ?? false
            if isTaken { resume(nil) }
        }
    }

    private func connect() async throws {
        try await withCheckedThrowingContinuation { continuation in
            waiting = continuation
            do {
                let stream = try TCPStream(loop: loop, connectingTo: port) { self.connected($0) }
                stream.delegate = self
                self.stream = stream
            } catch {
                resume(error)
            }
        }
    }

    private func connected(_ error: LoopError?) {
        if error == nil { stream?.startReading() } else { closeStream() }
        resume(error)
    }

    /// Ends the connection; whoever waits hears that it is over.
    func close() {
        closeStream()
        resume(CancellationError())
    }

    private func closeStream() {
        stream?.close()
        stream = nil
    }

    private func resume(_ error: (any Error)?) {
        guard let waiting = waiting.take() else { return }
        if let error { waiting.resume(throwing: error) } else { waiting.resume() }
    }

    // MARK: StreamDelegate

    func streamWillRead() -> UnsafeMutableRawBufferPointer? { nil }

    func streamDidRead(_ bytes: UnsafeRawBufferPointer) {}

    func streamDidEnd(_ error: LoopError?) {
        closeStream()
        resume(error ?? CancellationError())
    }

    func streamDidFlush(_ error: LoopError?) {
        if error != nil { closeStream() }
        resume(error)
    }
}
