// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc

/// What happens to environments by the one timer: ``Upkeep`` decides, this does it.
extension ExecutionPool {
    /// Does what is due.
    ///
    /// - Returns: when the timer is needed next for it.
    func keepUp(at now: MonotonicTime) -> MonotonicTime? {
        var next: MonotonicTime?
        var surveyed: [Surveyed] = []
        for environment in Array(environments.values) {
            while let due = options.upkeep.next(condition(of: environment), lastSurvey: lastSurvey) {
                guard due.at <= now else {
                    next = min(next ?? due.at, due.at)
                    break
                }
                switch due.task {
                case .freeze: freeze(environment)
                case .end: endIdle(environment)
                case .survey: surveyed.append(Surveyed(environment, processes(of: environment)))
                }
                if due.task == .survey { break }
            }
        }
        if !surveyed.isEmpty { survey(surveyed) }
        return next
    }

    private func condition(of environment: ExecutionEnvironment) -> Upkeep.Condition {
        guard !environment.isEnding, environment.process != nil else { return .over }
        if environment.machine.isReady {
            // What is provisioned stays until nobody wants it any more.
            return .idle(
                since: environment.idleSince, isFrozen: environment.isFrozen,
                isKept: dispatcher.environments[environment.id]?.isProvisioned ?? false)
        }
        // One survey at a time: the next begins when it is over.
        guard !isSurveying, let since = environment.machine.workingSince else { return .over }
        return .working(since: since)
    }

    /// Whether a process has something to do: an init, an invocation, a shutdown; ask on the loop.
    nonisolated var isBusy: Bool {
        assumeIsolated { pool in
            if let turns = pool.options.turns { return pool.isRunning(turns) }
            return pool.environments.values.contains { $0.isEnding || !$0.machine.isReady }
        }
    }

    // MARK: Freezing

    /// Stops the processes of an idle environment, as AWS freezes it: threads and timers stand still, while the clock
    /// goes on (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
    func freeze(_ environment: ExecutionEnvironment) {
        environment.isFrozen = true
        for process in processes(of: environment) { process.signalGroup(SIGSTOP) }
    }

    func thaw(_ environment: ExecutionEnvironment) {
        environment.isFrozen = false
        for process in processes(of: environment) { process.signalGroup(SIGCONT) }
    }

    /// It has had nothing to do for long.
    private func endIdle(_ environment: ExecutionEnvironment) {
        withdraw(environment)
        end(environment)
    }

    /// The runtime's and those of extensions.
    private func processes(of environment: ExecutionEnvironment) -> [RuntimeProcess] {
        let extensions = environment.extensions.map { Array($0.processes.keys) } ?? []
        return ([environment.process].compactMap { $0 } + extensions).compactMap { processes[$0] }
    }

    // MARK: Memory

    private struct Surveyed: Sendable {
        let environment: Int
        let key: Int?
        let processes: [Int32]
        let limit: Int

        init(_ environment: ExecutionEnvironment, _ processes: [RuntimeProcess]) {
            (self.environment, key) = (environment.id, environment.process)
            (self.processes, limit) = (processes.map(\.pid), environment.memory.limit)
        }
    }

    private func survey(_ list: [Surveyed]) {
        isSurveying = true
        loop.spawn { [loop] in
            let surveys = try? await loop.offload { list.map { MemorySurvey(of: $0.processes, limit: $0.limit) } }
            await self.surveyed(list, surveys ?? [])
        }
    }

    private func surveyed(_ list: [Surveyed], _ surveys: [MemorySurvey?]) {
        isSurveying = false
        let now = MonotonicTime.now
        lastSurvey = now
        for (surveyed, survey) in zip(list, surveys) {
            guard let survey, let environment = environments[surveyed.environment], !environment.isEnding,
                environment.process == surveyed.key
            else { continue }
            environment.memory.note(survey)
            if environment.memory.isExceeded { endForMemory(environment) }
        }
        if environments.values.contains(where: { $0.machine.workingSince != nil }) {
            setTimer(for: now + options.upkeep.surveyInterval, now)
        }
    }

    /// What is known of a process before it may end without a word.
    func noteMemory(of environment: ExecutionEnvironment) {
        if let process = environment.process.flatMap({ processes[$0] }) {
            environment.memory.read(process: process.measured)
        }
    }

    /// Whether a runtime that posts a result has used more memory than it may; it is killed then.
    func hasOutgrownMemory(_ environment: ExecutionEnvironment) -> Bool {
        guard let process = environment.process.flatMap({ processes[$0] }) else { return false }
        environment.memory.update(process: process.measured, at: .now)
        guard environment.memory.isExceeded else { return false }
        endForMemory(environment)
        return true
    }

    /// On AWS the kernel kills what uses more than there is; that it was killed is what the caller gets to know.
    private func endForMemory(_ environment: ExecutionEnvironment) {
        if environment.machine.workingSince == nil {
            withdraw(environment)
            return end(environment)
        }
        killProcess(of: environment)
    }
}
