// SPDX-License-Identifier: Apache-2.0
import Buffers

/// Cuts what a process writes into lines, each with its line end.
///
/// A line longer than the limit comes in pieces.
struct LineSplitter {
    /// The longest event that CloudWatch Logs takes
    /// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html).
    static let longestLine = 262_144

    private let limit: Int
    private var partial: [UInt8] = []

    init(limit: Int = longestLine) {
        self.limit = limit
    }

    /// Takes what was read, and hands every line that is whole now to `emit`.
    mutating func append(_ chunk: UnsafeRawBufferPointer, _ emit: (Bytes) -> Void) {
        var rest = chunk[...]
        while let end = rest.firstIndex(of: 10) {
            let line = rest[...end]
            rest = rest[(end + 1)...]
            if partial.isEmpty {
                emitPieces(UnsafeRawBufferPointer(rebasing: line), emit)
            } else {
                partial.append(contentsOf: line)
                flush(emit)
            }
        }
        partial.append(contentsOf: rest)
        while partial.count >= limit {
            emit(Bytes(partial.prefix(limit)))
            partial.removeFirst(limit)
        }
    }

    /// Hands out what is there of a line that has not ended, with a line end added.
    mutating func flush(_ emit: (Bytes) -> Void) {
        guard !partial.isEmpty else { return }
        if partial.last != 10 { partial.append(10) }
        partial.withUnsafeBytes { emitPieces($0, emit) }
        partial.removeAll(keepingCapacity: true)
    }

    private func emitPieces(_ line: UnsafeRawBufferPointer, _ emit: (Bytes) -> Void) {
        var rest = line[...]
        while rest.count > limit {
            emit(Bytes(copying: UnsafeRawBufferPointer(rebasing: rest.prefix(limit))))
            rest = rest.dropFirst(limit)
        }
        emit(Bytes(copying: UnsafeRawBufferPointer(rebasing: rest)))
    }
}
