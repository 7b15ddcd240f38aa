// SPDX-License-Identifier: Apache-2.0
import CLibuv

/// Watches for a signal of this process, confined to its loop.
public final class SignalWatcher {
    private final class Handle: LoopHandle {
        var received: (() -> Void)?

        init(_ loop: EventLoop) throws(LoopError) {
            try super.init(loop, uv_signal_t.self, "watch for a signal") { uv_signal_init(loop.uv, $0) }
        }

        override func willClose() { received = nil }
    }

    private let handle: Handle

    /// Calls `received` whenever the signal comes, instead of the signal's default action.
    ///
    /// - Throws: ``LoopError`` for a signal that cannot be watched (`SIGKILL`, `SIGSTOP`).
    public init(loop: EventLoop, signal: Int32, received: @escaping () -> Void) throws(LoopError) {
        handle = try Handle(loop)
        handle.received = received
        let code = uv_signal_start(
            handle.raw(uv_signal_t.self), { watcher, _ in SignalWatcher.received(watcher) }, signal)
        if code < 0 {
            handle.close()
            throw LoopError(code: code, operation: "watch for signal \(signal)")
        }
    }

    /// Gives the signal its default action back, unless another watcher has it.
    public func close() { handle.close() }

    private static func received(_ watcher: UnsafeMutablePointer<uv_signal_t>?) {
        Handle.of(watcher)?.received?()
    }

    deinit {
        assert(handle.isClosing, "a signal watcher was dropped without close()")
    }
}
