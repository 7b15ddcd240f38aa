// SPDX-License-Identifier: Apache-2.0
import CLibuv

/// Watches a descriptor that somebody else owns (libcurl's sockets), confined to its loop.
public final class PollWatcher {
    /// What a descriptor is ready for, or is watched for.
    public struct Readiness: OptionSet, Sendable {
        /// libuv's bits: 1 for readable, 2 for writable.
        public let rawValue: Int32

        /// A set of libuv's bits; those other than the two below are neither checked nor removed.
        public init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// There is something to read, or the end of what there was.
        public static let read = Readiness(rawValue: Int32(UV_READABLE.rawValue))
        /// A write would not block.
        public static let write = Readiness(rawValue: Int32(UV_WRITABLE.rawValue))
    }

    private final class Handle: LoopHandle {
        var isReady: ((Readiness, LoopError?) -> Void)?

        init(_ loop: EventLoop, _ descriptor: Int32) throws(LoopError) {
            try super.init(loop, uv_poll_t.self, "watch descriptor \(descriptor)") {
                uv_poll_init(loop.uv, $0, descriptor)
            }
        }

        override func willClose() { isReady = nil }
    }

    private let handle: Handle

    /// - Throws: ``LoopError`` when the descriptor is closed, or cannot be polled (a file).
    public init(loop: EventLoop, descriptor: Int32) throws(LoopError) {
        handle = try Handle(loop, descriptor)
    }

    /// Watches for what `interest` names, instead of what was watched for before.
    public func watch(_ interest: Readiness, isReady: @escaping (Readiness, LoopError?) -> Void) {
        handle.loop.preconditionOnLoop()
        guard !handle.isClosing else { return }
        handle.isReady = isReady
        uv_poll_start(handle.raw(uv_poll_t.self), interest.rawValue) { watcher, code, events in
            PollWatcher.ready(watcher, code, events)
        }
    }

    /// Watches no more.
    ///
    /// It comes before the descriptor is closed.
    public func close() {
        guard !handle.isClosing else { return }
        uv_poll_stop(handle.raw(uv_poll_t.self))
        handle.close()
    }

    private static func ready(_ watcher: UnsafeMutablePointer<uv_poll_t>?, _ code: Int32, _ events: Int32) {
        let error = code < 0 ? LoopError(code: code, operation: "poll a descriptor") : nil
        Handle.of(watcher)?.isReady?(Readiness(rawValue: events), error)
    }

    deinit {
        assert(handle.isClosing, "a poll watcher was dropped without close()")
    }
}
