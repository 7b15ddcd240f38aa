// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
public import EventLoop
import Glibc
import ServiceProtocols

/// Writes functions' logs to a descriptor, the terminal say: many lines with one system call, a few milliseconds late
/// at most.
public actor ConsoleLogSink: LambdaLogSink {
    /// How lines are written.
    public enum Format: Sendable {
        /// The lines as they are; with the function's name before each when `prefixed`.
        case text(prefixed: Bool)
        /// One JSON object a line.
        case json
    }

    /// How late a line may be written.
    private static let delay = Duration.milliseconds(5)
    private static let writeSize = 32 * 1024
    /// What a pipe takes without waiting when it says that it can be written to (POSIX's PIPE_BUF).
    private static let pipePiece = 4096
    /// How long a reader that does not keep up is left alone.
    private static let patience = Duration.milliseconds(50)
    /// What is kept for a reader that does not keep up; then all of it is dropped, and that is said.
    private static let longestBacklog = 8 * 1024 * 1024

    private let loop: EventLoop
    private let descriptor: Int32
    private let format: Format
    private let pieceSize: Int
    private var pending: [UInt8] = []
    private var timer: LoopTimer?
    private var isScheduled = false

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// A sink for a descriptor, which stays open; standard error unless told otherwise.
    public init(loop: EventLoop, descriptor: Int32 = 2, format: Format = .text(prefixed: false)) {
        self.loop = loop
        self.descriptor = descriptor
        self.format = format
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        pieceSize = isFile ? .max : Self.pipePiece
    }

    /// Takes a line, on the loop.
    public nonisolated func append(_ line: LambdaLogLine) {
        loop.assumeIsolated(self, line) { $0.add($1) }
    }

    /// Writes what is there, and takes no more.
    public func close() {
        flush()
        timer?.close()
        timer = nil
    }

    private func add(_ line: LambdaLogLine) {
        switch format {
        case .text(let prefixed):
            if prefixed {
                pending.append(UInt8(ascii: "["))
                pending.append(contentsOf: line.function.utf8)
                pending.append(contentsOf: [UInt8(ascii: "]"), UInt8(ascii: " ")])
            }
            line.bytes.withUnsafeBytes { pending.append(contentsOf: $0) }
        case .json:
            pending.append(contentsOf: Self.json(line))
        }
        if pending.count >= Self.writeSize { flush() } else { schedule() }
    }

    private func schedule(after delay: Duration = ConsoleLogSink.delay) {
        guard !isScheduled else { return }
        if timer == nil { timer = try? LoopTimer(loop: loop) }
        guard let timer else { return flush() }
        isScheduled = true
        timer.start(after: delay) { self.flush() }
    }

    private func flush() {
        isScheduled = false
        var written = 0
        pending.withUnsafeBytes { bytes in
            while written < bytes.count, isWritable {
                let count = write(descriptor, bytes.baseAddress! + written, min(pieceSize, bytes.count - written))
                if count > 0 { written += count } else if errno != EINTR { break }
            }
        }
        pending.removeFirst(written)
        guard !pending.isEmpty else { return }
        if pending.count > Self.longestBacklog {
            pending = Array("martlet: \(pending.count) bytes of logs were dropped, as nobody read them\n".utf8)
        }
        schedule(after: Self.patience)
    }

    /// Whether a piece can be written without waiting: a terminal that is stopped, or a pipe that nobody reads, must
    /// not hold the loop.
    private var isWritable: Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&state, 1, 0) == 1
    }

    private static func json(_ line: LambdaLogLine) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("time", ISO8601.format(line.timestamp.milliseconds))
        json.add("function", line.function)
        json.add("version", line.version)
        json.add("stream", line.stream)
        if let requestID = line.requestID { json.add("requestId", requestID) }
        json.add("type", line.origin.rawValue)
        json.add("message", line.bytes.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) })
        return json.finish() + [10]
    }
}
