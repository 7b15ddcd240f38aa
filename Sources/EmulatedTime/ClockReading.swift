// SPDX-License-Identifier: Apache-2.0
import Glibc
import ServiceProtocols
import Synchronization

/// What time it is in the emulated cloud: read from any thread, set on the loop.
final class ClockReading: Sendable {
    private static let notHeld = Int64.min

    private let speed: Int64
    private let start: Int64
    /// Milliseconds that the clock was moved forward in all.
    private let ahead = Atomic<Int64>(0)
    /// Where the clock stands still.
    private let held: Atomic<Int64>
    /// Where others read the time of a clock that always stands still.
    let page: ClockPage?

    /// - Parameters:
    ///   - speed: how many times as fast as the machine's clock it runs.
    ///   - moment: where it stands still at first; nil for one that runs, from the machine's present time.
    ///   - isShown: whether others are to read where it stands still.
    init(speed: Int, heldAt moment: Timestamp?, isShown: Bool = false) {
        precondition(speed >= 1, "a clock does not run backwards")
        self.speed = Int64(speed)
        start = Self.machineTime
        held = Atomic(moment?.milliseconds ?? Self.notHeld)
        page = isShown ? ClockPage() : nil
        if let moment { page?.show(moment) }
    }

    var now: Timestamp {
        let held = held.load(ordering: .acquiring)
        return Timestamp(milliseconds: held == Self.notHeld ? running : held)
    }

    var isHeld: Bool { held.load(ordering: .relaxed) != Self.notHeld }

    /// Stands still at a moment, until it is released or held at another.
    func hold(at moment: Timestamp) {
        held.store(moment.milliseconds, ordering: .releasing)
        page?.show(moment)
    }

    /// Runs on from where it stands.
    func release() {
        let moment = held.load(ordering: .relaxed)
        guard moment != Self.notHeld else { return }
        ahead.wrappingAdd(moment - running, ordering: .relaxed)
        held.store(Self.notHeld, ordering: .releasing)
    }

    private var running: Int64 {
        let machine = Self.machineTime
        let time = speed == 1 ? machine : start + (machine - start) * speed
        return time + ahead.load(ordering: .relaxed)
    }

    static var machineTime: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
