// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Glibc
import HTTPServer

/// How environments with extensions end, and inits that failed: the shell around ``ShutdownSequence``.
extension ExecutionPool {
    /// Begins the end, unless it has begun.
    func shutDown(_ environment: ExecutionEnvironment, _ extensions: EnvironmentExtensions) {
        guard extensions.shutdown == nil else { return }
        var sequence = ShutdownSequence(
            extensions.reason, isRuntimeRunning: environment.process.flatMap { processes[$0] } != nil,
            hasExternal: extensions.registry.hasExternal, hasInternal: extensions.registry.hasInternal,
            runningExtensions: extensions.processes.count, at: .now)
        let actions = sequence.begin()
        extensions.shutdown = sequence
        waitForDeadline(of: environment, extensions)
        perform(actions, environment, extensions)
    }

    private func perform(
        _ actions: [ShutdownSequence.Action], _ environment: ExecutionEnvironment, _ extensions: EnvironmentExtensions
    ) {
        for action in actions {
            switch action {
            case .terminateRuntime: signalRuntime(of: environment, SIGTERM)
            case .killRuntime: signalRuntime(of: environment, SIGKILL)
            case .shutDownExtensions:
                if environment.telemetry?.hasSubscribers == true {
                    loop.spawn { [id = environment.id] in await self.flushTelemetry(of: id) }
                } else {
                    tellOfShutdown(extensions)
                }
                waitForDeadline(of: environment, extensions)
            case .killExtensions: kill(extensions) { _ in true }
            case .finish: finishShutdown(of: environment, extensions)
            }
        }
    }

    private func signalRuntime(of environment: ExecutionEnvironment, _ signal: Int32) {
        environment.process.flatMap { processes[$0] }?.signalGroup(signal)
    }

    private func tellOfShutdown(_ extensions: EnvironmentExtensions) {
        let (told, untold) = extensions.registry.shutDown()
        for id in told { extensions.resume(id, shutdownEvent(extensions, for: id)) }
        kill(extensions, untold.contains)
    }

    /// What there is to tell arrives before the word of the end, unless its reader is slow.
    private func flushTelemetry(of id: Int) async {
        await environments[id]?.telemetry?.flush(within: Self.flushLimit)
        guard let extensions = environments[id]?.extensions, extensions.shutdown != nil else { return }
        tellOfShutdown(extensions)
    }

    private static let flushLimit = Duration.seconds(1)

    private func kill(_ extensions: EnvironmentExtensions, _ isMeant: (String) -> Bool) {
        for (key, process) in extensions.processes where isMeant(process.name) {
            processes[key]?.signalGroup(SIGKILL)
        }
    }

    func shutdownEvent(_ extensions: EnvironmentExtensions, for id: String) -> HTTPResponse {
        let left = max(0, extensions.shutdown?.end.since(.now) ?? 0) / 1_000_000
        return extensionEvent(
            Bytes(
                ExtensionEvent.shutdown(
                    extensions.shutdown?.reason ?? extensions.reason,
                    deadline: MonotonicTime.wallMilliseconds + left)), for: id)
    }

    private func waitForDeadline(of environment: ExecutionEnvironment, _ extensions: EnvironmentExtensions) {
        guard let deadline = extensions.shutdown?.deadline else { return }
        let id = environment.id
        extensions.wait = loop.spawn { [loop] in
            guard (try? await loop.sleep(for: .nanoseconds(max(0, deadline.since(.now))))) != nil else { return }
            await self.shutdownDeadlineReached(id, deadline)
        }
    }

    private func shutdownDeadlineReached(_ id: Int, _ deadline: MonotonicTime) {
        guard let environment = environments[id], let extensions = environment.extensions,
            extensions.shutdown?.deadline == deadline, let actions = extensions.shutdown?.deadlineReached()
        else { return }
        perform(actions, environment, extensions)
    }

    /// Takes note of a process that has gone, if that is of concern to extensions.
    func extensionsTook(_ key: Int, of environment: ExecutionEnvironment, _ exit: FailureCause.ProcessExit) -> Bool {
        guard let extensions = environment.extensions else { return false }
        if extensions.processes[key] != nil {
            environment.flushExtensionOutput(key)
            extensions.processes[key] = nil
            extensionEnded(exit, environment, extensions)
            return true
        }
        guard key == environment.process, let actions = extensions.shutdown?.runtimeEnded() else { return false }
        environment.process = nil
        environment.flushOutput()
        perform(actions, environment, extensions)
        return true
    }

    private func extensionEnded(
        _ exit: FailureCause.ProcessExit, _ environment: ExecutionEnvironment, _ extensions: EnvironmentExtensions
    ) {
        if let actions = extensions.shutdown?.extensionEnded() {
            return perform(actions, environment, extensions)
        }
        let type = extensions.registry.processEnded()
        let cause = FailureCause.extensionFailed(type: type, message: exit.extensionMessage)
        handle(environment.machine.processEnded(cause, at: .now), of: environment)
    }

    /// Nothing runs any more: the environment is forgotten, or its init is run again.
    private func finishShutdown(of environment: ExecutionEnvironment, _ extensions: EnvironmentExtensions) {
        extensions.resumeAll()
        environment.extensions = nil
        if environment.isEnding { remove(environment) } else { runInitAgain(environment) }
    }
}

extension FailureCause.ProcessExit {
    /// As AWS's supervisor says it of an extension.
    fileprivate var extensionMessage: String {
        switch self {
        case .status(0): "exit code 0"
        case .status(let status): "exit status \(status)"
        case .signal(let signal): "signal: \(FailureCause.name(of: signal))"
        }
    }
}
