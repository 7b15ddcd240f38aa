// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import HTTPServer

/// Lines of an answer that several write to: what comes within ``delay`` goes out together.
///
/// A piece for each line would wake the reader for each, which takes longer than running a short function.
actor LineOutput {
    /// With more that waits to be sent, nothing new is begun.
    private static let highWater = 1 << 20
    /// How long a line waits for others, unless there are ``enough`` bytes.
    private static let delay = Duration.milliseconds(5)
    private static let enough = 32 << 10

    private let writer: any ResponseBodyWriter
    private let loop: EventLoop
    private var waiting: [UInt8] = []
    private var isWriting = false
    private var drainWaiter: CheckedContinuation<Void, Never>?
    /// Whether the reader has gone.
    private(set) var isBroken = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ writer: any ResponseBodyWriter, loop: EventLoop) {
        self.writer = writer
        self.loop = loop
    }

    /// Sends a line.
    ///
    /// - Returns: whether somebody still reads.
    @discardableResult
    func write(_ line: [UInt8]) async -> Bool {
        guard !isBroken else { return false }
        waiting += line
        waiting.append(UInt8(ascii: "\n"))
        guard !isWriting else { return true }
        isWriting = true
        while !waiting.isEmpty, !isBroken {
            if waiting.count < Self.enough { try? await loop.sleep(for: Self.delay) }
            let piece = Bytes(waiting)
            waiting = []
            do {
                try await writer.write(piece)
            } catch {
                isBroken = true
            }
            wake()
        }
        isWriting = false
        return !isBroken
    }

    /// Sends a line that says why no more will come.
    func write(message: String) async {
        var json = JSONObjectWriter()
        json.add("message", message)
        await write(json.finish())
    }

    /// Returns when there is room for more, or nobody reads.
    func room() async {
        await withCheckedContinuation { continuation in
            if waiting.count < Self.highWater || isBroken { continuation.resume() } else { drainWaiter = continuation }
        }
    }

    private func wake() {
        drainWaiter?.resume()
        drainWaiter = nil
    }
}
