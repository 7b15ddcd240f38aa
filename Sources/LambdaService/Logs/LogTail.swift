// SPDX-License-Identifier: Apache-2.0
import Buffers

/// The last 4 KB of an invocation's log: what a caller gets who asks for `LogType: Tail`.
struct LogTail {
    private let limit: Int
    private var bytes: [UInt8] = []

    init(limit: Int = LambdaLimits.logTail) {
        self.limit = limit
    }

    mutating func append(_ line: Bytes) {
        line.withUnsafeBytes { bytes.append(contentsOf: $0.suffix(limit)) }
        // Now and then, not with every line: what stands before the tail is dropped.
        if bytes.count > 4 * limit { bytes.removeFirst(bytes.count - limit) }
    }

    /// The tail, which leaves with it: the next invocation's begins empty.
    mutating func take() -> Bytes {
        defer { bytes.removeAll(keepingCapacity: true) }
        return Bytes(bytes.suffix(limit))
    }
}
