// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc
public import ServiceProtocols

/// The machine's clock, or one that runs faster from the moment it was made.
///
/// A fast clock shortens what the emulator waits for (retries, expiry), and its timestamps run ahead accordingly. What
/// functions are given to run in is real time all the same.
public struct LoopClock: EmulatorClock {
    private let loop: EventLoop
    private let speed: Int64
    private let start: Timestamp

    /// - Parameter speed: 1 for real time, N for a clock that runs N times as fast.
    init(loop: EventLoop, speed: Int = 1) {
        precondition(speed >= 1, "a clock does not run backwards")
        self.loop = loop
        self.speed = Int64(speed)
        start = Self.machineTime
    }

    /// The machine's time; for a fast clock, that of its start and N times what has gone by since.
    public var now: Timestamp {
        let real = Self.machineTime
        guard speed > 1 else { return real }
        return Timestamp(milliseconds: start.milliseconds + (real.milliseconds - start.milliseconds) * speed)
    }

    /// The machine's time, however fast the clock runs.
    public var clientTime: Timestamp { Self.machineTime }

    /// Returns when the clock has reached `deadline`, at once for one that has passed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(until deadline: Timestamp) async throws {
        // A loop's timers count another clock, which may differ by a millisecond.
        while case let rest = deadline - now, rest > .zero {
            try await loop.sleep(for: rest / Double(speed))
        }
    }

    private static var machineTime: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
