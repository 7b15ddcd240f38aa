// SPDX-License-Identifier: Apache-2.0
import Locks
public import ServiceProtocols

/// A clock that stands still until a test moves it; then whoever sleeps until then wakes.
public final class ManualClock: EmulatorClock {
    private struct Sleeper {
        let id: Int
        let deadline: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var lead = Duration.zero
        var lastID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var watchers: [CheckedContinuation<Timestamp, Never>] = []

        /// Takes those out whose moment has come.
        mutating func woken() -> [CheckedContinuation<Void, any Error>] {
            let due = sleepers.filter { $0.deadline <= now }
            sleepers.removeAll { $0.deadline <= now }
            return due.map(\.continuation)
        }
    }

    // Guards all of it: services sleep on their loops, the test tells the time.
    private let state: Locked<State>

    /// A clock that shows a moment of 2025, or another.
    public init(start: Timestamp = Timestamp(milliseconds: 1_764_000_000_000)) {
        state = Locked(State(now: start))
    }

    /// The moment that the clock shows.
    public var now: Timestamp { state.withLock { $0.now } }

    /// The moment that clients' clocks show.
    public var clientTime: Timestamp { state.withLock { $0.now + (.zero - $0.lead) } }

    /// Puts the clock that much before that of the clients.
    public func run(ahead lead: Duration) { state.withLock { $0.lead = lead } }

    /// Returns when the clock is moved to the deadline or past it.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(until deadline: Timestamp) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let watchers: [CheckedContinuation<Timestamp, Never>] = state.withLock { state in
                    guard state.cancelled.remove(id) == nil else {
                        continuation.resume(throwing: CancellationError())
                        return []
                    }
                    guard deadline > state.now else {
                        continuation.resume()
                        return []
                    }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    defer { state.watchers = [] }
                    return state.watchers
                }
                for watcher in watchers { watcher.resume(returning: deadline) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until somebody sleeps; returns until when.
    @discardableResult
    public func nextDeadline() async -> Timestamp {
        await withCheckedContinuation { continuation in
            let first = state.withLock { state -> Timestamp? in
                if let first = state.sleepers.map(\.deadline).min() { return first }
                state.watchers.append(continuation)
                return nil
            }
            if let first { continuation.resume(returning: first) }
        }
    }

    /// Waits until somebody sleeps, and moves the clock to the next sleeper's deadline.
    ///
    /// - Returns: how long it was until then.
    @discardableResult
    public func jump() async -> Duration {
        let next = await nextDeadline()
        let (slept, woken) = state.withLock { state in
            let slept = next - state.now
            state.now = max(state.now, next)
            return (slept, state.woken())
        }
        for continuation in woken { continuation.resume() }
        return slept
    }

    /// Moves the clock.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now + duration
            return state.woken()
        }
        for continuation in woken { continuation.resume() }
    }
}
