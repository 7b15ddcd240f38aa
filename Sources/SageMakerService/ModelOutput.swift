// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Logging

/// Writes what a model prints to the log, line by line.
final class ModelOutput {
    private let log: Logger
    private var partial: [UInt8] = []

    /// What is longer than this is cut into lines of this length.
    private static let longestLine = 8192

    init(log: Logger) {
        self.log = log
    }

    func take(_ bytes: UnsafeRawBufferPointer, _ stream: ChildProcess.OutputStream) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || partial.count == Self.longestLine { end() }
            if byte != UInt8(ascii: "\n") { partial.append(byte) }
        }
    }

    func end() {
        guard !partial.isEmpty else { return }
        log.info("model", metadata: ["line": "\(String(decoding: partial, as: UTF8.self))"])
        partial.removeAll(keepingCapacity: true)
    }
}
