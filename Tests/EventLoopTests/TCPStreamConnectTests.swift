// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Testing

/// Hands on the first bytes that a stream reads.
private final class FirstRead: StreamDelegate {
    private var read: ((String) -> Void)?

    init(_ read: @escaping (String) -> Void) { self.read = read }

    func streamWillRead() -> UnsafeMutableRawBufferPointer? { nil }
    func streamDidRead(_ bytes: UnsafeRawBufferPointer) { read.take()?(String(decoding: bytes, as: UTF8.self)) }
    func streamDidEnd(_ error: LoopError?) {}
    func streamDidFlush(_ error: LoopError?) {}
}

/// Connects a loop with itself.
private actor Connector {
    private let loop: EventLoop
    private var listener: TCPListener?
    private var streams: [TCPStream] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// Sends a text to itself, and returns what arrives of it.
    func send(_ text: String) async throws -> String {
        defer { close() }
        return try await withCheckedThrowingContinuation { continuation in
            let read = FirstRead { continuation.resume(returning: $0) }
            do {
                let listener = try TCPListener(loop: loop, host: "127.0.0.1", port: 0) { self.accept(read) }
                self.listener = listener
                let stream = try TCPStream(loop: loop, connectingTo: listener.port) { error in
                    if let error { continuation.resume(throwing: error) } else { self.write(text) }
                }
                streams.append(stream)
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// What comes of connecting to a port that nobody listens on; closed at once if `closing`.
    func fail(closing: Bool) async throws -> LoopError? {
        defer { close() }
        let listener = try TCPListener(loop: loop, host: "127.0.0.1", port: 0) {}
        let port = listener.port
        listener.close()
        return try await withCheckedThrowingContinuation { continuation in
            do {
                let stream = try TCPStream(loop: loop, connectingTo: port) { continuation.resume(returning: $0) }
                streams.append(stream)
                if closing { close() }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private func accept(_ delegate: FirstRead) {
        guard let stream = listener?.accept() else { return }
        stream.delegate = delegate
        stream.startReading()
        streams.append(stream)
    }

    private func write(_ text: String) {
        streams.first?.write(UnsafeRawBufferPointer(start: nil, count: 0), Bytes(text))
    }

    private func close() {
        listener?.close()
        listener = nil
        for stream in streams { stream.close() }
        streams = []
    }
}

@Suite("Connections to others", .timeLimit(.minutes(1)))
struct TCPStreamConnectTests {
    @Test("What is written once it is connected arrives")
    func arrives() async throws {
        try await withLoop { loop in
            let arrived = try await Connector(loop: loop).send("hello")
            #expect(arrived == "hello")
        }
    }

    @Test("A port that nobody listens on is an error, and a socket that is closed first too", arguments: [false, true])
    func refused(closing: Bool) async throws {
        try await withLoop { loop in
            let error = try await Connector(loop: loop).fail(closing: closing)
            #expect(error?.name == (closing ? "ECANCELED" : "ECONNREFUSED"))
        }
    }

    @Test("What is no port is refused at once", arguments: [-1, 65536])
    func noPort(port: Int) async throws {
        try await withLoop { loop in
            #expect(throws: LoopError.self) { _ = try TCPStream(loop: loop, connectingTo: port) { _ in } }
        }
    }
}
