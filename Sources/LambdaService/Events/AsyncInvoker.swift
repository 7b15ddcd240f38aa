// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import ServiceProtocols

/// Runs the attempts that ``AsyncInvoker`` asks for.
protocol AsyncEventRunner: Sendable {
    /// The rules for an event, as its function has them now.
    func schedule(for event: AsyncEvent) async -> AsyncRetrySchedule

    /// Runs one attempt; the outcome says whether the function failed or was not run.
    func attempt(_ event: AsyncEvent) async -> AsyncRetrySchedule.Outcome
}

/// Runs accepted events, again when they fail, until they succeed or are given up.
///
/// An event that can be run at once never leaves memory: the queue only keeps it. When more is accepted than may be in
/// work, the rest is read back from the queue as the first are done.
actor AsyncInvoker {
    /// How many events are in work at once: more than any machine runs, few enough for their payloads.
    private static let limit = 256
    /// When a queue that failed is asked again.
    private static let failureDelay = Duration.seconds(1)

    private let loop: EventLoop
    private let clock: any EmulatorClock
    private let queue: any AsyncEventQueue
    /// Hears of what no caller can be told.
    private let report: @Sendable (String) -> Void
    private var inWork = 0
    /// Whether the queue may hold due events that are not in work.
    private var hasBacklog = false
    private var isLeasing = false
    private var isStopped = false
    /// Wakes the invoker for the event that is due next, and when that is.
    private var alarm: (due: Timestamp, task: Task<Void, Never>)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        loop: EventLoop, clock: any EmulatorClock, queue: any AsyncEventQueue,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.loop = loop
        self.clock = clock
        self.queue = queue
        self.report = report
    }

    /// Takes up what an earlier process left.
    ///
    /// - Throws: the queue's error.
    func start(for runner: any AsyncEventRunner) async throws {
        try await queue.recover()
        takeUpBacklog(runner)
    }

    /// Starts no more attempts.
    ///
    /// What is queued stays queued.
    func stop() {
        isStopped = true
        alarm?.task.cancel()
        alarm = nil
    }

    /// Stores an event and has it run; returns when it is durable.
    ///
    /// - Throws: the queue's error: then the event was not accepted.
    func accept(_ event: AsyncEvent, for runner: any AsyncEventRunner) async throws {
        let runsNow = inWork < Self.limit && !hasBacklog && !isStopped
        if runsNow { inWork += 1 }
        do {
            try await queue.append(event, leased: runsNow)
        } catch {
            if runsNow { inWork -= 1 }
            throw error
        }
        if runsNow {
            loop.spawn { await self.run(event, runner) }
        } else {
            takeUpBacklog(runner)
        }
    }

    /// Nobody waits for it: it goes on for as long as events are done with faster than they are read.
    private func takeUpBacklog(_ runner: any AsyncEventRunner) {
        hasBacklog = true
        loop.spawn { await self.leaseMore(runner) }
    }

    private func run(_ event: AsyncEvent, _ runner: any AsyncEventRunner) async {
        do {
            let schedule = await runner.schedule(for: event)
            if schedule.isExpired(accepted: event.accepted, now: clock.now) {
                try await queue.complete(event.id)
                drop(event, .eventAgeExceeded)
            } else {
                let outcome = await runner.attempt(event)
                // An emulator that ends gives its invocations up: the queue keeps the lease for the next start.
                if !(isStopped && outcome == .rejected) { try await settle(event, outcome, schedule, runner) }
            }
        } catch {
            report("the queue of asynchronous events failed: \(error)")
        }
        inWork -= 1
        if hasBacklog { await leaseMore(runner) }
    }

    private func settle(
        _ event: AsyncEvent, _ outcome: AsyncRetrySchedule.Outcome, _ schedule: AsyncRetrySchedule,
        _ runner: any AsyncEventRunner
    ) async throws {
        var history = event.history
        let decision = schedule.decide(after: outcome, &history, accepted: event.accepted, now: clock.now)
        switch decision {
        case .done:
            try await queue.complete(event.id)
        case .drop(let condition):
            try await queue.complete(event.id)
            drop(event, condition)
        case .retry(let due):
            try await queue.reschedule(event.id, history: history, due: due)
            setAlarm(for: due, runner)
        }
    }

    private func leaseMore(_ runner: any AsyncEventRunner) async {
        guard !isLeasing else { return }
        isLeasing = true
        defer { isLeasing = false }
        do {
            // Who finds a backlog while this waits for the queue says so, and relies on this loop.
            repeat {
                while hasBacklog, !isStopped, inWork < Self.limit {
                    hasBacklog = false
                    let wanted = Self.limit - inWork
                    inWork += wanted
                    defer { inWork -= wanted }
                    let events = try await queue.leaseDue(at: clock.now, limit: wanted)
                    if events.count == wanted { hasBacklog = true }
                    inWork += events.count
                    for event in events { loop.spawn { await self.run(event, runner) } }
                }
                // What finds no room is leased when the first in work is done. It is due: an alarm would ring at once,
                // and again and again.
                guard !hasBacklog, !isStopped else { return }
                if let due = try await queue.nextDue() { setAlarm(for: due, runner) }
            } while hasBacklog
        } catch {
            report("the queue of asynchronous events failed: \(error)")
            hasBacklog = true
            setAlarm(for: clock.now + Self.failureDelay, runner)
        }
    }

    private func setAlarm(for due: Timestamp, _ runner: any AsyncEventRunner) {
        guard !isStopped else { return }
        if let alarm, alarm.due <= due { return }
        alarm?.task.cancel()
        let task = loop.spawn { [clock] in
            guard (try? await clock.sleep(until: due)) != nil, !Task.isCancelled else { return }
            await self.alarmRang(due, runner)
        }
        alarm = (due, task)
    }

    private func drop(_ event: AsyncEvent, _ condition: AsyncRetrySchedule.Condition) {
        report("event \(event.id) for \(event.function) was given up: \(condition.rawValue)")
    }

    private func alarmRang(_ due: Timestamp, _ runner: any AsyncEventRunner) async {
        guard alarm?.due == due else { return }
        alarm = nil
        hasBacklog = true
        await leaseMore(runner)
    }
}
