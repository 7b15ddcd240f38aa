// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A moment of machine time, on the machine's monotonic clock.
///
/// Function processes run in real time whatever the emulator's clock says, so their limits and durations are measured
/// with this one.
struct MonotonicTime: Sendable, Hashable, Comparable {
    var nanoseconds: Int64

    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    static let distantFuture = MonotonicTime(nanoseconds: .max)

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (moment: MonotonicTime, nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: moment.nanoseconds + nanoseconds)
    }

    /// Nanoseconds from an earlier moment to this one.
    func since(_ earlier: MonotonicTime) -> Int64 { nanoseconds - earlier.nanoseconds }

    /// Milliseconds since 1970, by the machine's own clock: what a function compares its deadline with.
    static var wallMilliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
    }
}
