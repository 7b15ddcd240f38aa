// SPDX-License-Identifier: Apache-2.0
import CLibuv

/// A timer on the loop, in machine time, confined to it: starts, starts again, stops, and must be closed.
public final class LoopTimer {
    private final class Handle: LoopHandle {
        var fire: (() -> Void)?

        init(_ loop: EventLoop) throws(LoopError) {
            try super.init(loop, uv_timer_t.self, "create a timer") { uv_timer_init(loop.uv, $0) }
        }

        override func willClose() { fire = nil }
    }

    private let handle: Handle

    /// - Throws: never on Linux; libuv's interface allows for it.
    public init(loop: EventLoop) throws(LoopError) {
        handle = try Handle(loop)
    }

    /// Calls `fire` on the loop after a delay, and then every `interval` if there is one.
    ///
    /// A timer that runs is set anew. Delay and interval are rounded up to milliseconds.
    public func start(after delay: Duration, every interval: Duration = .zero, fire: @escaping () -> Void) {
        handle.loop.preconditionOnLoop()
        guard !handle.isClosing else { return }
        handle.fire = fire
        // libuv counts from the start of the tick: a long tick must not shorten the delay.
        uv_update_time(handle.loop.uv)
        uv_timer_start(
            handle.raw(uv_timer_t.self), onTimer, delay.roundedUpMilliseconds, interval.roundedUpMilliseconds)
    }

    /// Calls nothing any more until it is started again.
    public func stop() {
        handle.loop.preconditionOnLoop()
        guard !handle.isClosing else { return }
        handle.fire = nil
        uv_timer_stop(handle.raw(uv_timer_t.self))
    }

    /// Ends the timer for good.
    public func close() { handle.close() }

    deinit {
        assert(handle.isClosing, "a timer was dropped without close()")
    }

    fileprivate static func fired(_ timer: UnsafeMutablePointer<uv_timer_t>?) {
        Handle.of(timer)?.fire?()
    }
}

private func onTimer(_ timer: UnsafeMutablePointer<uv_timer_t>?) {
    LoopTimer.fired(timer)
}

extension Duration {
    var roundedUpMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let perMillisecond: Int64 = 1_000_000_000_000_000
        return UInt64(seconds) &* 1000 &+ UInt64((attoseconds + perMillisecond - 1) / perMillisecond)
    }
}
