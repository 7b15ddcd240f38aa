// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Locks
import ServiceProtocols
import TestSupport
import Testing

@testable import LambdaService

@Suite("The asynchronous invoker", .timeLimit(.minutes(1)))
struct AsyncInvokerTests {
    @Test("An event that comes while the queue is asked for the next alarm is run")
    func comesDuringLook() async throws {
        try await withInvoker(holding: [.leaseDue, .append, .nextDue]) { invoker, queue, runner in
            try await invoker.start(for: runner)
            await queue.reached(.leaseDue)
            async let accepted: Void = invoker.accept(event("a"), for: runner)
            await queue.reached(.append)
            await queue.release(.leaseDue)
            await queue.reached(.nextDue)
            await queue.release(.append)
            try await accepted
            await queue.release(.nextDue)
            runner.finish()
            await queue.emptied()
        }
    }

    @Test("What finds no room is not looked for until there is room")
    func noRoom() async throws {
        try await withInvoker { invoker, queue, runner in
            for index in 0..<260 { try await invoker.accept(event("\(index)"), for: runner) }
            #expect(await queue.looks == 0)
            #expect(await queue.leased.count == 256)
            runner.finish()
            await queue.emptied()
        }
    }

    @Test("An event whose end could not be stored is forgotten when it can be")
    func failedEnd() async throws {
        try await withInvoker { invoker, queue, runner in
            try await invoker.accept(event("a"), for: runner)
            await queue.failOnce()
            runner.finish()
            await runner.clock.jump()
            await queue.emptied()
        }
    }

    @Test("A queue that failed is asked again")
    func failure() async throws {
        try await withInvoker { invoker, queue, runner in
            await queue.add(event("a"))
            await queue.failOnce()
            try await invoker.start(for: runner)
            #expect(await queue.leased.isEmpty)
            await runner.clock.jump()
            runner.finish()
            await queue.emptied()
        }
    }
}

private func event(_ id: String) -> AsyncEvent {
    AsyncEvent(
        id: id, function: "f", qualifier: nil, payload: "{}", traceHeader: "t", accepted: Timestamp(milliseconds: 0),
        due: Timestamp(milliseconds: 0))
}

private func withInvoker(
    holding held: Set<HeldQueue.Call> = [],
    _ body: (AsyncInvoker, HeldQueue, GatedRunner) async throws -> Void
) async throws {
    let loop = try EventLoop.start(named: "invoker-test")
    let clock = ManualClock(start: Timestamp(milliseconds: 1000))
    let (queue, runner) = (HeldQueue(holding: held), GatedRunner(clock: clock))
    let invoker = AsyncInvoker(loop: loop, clock: clock, queue: queue) { _ in }
    do {
        try await body(invoker, queue, runner)
    } catch {
        Issue.record(error)
    }
    runner.finish()
    await invoker.stop()
    await loop.shutdown()
}

/// Runs attempts that all end when the test says so.
private final class GatedRunner: AsyncEventRunner {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    let clock: ManualClock
    // Guards all of it: attempts wait on the loop, the test opens the gate.
    private let state = Locked(State())

    init(clock: ManualClock) { self.clock = clock }

    func schedule(for event: AsyncEvent) async -> AsyncRetrySchedule { AsyncRetrySchedule() }

    func attempt(_ event: AsyncEvent) async -> EventAttempt {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return EventAttempt(.succeeded)
    }

    func delivery(
        of event: AsyncEvent, _ condition: EventOutcome.Condition, _ attempt: EventAttempt?
    ) async -> PendingDelivery? { nil }

    func deliver(_ event: AsyncEvent, _ outcome: EventOutcome, to target: DeliveryTarget) async -> DeliveryResult {
        .accepted
    }

    func finish() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// A queue in memory whose answers the test may hold back.
private actor HeldQueue: AsyncEventQueue {
    enum Call { case append, leaseDue, nextDue }
    struct Failure: Error {}

    private(set) var leased: Set<String> = []
    /// How often it was asked when the next event is due.
    private(set) var looks = 0
    private var events: [AsyncEvent] = []
    private var failsNext = false
    private var held: Set<Call>
    private var gates: [Call: CheckedContinuation<Void, Never>] = [:]
    private var watchers: [Call: CheckedContinuation<Void, Never>] = [:]
    private var whenEmpty: CheckedContinuation<Void, Never>?

    init(holding held: Set<Call>) { self.held = held }

    func add(_ event: AsyncEvent) { events.append(event) }

    func failOnce() { failsNext = true }

    /// Returns when a held call waits to be released.
    func reached(_ call: Call) async {
        guard gates[call] == nil else { return }
        await withCheckedContinuation { watchers[call] = $0 }
    }

    func release(_ call: Call) {
        held.remove(call)
        gates.removeValue(forKey: call)?.resume()
    }

    /// Returns when all events are done with.
    func emptied() async {
        guard !events.isEmpty else { return }
        await withCheckedContinuation { whenEmpty = $0 }
    }

    private func pass(_ call: Call) async {
        guard held.contains(call) else { return }
        await withCheckedContinuation { continuation in
            gates[call] = continuation
            watchers.removeValue(forKey: call)?.resume()
        }
    }

    func append(_ event: AsyncEvent, leased isLeased: Bool) async {
        await pass(.append)
        events.append(event)
        if isLeased { leased.insert(event.id) }
    }

    func leaseDue(at now: Timestamp, limit: Int) async throws -> [AsyncEvent] {
        await pass(.leaseDue)
        if failsNext {
            failsNext = false
            throw Failure()
        }
        let due = events.filter { !leased.contains($0.id) && $0.due <= now }.prefix(limit)
        leased.formUnion(due.map(\.id))
        return Array(due)
    }

    func reschedule(_ event: AsyncEvent) { leased.remove(event.id) }

    func complete(_ id: String) throws {
        if failsNext {
            failsNext = false
            throw Failure()
        }
        events.removeAll { $0.id == id }
        leased.remove(id)
        if events.isEmpty { whenEmpty.take()?.resume() }
    }

    /// Answers with what was so when it was asked, as a reader of the database does.
    func nextDue() async -> Timestamp? {
        looks += 1
        let due = events.filter { !leased.contains($0.id) }.map(\.due).min()
        await pass(.nextDue)
        return due
    }

    func recover(at now: Timestamp) { leased = [] }
}
