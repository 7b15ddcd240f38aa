// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc
import HTTPServer
import ServiceProtocols

/// What goes wrong with processes, and how environments end.
extension ExecutionPool {
    func exited(process key: Int, of id: Int, _ exit: ChildProcess.Exit) {
        processes[key]?.ended(exit)
        if options.turns == nil, let environment = environments[id], environment.owns(process: key),
            environment.machine.isReady
        {
            // It takes no more work, though the process's last words are still to be read.
            environment.extensions?.reason = .failure
            withdraw(environment)
            end(environment)
        }
        conclude(process: key, of: id)
    }

    /// Tells the dispatcher, once, that an environment is no more.
    func withdraw(_ environment: ExecutionEnvironment) {
        guard !environment.isWithdrawn else { return }
        environment.isWithdrawn = true
        let changes = dispatcher.environmentEnded(environment.id, at: .now)
        if !isStopping { apply(changes) }
    }

    func outputEnded(ofProcess key: Int, of id: Int) {
        processes[key]?.outputEnded()
        conclude(process: key, of: id)
    }

    /// A process counts as gone when all that it wrote is read too: its last words come before the report of its end.
    private func conclude(process key: Int, of id: Int) {
        guard let process = processes[key], let exit = process.exit else { return }
        guard process.isOutputOver else { return concludeLater(process: key, of: id) }
        guard environments[id]?.extensions == nil else { return forget(process: key, of: id, exit) }
        inTurn(.ended(process: key)) { $0.forget(process: key, of: id, exit) }
    }

    /// A process that left its group may still hold the output open: its end is not waited for.
    private func concludeLater(process key: Int, of id: Int) {
        loop.spawn { [loop] in
            try? await loop.sleep(for: .milliseconds(100))
            await self.concludeAnyway(process: key, of: id)
        }
    }

    private func concludeAnyway(process key: Int, of id: Int) {
        guard let process = processes[key], !process.isOutputOver else { return }
        outputEnded(ofProcess: key, of: id)
    }

    /// A result is read: its runtime's end, if that came first, is seen to now.
    func received(_ environment: ExecutionEnvironment) {
        environment.isReceiving = false
        guard environment.endedWhileReceiving, let process = environment.process else { return }
        environment.endedWhileReceiving = false
        conclude(process: process, of: environment.id)
    }

    private func forget(process key: Int, of id: Int, _ exit: FailureCause.ProcessExit) {
        if let environment = environments[id], environment.process == key, environment.isReceiving,
            !environment.isEnding
        {
            // What it had written of its result counts.
            environment.endedWhileReceiving = true
            return
        }
        processes.removeValue(forKey: key)?.close()
        if let environment = environments[id], extensionsTook(key, of: environment, exit) { return }
        guard let environment = environments[id], environment.process == key else { return tellIfGone() }
        environment.process = nil
        options.turns?.left(.environment(id))
        environment.flushOutput()
        if environment.isEnding {
            remove(environment)
        } else {
            let cause = environment.memory.isExceeded ? FailureCause.outOfMemory : .exited(exit)
            handle(environment.machine.processEnded(cause, at: .now), of: environment)
        }
    }

    func killProcess(of environment: ExecutionEnvironment) {
        environment.process.flatMap { processes[$0] }?.signalGroup(SIGKILL)
    }

    /// Does what the machine says about a failure; afterwards the environment has ended, or its init has failed.
    func handle(
        _ failure: RuntimeStateMachine<PendingInvocation>.Failure, of environment: ExecutionEnvironment
    ) {
        let now = MonotonicTime.now
        environment.extensions?.reason = failure.reason
        switch failure {
        case .initFailed(let report):
            environment.initEnded(report)
            return initFailed(environment)
        case .reinitFailed(let assignment, let result, let initReport, let report):
            environment.initEnded(initReport)
            environment.invocationBegan(assignment.work.request, at: now)
            environment.failed(assignment.requestID, result)
            answer(assignment.work, result)
            finish(assignment.work, report, of: environment, at: now)
        case .invocationFailed(let assignment, let result, let report):
            environment.failed(assignment.requestID, result)
            answer(assignment.work, result)
            finish(assignment.work, report, of: environment, at: now)
        case .endedAfterResult(let assignment, let report):
            finish(assignment.work, report, of: environment, at: now)
        case .endedIdle, .none:
            break
        }
        end(environment)
    }

    private func answer(
        _ invocation: PendingInvocation, _ result: RuntimeStateMachine<PendingInvocation>.FailedResult
    ) {
        switch result {
        case .cause(let cause): answer(invocation, cause)
        case .posted(let payload): invocation.answer(payload, outcome: .failed)
        }
    }

    /// The first init failed: it is run again for an invocation that waits, or the environment ends.
    private func initFailed(_ environment: ExecutionEnvironment) {
        environment.resumeParked(Self.ended)
        if let extensions = environment.extensions { return shutDown(environment, extensions) }
        // What is left of the process ends by itself and is told to nobody.
        killProcess(of: environment)
        environment.process = nil
        options.turns?.left(.environment(environment.id))
        runInitAgain(environment)
    }

    func runInitAgain(_ environment: ExecutionEnvironment) {
        let now = MonotonicTime.now
        let (next, changes) = dispatcher.environmentInitFailed(environment.id, at: now)
        apply(changes)
        switch next {
        case .assigned(let invocation): _ = assign(invocation, to: environment, at: now)
        case .idle, .retire: end(environment)
        }
    }

    /// Ends an environment: it is forgotten when its processes have gone.
    ///
    /// Where there are no extensions, the runtime is killed at once
    /// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html, "Shutdown phase").
    func end(_ environment: ExecutionEnvironment) {
        guard !environment.isEnding else { return }
        environment.isEnding = true
        environment.machine.stopped()?.work.giveUp()
        environment.resumeParked(Self.ended)
        if let extensions = environment.extensions {
            // What is stopped hears of nothing.
            if environment.isFrozen { thaw(environment) }
            return shutDown(environment, extensions)
        }
        if let process = environment.process.flatMap({ processes[$0] }) {
            process.signalGroup(SIGKILL)
        } else {
            remove(environment)
        }
    }

    func remove(_ environment: ExecutionEnvironment) {
        environments[environment.id] = nil
        environment.telemetry?.close()
        environment.temporaryFolder?.remove(on: loop)
        if let server = environment.server { loop.spawn { await server.stop(grace: .zero) } }
        withdraw(environment)
        tellIfGone()
    }
}

extension RuntimeStateMachine.Failure {
    /// Why an environment ends in which it happened, as extensions are told.
    fileprivate var reason: ShutdownSequence.Reason {
        switch self {
        case .initFailed(let report), .reinitFailed(_, _, let report, _):
            report.status == .timeout ? .timeout : .failure
        case .invocationFailed(_, _, let report), .endedAfterResult(_, let report):
            report.status == .timeout ? .timeout : .failure
        case .endedIdle, .none: .failure
        }
    }
}
