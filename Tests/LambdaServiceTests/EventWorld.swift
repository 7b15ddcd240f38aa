// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Locks
import Randomness
import ServiceProtocols

@testable import LambdaService

/// The clock, the queue and the functions of a simulated emulator, all from one seed, with a model that watches.
///
/// A process that has ended can do nothing any more: its runner belongs to a life that is over.
final class EventWorld: EmulatorClock {
    fileprivate struct Failure: Error {}

    /// What the model knows of an event.
    fileprivate struct Known {
        /// Before then it may not be attempted.
        var due: Timestamp
        var ended: EventOutcome.Condition?
        var isDelivered = false
    }

    fileprivate struct State {
        var random: RandomBits
        var now = Timestamp(milliseconds: 1_000_000)
        var life = 0
        var left: Int
        var known: [String: Known] = [:]
        var stored: [String: AsyncEvent] = [:]
        var leased: Set<String> = []
        /// Events that are due later, by when they are, and the first of these moments.
        var waiting: [Timestamp: [String]] = [:]
        var nextDue: Timestamp?
        /// Events that are due.
        var ready: ArraySlice<String> = []
        var sleepers: [(deadline: Timestamp, continuation: CheckedContinuation<Void, any Error>)] = []
        var problems: [String] = []
        var ends: [EventOutcome.Condition: Int] = [:]

        mutating func wait(_ id: String, until due: Timestamp) {
            waiting[due, default: []].append(id)
            nextDue = min(due, nextDue ?? due)
        }

        mutating func takeDue(at now: Timestamp, limit: Int) -> [String] {
            if let due = nextDue, due <= now {
                for moment in waiting.keys.filter({ $0 <= now }).sorted() {
                    ready += waiting.removeValue(forKey: moment) ?? []
                }
                nextDue = waiting.keys.min()
            }
            defer { ready = ready.dropFirst(limit) }
            return Array(ready.prefix(limit))
        }

        mutating func chance(_ one: UInt64, in many: UInt64) -> Bool { random.next() % many < one }
    }

    // Guards all of it: the invoker runs on its loop, the test turns the time.
    fileprivate let state: Locked<State>

    init(seed: UInt64, events: Int) {
        state = Locked(State(random: RandomBits(seed: seed), left: events))
    }

    var problems: [String] { state.withLock { $0.problems } }
    var ends: [EventOutcome.Condition: Int] { state.withLock { $0.ends } }
    var isOver: Bool { state.withLock { $0.left == 0 && $0.stored.isEmpty } }

    func pick(_ most: Int) -> Int { state.withLock { Int($0.random.next() % UInt64(most)) } }

    // MARK: Lives

    /// Nothing that the process had in memory is left.
    func end() {
        let sleepers = state.withLock { state in
            state.life += 1
            defer { state.sleepers = [] }
            return state.sleepers
        }
        for sleeper in sleepers { sleeper.continuation.resume(throwing: CancellationError()) }
    }

    func process() -> Process { Process(world: self, life: state.withLock { $0.life }) }

    /// Lets everything that can run without the time going on run.
    func settle(_ loop: EventLoop) async {
        for _ in 0..<8 { await loop.spawn {}.value }
    }

    func newEvents(_ most: Int) -> [AsyncEvent] {
        state.withLock { state in
            let count = min(most, state.left)
            state.left -= count
            return (0..<count).map { _ in
                AsyncEvent(
                    id: "\(state.random.next())", function: "f", qualifier: nil, payload: "{}", traceHeader: "t",
                    accepted: state.now, due: state.now)
            }
        }
    }

    func accepted(_ event: AsyncEvent) {
        state.withLock { state in
            if state.known[event.id] == nil { state.problems.append("an event was accepted that is not stored") }
        }
    }

    // MARK: The clock

    var now: Timestamp { state.withLock { $0.now } }

    func sleep(until deadline: Timestamp) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let isNow = state.withLock { state in
                if state.now >= deadline { return true }
                state.sleepers.append((deadline, continuation))
                return false
            }
            if isNow { continuation.resume() }
        }
    }

    func jump() {
        let due = state.withLock { state in
            guard let next = state.sleepers.map(\.deadline).min() else {
                return [CheckedContinuation<Void, any Error>]()
            }
            state.now = max(state.now, next)
            let now = state.now
            defer { state.sleepers.removeAll { $0.deadline <= now } }
            return state.sleepers.filter { $0.deadline <= now }.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }
}

extension EventWorld {
    /// One process of the emulator, with its view of the queue, the functions and the targets.
    struct Process: Sendable {
        let world: EventWorld
        let life: Int

