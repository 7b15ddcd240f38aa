// SPDX-License-Identifier: Apache-2.0

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted; negative before it.
    public var milliseconds: Int64

    /// The moment that many milliseconds after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Whether the left moment comes first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// The moment that much later, or earlier for a negative duration; a part of a millisecond is dropped.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + duration.wholeMilliseconds)
    }

    /// How long it is from the earlier moment to the later one; negative when they come the other way round.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }
}

extension Duration {
    /// The duration in milliseconds; a part of one is dropped.
    public var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

/// Emulated time: what time it is in the emulated cloud, and how long a delay takes there.
///
/// Everything that AWS's services wait for or stamp goes by it: retries, ages, visibility, expiry, logs, records. What
/// belongs to this machine (sockets, processes and the limits that they run under) goes by the loop's timers instead.
public protocol EmulatorClock: Sendable {
    /// The present moment of the emulator.
    var now: Timestamp { get }

    /// The present moment of those who call the emulator, functions among them: what they sign is dated with it.
    ///
    /// It is ``now`` unless the emulator's clock is one of its own.
    var clientTime: Timestamp { get }

    /// Returns when `deadline` has come, for work that is due then: a clock that may jump goes there when nothing else
    /// is to be done.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    func sleep(until deadline: Timestamp) async throws

    /// Returns when `deadline` has come, for a caller who only waits no longer than that: no clock jumps because of it.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    func waitAsCaller(until deadline: Timestamp) async throws
}

extension EmulatorClock {
    /// The same as ``now``.
    public var clientTime: Timestamp { now }

    /// The same as ``sleep(until:)``.
    public func waitAsCaller(until deadline: Timestamp) async throws {
        try await sleep(until: deadline)
    }
}
