// SPDX-License-Identifier: Apache-2.0
import EventLoop
import LambdaService
import Replay
import ServiceProtocols

/// What has become so far of an event that somebody watches.
struct WatchedEvent {
    var usage = ReplayResult.Usage()
    /// The last attempt that ran.
    var last: InvocationRecord?
    /// Whether the last attempt was refused with 429.
    var isThrottled = false
    /// Whether an asynchronous event is done with, and if so whether it succeeded.
    var hasSucceeded: Bool?
}

/// Tells those who run events again what becomes of them, by their request ids.
///
/// Safety: `@unchecked Sendable` because it is confined to the loop, which each call checks; an actor would cost more
/// than what it does with an attempt that nobody watches.
final class AttemptWatcher: InvocationObserver, @unchecked Sendable {
    /// What somebody waits for.
    enum Moment {
        /// An attempt has ended.
        case attempt
        /// The event is done with.
        case end
    }

    private final class Watch {
        var event = WatchedEvent()
        var waiter: (moment: Moment, continuation: UnsafeContinuation<Void, Never>)?
        /// The number of the run that has given the result of an event which is done with.
        var lastAttempt: Int?
        /// Nobody shall wait any more.
        var isReleased = false

        func isOver(_ moment: Moment) -> Bool {
            if isReleased || hasAllEnds { return true }
            return moment == .attempt && event.usage.attempts > 0
        }

        private var hasAllEnds: Bool {
            guard event.hasSucceeded != nil else { return false }
            return lastAttempt.map { $0 <= event.last?.attempt ?? 0 } ?? true
        }
    }

    private let loop: EventLoop
    private var watches: [String: Watch] = [:]

    init(loop: EventLoop) {
        self.loop = loop
    }

    // MARK: Watching

    func watch(_ id: String) {
        loop.preconditionOnLoop()
        watches[id] = Watch()
    }

    /// Returns when it has come to that, or when nobody shall wait any more.
    func wait(_ moment: Moment, of id: String, isolation: isolated any Actor = #isolation) async {
        await withUnsafeContinuation { continuation in
            guard let watch = watches[id], !watch.isOver(moment) else { return continuation.resume() }
            watch.waiter = (moment, continuation)
        }
    }

    /// Ends the waiting for an event, which stays watched.
    func release(_ id: String) {
        loop.preconditionOnLoop()
        guard let watch = watches[id] else { return }
        watch.isReleased = true
        wake(watch)
    }

    /// What has become of an event; it is watched no more.
    func unwatch(_ id: String) -> WatchedEvent {
        loop.preconditionOnLoop()
        return watches.removeValue(forKey: id)?.event ?? WatchedEvent()
    }

    // MARK: Hearing

    func attemptEnded(_ record: InvocationRecord) {
        loop.preconditionOnLoop()
        guard !watches.isEmpty else { return }
        change(record.requestID) { watch in
            watch.event.last = record
            watch.event.isThrottled = false
            watch.event.usage.add(record)
        }
    }

    func attemptThrottled(_ attempt: ThrottledAttempt) {
        loop.preconditionOnLoop()
        guard !watches.isEmpty else { return }
        change(attempt.requestID) { watch in
            watch.event.isThrottled = true
            watch.event.usage.attempts += 1
            watch.event.usage.throttles += 1
        }
    }

    func eventEnded(_ id: String, hasSucceeded: Bool, attempt: Int?) {
        loop.preconditionOnLoop()
        guard !watches.isEmpty else { return }
        change(id) { watch in
            watch.event.hasSucceeded = hasSucceeded
            watch.lastAttempt = attempt
        }
    }

    private func change(_ id: String, _ body: (Watch) -> Void) {
        guard let watch = watches[id] else { return }
        body(watch)
        wake(watch)
    }

    private func wake(_ watch: Watch) {
        guard let waiter = watch.waiter, watch.isOver(waiter.moment) else { return }
        watch.waiter = nil
        waiter.continuation.resume()
    }
}

extension ReplayResult.Usage {
    fileprivate mutating func add(_ record: InvocationRecord) {
        attempts += 1
        if record.isCold { coldStarts += 1 }
        durationMilliseconds = record.durationMilliseconds
        billedMilliseconds += record.billedMilliseconds
        megabyteMilliseconds += record.billedMilliseconds * record.memoryMegabytes
    }
}