        /// A process that has ended writes nothing.
        private func write(_ body: (inout State) -> Void) throws {
            try world.state.withLock { state in
                if state.life != life || state.chance(1, in: 50) { throw Failure() }
                body(&state)
            }
        }
    }
}

extension EventWorld.Process: AsyncEventQueue {
    func append(_ event: AsyncEvent, leased: Bool) async throws {
        try write { state in
            state.stored[event.id] = event
            if leased { state.leased.insert(event.id) } else { state.wait(event.id, until: event.due) }
            state.known[event.id] = EventWorld.Known(due: event.due)
        }
    }

    func leaseDue(at now: Timestamp, limit: Int) async throws -> [AsyncEvent] {
        var leased: [AsyncEvent] = []
        try write { state in
            let ids = state.takeDue(at: now, limit: limit)
            state.leased.formUnion(ids)
            leased = ids.compactMap { state.stored[$0] }
        }
        return leased
    }

    func reschedule(_ event: AsyncEvent) async throws {
        try write { state in
            if state.leased.remove(event.id) == nil { state.problems.append("what was put back was not leased") }
            state.stored[event.id] = event
            state.wait(event.id, until: event.due)
        }
    }

    func complete(_ id: String) async throws {
        try write { state in
            if state.leased.remove(id) == nil { state.problems.append("what was done with was not leased") }
            if state.known[id]?.ended == nil { state.problems.append("an event was forgotten before its end") }
            if let delivery = state.stored[id]?.delivery, !delivery.targets.isEmpty,
                state.known[id]?.isDelivered == false
            {
                state.problems.append("an event was forgotten before its delivery")
            }
            state.stored[id] = nil
        }
    }

    func nextDue() async throws -> Timestamp? {
        var due: Timestamp?
        try write { state in due = state.ready.isEmpty ? state.nextDue : state.now }
        return due
    }

    func recover(at now: Timestamp) async throws {
        world.state.withLock { state in
            for id in state.leased {
                state.wait(id, until: now)
                // What the ended process did is not known: it is done again.
                state.known[id]?.due = now
            }
            state.leased = []
        }
    }
}

extension EventWorld.Process: AsyncEventRunner {
    func schedule(for event: AsyncEvent) async -> AsyncRetrySchedule {
        // Some become too old before their last retry.
        let isShort = (UInt64(event.id) ?? 0) % 2 == 0
        return isShort ? AsyncRetrySchedule(maximumAge: .seconds(150)) : AsyncRetrySchedule()
    }

    func attempt(_ event: AsyncEvent) async -> EventAttempt {
        await Task.yield()
        return world.state.withLock { state in
            state.life == life ? EventAttempt(Self.outcome(of: event, &state)) : EventAttempt(.rejected)
        }
    }

    private static func outcome(of event: AsyncEvent, _ state: inout EventWorld.State) -> AsyncRetrySchedule.Outcome {
        let (errors, rejections) = (event.history.functionErrors, event.history.rejections)
        if event.delivery != nil { state.problems.append("a function was run whose outcome is being delivered") }
        if let due = state.known[event.id]?.due, state.now < due { state.problems.append("an attempt came too early") }
        if errors > 2 { state.problems.append("an attempt too many") }
        switch state.random.next() % 100 {
        case 0..<40: return .succeeded
        case 40..<70:
            state.known[event.id]?.due = state.now + .seconds(errors == 0 ? 60 : 120)
            return .functionFailed
        case 70..<95:
            state.known[event.id]?.due = state.now + .seconds(min(300, 1 << min(rejections, 9)))
            return .rejected
        case 95..<97: return .disabled
        default: return .recursive
        }
    }

    func delivery(
        of event: AsyncEvent, _ condition: EventOutcome.Condition, _ attempt: EventAttempt?
    ) async -> PendingDelivery? {
        world.state.withLock { state in
            guard state.life == life else { return nil }
            if condition == .retriesExhausted, event.history.functionErrors != 3 {
                state.problems.append("given up after \(event.history.functionErrors) errors")
            }
            if state.known[event.id]?.ended == nil { state.ends[condition, default: 0] += 1 }
            state.known[event.id]?.ended = condition
            let outcome = EventOutcome(
                condition: condition, moment: state.now, functionARN: "f", invocations: 1, response: nil)
            return state.chance(1, in: 2) ? nil : PendingDelivery(outcome: outcome, targets: [.destination("q")])
        }
    }

    func deliver(_ event: AsyncEvent, _ outcome: EventOutcome, to target: DeliveryTarget) async -> DeliveryResult {
        await Task.yield()
        return world.state.withLock { state in
            guard state.life == life, !state.chance(1, in: 4) else { return .failed(reason: "not now") }
            state.known[event.id]?.isDelivered = true
            return .accepted
        }
    }
}
