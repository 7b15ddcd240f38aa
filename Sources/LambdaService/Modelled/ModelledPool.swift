// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import ServiceProtocols

/// Runs invocations as a model says: the shell around ``Dispatcher`` without processes, in emulated time alone.
actor ModelledPool: FunctionExecution {
    private struct Environment {
        let version: FunctionVersion
        var work: PendingInvocation?
        /// How many invocations it has had.
        var runs = 0
    }

    private static let failure: Bytes = #"{"errorType":"Modelled","errorMessage":"it failed"}"#

    nonisolated let loop: EventLoop
    private let clock: any EmulatorClock
    private let model: any FunctionModel
    private var dispatcher: Dispatcher<PendingInvocation>
    private var versions: [Int: FunctionVersion] = [:]
    private var environments: [Int: Environment] = [:]
    /// What goes on, by numbers.
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var lastTask = 0
    private var isStopping = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        loop: EventLoop, clock: any EmulatorClock, model: any FunctionModel,
        limits: Dispatcher<PendingInvocation>.Limits
    ) {
        self.loop = loop
        self.clock = clock
        self.model = model
        dispatcher = Dispatcher(limits: limits)
    }

    /// Nothing runs outside of the loop.
    nonisolated var isBusy: Bool { false }

    private var now: MonotonicTime { MonotonicTime(nanoseconds: clock.now.milliseconds * 1_000_000) }

    // MARK: Invocations

    func run(_ request: InvocationRequest, on version: FunctionVersion) async -> ExecutionOutcome {
        await withUnsafeContinuation { continuation in
            accept(PendingInvocation(request, continuation), on: version)
        }
    }

    private func accept(_ invocation: PendingInvocation, on version: FunctionVersion) {
        guard !isStopping else { return invocation.resume(.abandoned) }
        let modelled = ModelledInvocation(invocation.request, of: version.name)
        model.asked(modelled)
        let arrival = dispatcher.workArrived(
            invocation, for: version.id, of: version.functionID, isSynchronous: modelled.isSynchronous, at: now)
        switch arrival {
        case .assigned(let environment):
            model.accepted(modelled)
            begin(invocation, in: environment)
        case .queued(let changes):
            model.accepted(modelled)
            versions[version.id] = version
            apply(changes)
        case .throttled(let reason):
            model.throttled(modelled)
            invocation.resume(.throttled(reason))
        }
    }

    private func begin(_ invocation: PendingInvocation, in id: Int) {
        guard let version = environments[id]?.version else { preconditionFailure("environment \(id) is not there") }
        environments[id]?.work = invocation
        environments[id]?.runs += 1
        let runs = environments[id]?.runs
        let modelled = ModelledInvocation(invocation.request, of: version.name)
        let run = model.invoked(modelled, in: id)
        after(run.duration) { pool in
            guard let environment = pool.environments[id], environment.runs == runs, let invocation = environment.work
            else { return }
            pool.model.finished(modelled, in: id, run.end)
            pool.finish(invocation, in: id, run.end)
        }
    }

    private func finish(_ invocation: PendingInvocation, in id: Int, _ end: ModelledRun.End) {
        environments[id]?.work = nil
        switch end {
        case .returned: invocation.answer("null", outcome: .succeeded)
        case .failed: invocation.answer(Self.failure, outcome: .failed)
        case .crashed: invocation.answer(Self.failure, outcome: .ended("Modelled"))
        }
        invocation.close(log: Bytes())
        if case .crashed = end { self.end(id) } else { follow(dispatcher.environmentFreed(id, at: now), id) }
    }

    // MARK: Environments

    private func apply(_ changes: Dispatcher<PendingInvocation>.Changes) {
        for (id, version) in changes.start { start(id, version) }
        for id in changes.retire { end(id) }
    }

    private func start(_ id: Int, _ versionID: Int) {
        guard let version = versions[versionID] else { preconditionFailure("an unknown version is to be started") }
        environments[id] = Environment(version: version)
        let (duration, succeeds) = model.started(environment: id, of: version.name)
        after(duration) { pool in
            guard pool.environments[id] != nil else { return }
            pool.follow(
                succeeds
                    ? pool.dispatcher.environmentReady(id, at: pool.now)
                    : pool.dispatcher.environmentInitFailed(id, at: pool.now), id)
        }
    }

    private func follow(
        _ decision: (next: Dispatcher<PendingInvocation>.Next, changes: Dispatcher<PendingInvocation>.Changes),
        _ id: Int
    ) {
        apply(decision.changes)
        switch decision.next {
        case .assigned(let invocation): begin(invocation, in: id)
        case .idle: break
        case .retire: end(id)
        }
    }

    private func end(_ id: Int) {
        guard environments.removeValue(forKey: id) != nil else { return }
        model.ended(environment: id)
        apply(dispatcher.environmentEnded(id, at: now))
    }

    // MARK: The control plane

    func retire(_ version: FunctionVersion, successor: FunctionVersion?) {
        if let successor { versions[successor.id] = successor }
        let (orphans, changes) = dispatcher.versionRetired(version.id, successor: successor?.id, at: now)
        for orphan in orphans { orphan.resume(.abandoned) }
        apply(changes)
    }

    func reserve(_ count: Int?, for function: Int) {
        dispatcher.concurrencyReserved(count, for: function)
    }

    func provision(_ count: Int, for version: FunctionVersion) {
        if count > 0 { versions[version.id] = version }
        apply(dispatcher.provisionedSet(count, for: version.id, of: version.functionID, at: now))
    }

    func allocation(of versions: [FunctionVersion]) -> Dispatcher<PendingInvocation>.Allocation {
        versions.reduce(into: .init()) { sum, version in
            let one = dispatcher.allocation(of: version.id)
            sum.ready += one.ready
            sum.hasFailed = sum.hasFailed || one.hasFailed
        }
    }

    func delete(function: Int) {
        dispatcher.functionDeleted(function)
    }

    // MARK: Time

    private func after(_ duration: Duration, _ body: @escaping @Sendable (isolated ModelledPool) -> Void) {
        lastTask += 1
        let id = lastTask
        tasks[id] = loop.spawn { [clock] in
            guard (try? await clock.sleep(until: clock.now + duration)) != nil else { return }
            await self.perform(id, body)
        }
    }

    private func perform(_ id: Int, _ body: (isolated ModelledPool) -> Void) {
        guard tasks.removeValue(forKey: id) != nil else { return }
        body(self)
    }

    func stop() async {
        isStopping = true
        for invocation in dispatcher.stopped() { invocation.resume(.abandoned) }
        for id in environments.keys.sorted() { environments[id]?.work?.giveUp() }
        environments = [:]
        for id in tasks.keys.sorted() { tasks[id]?.cancel() }
        tasks = [:]
    }
}
