// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import ServiceProtocols

/// Runs the attempts that ``AsyncInvoker`` asks for, and delivers what came of them.
protocol AsyncEventRunner: Sendable {
    /// The rules for an event, as its function has them now.
    func schedule(for event: AsyncEvent) async -> AsyncRetrySchedule

    /// Runs one attempt; the outcome says whether the function failed or was not run.
    func attempt(_ event: AsyncEvent) async -> EventAttempt

    /// Where an outcome goes; nil when nobody asked for it.
    func delivery(
        of event: AsyncEvent, _ condition: EventOutcome.Condition, _ attempt: EventAttempt?
    ) async -> PendingDelivery?

    /// Delivers an outcome to one target.
    func deliver(_ event: AsyncEvent, _ outcome: EventOutcome, to target: DeliveryTarget) async -> DeliveryResult
}

/// What one attempt gave.
struct EventAttempt: Sendable {
    /// What the function answered.
    struct Response: Sendable {
        var executedVersion: String
        var isError: Bool
        var payload: Bytes
    }

    var outcome: AsyncRetrySchedule.Outcome
    /// Nil when the function was not run.
    var response: Response?

    init(_ outcome: AsyncRetrySchedule.Outcome, _ response: Response? = nil) {
        self.outcome = outcome
        self.response = response
    }
}

/// Runs accepted events, again when they fail, until they succeed or are given up, and delivers what came of them.
///
/// An event is done with when its outcome was delivered; until then the queue keeps it. One that can be run at once
/// never leaves memory. When more is accepted than may be in work, the rest is read back from the queue as the first
/// are done.
actor AsyncInvoker {
    /// How many events are in work at once: more than any machine runs, few enough for their payloads.
    private static let limit = 256
    /// When a queue that failed is asked again.
    private static let failureDelay = Duration.seconds(1)

    /// What is to become of a leased event in the queue.
    private enum Settlement {
        case complete(String)
        case reschedule(AsyncEvent)
    }

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
    /// What the queue could not be told, and will be told again.
    private var unsettled: [Settlement] = []
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
        try await queue.recover(at: clock.now)
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
        let runsNow = inWork < Self.limit && !hasBacklog && !isStopped && event.due <= event.accepted
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

    // MARK: One event

    private func run(_ event: AsyncEvent, _ runner: any AsyncEventRunner) async {
        if let delivery = event.delivery {
            await deliver(delivery, of: event, runner)
        } else {
            await attempt(event, runner)
        }
        inWork -= 1
        if hasBacklog { await leaseMore(runner) }
    }

    private func attempt(_ event: AsyncEvent, _ runner: any AsyncEventRunner) async {
        let schedule = await runner.schedule(for: event)
        guard !schedule.isExpired(accepted: event.accepted, now: clock.now) else {
            return await finish(event, .eventAgeExceeded, nil, runner)
        }
        let attempt = await runner.attempt(event)
        // An emulator that ends gives its invocations up: the queue keeps the lease for the next start.
        if isStopped, attempt.outcome == .rejected { return }
        var event = event
        switch schedule.decide(after: attempt.outcome, &event.history, accepted: event.accepted, now: clock.now) {
        case .done: await finish(event, .success, attempt, runner)
        case .drop(let condition): await finish(event, condition, attempt, runner)
        case .retry(let due): await putBack(event, until: due, runner)
        }
    }

    private func finish(
        _ event: AsyncEvent, _ condition: EventOutcome.Condition, _ attempt: EventAttempt?,
        _ runner: any AsyncEventRunner
    ) async {
        if condition != .success {
            report("event \(event.id) for \(event.function) was given up: \(condition.rawValue)")
        }
        guard let delivery = await runner.delivery(of: event, condition, attempt) else {
            return await settle(.complete(event.id), runner)
        }
        await deliver(delivery, of: event, runner)
    }

    private func deliver(_ delivery: PendingDelivery, of event: AsyncEvent, _ runner: any AsyncEventRunner) async {
        var delivery = delivery
        for target in delivery.targets {
            switch await runner.deliver(event, delivery.outcome, to: target) {
            case .accepted: delivery.targets.removeAll { $0 == target }
            case .refused(let reason):
                report("the outcome of event \(event.id) for \(event.function) was refused by \(target.arn): \(reason)")
                delivery.targets.removeAll { $0 == target }
            case .failed(let reason):
                report("the outcome of event \(event.id) for \(event.function) did not reach \(target.arn): \(reason)")
            }
        }
        guard !delivery.targets.isEmpty else { return await settle(.complete(event.id), runner) }
        guard let due = delivery.nextAttempt(now: clock.now) else {
            report("the outcome of event \(event.id) for \(event.function) was given up")
            return await settle(.complete(event.id), runner)
        }
        var event = event
        event.delivery = delivery
        await putBack(event, until: due, runner)
    }

    private func putBack(_ event: AsyncEvent, until due: Timestamp, _ runner: any AsyncEventRunner) async {
        var event = event
        event.due = due
        await settle(.reschedule(event), runner)
    }

    // MARK: The queue

    private func settle(_ settlement: Settlement, _ runner: any AsyncEventRunner) async {
        do {
            switch settlement {
            case .complete(let id): try await queue.complete(id)
            case .reschedule(let event):
                try await queue.reschedule(event)
                setAlarm(for: event.due, runner)
            }
        } catch {
            report("the queue of asynchronous events failed: \(error)")
            unsettled.append(settlement)
            setAlarm(for: clock.now + Self.failureDelay, runner)
        }
    }

    private func settleAgain(_ runner: any AsyncEventRunner) async {
        let settlements = unsettled
        unsettled = []
        for settlement in settlements { await settle(settlement, runner) }
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

    private func alarmRang(_ due: Timestamp, _ runner: any AsyncEventRunner) async {
        guard alarm?.due == due else { return }
        alarm = nil
        hasBacklog = true
        await settleAgain(runner)
        await leaseMore(runner)
    }
}
