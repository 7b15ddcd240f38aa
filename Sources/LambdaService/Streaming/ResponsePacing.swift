// SPDX-License-Identifier: Apache-2.0

/// How fast a streamed result goes to its caller: the first 6 MB as they come, the rest at 2 MB a second
/// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html#config-rs-bandwidth-cap).
///
/// Pure.
struct ResponsePacing: Sendable {
    /// Bytes that may still go as they come.
    private var burst: Int
    private let bytesPerSecond: Int
    /// When the next byte behind the burst may go.
    private var due: MonotonicTime?

    init(burst: Int = 6 << 20, bytesPerSecond: Int = 2 << 20) {
        self.burst = burst
        self.bytesPerSecond = bytesPerSecond
    }

    /// A piece was sent.
    ///
    /// - Returns: how long to wait before the next one; nil when it may go at once.
    mutating func pause(after count: Int, at now: MonotonicTime) -> Duration? {
        let free = min(burst, count)
        burst -= free
        guard count > free else { return nil }
        // Time that went by without a byte is not made up for.
        let start = max(due ?? now, now)
        let taken = Int64((Double(count - free) / Double(bytesPerSecond) * 1_000_000_000).rounded())
        due = start + taken
        return .nanoseconds(start.since(now) + taken)
    }
}
