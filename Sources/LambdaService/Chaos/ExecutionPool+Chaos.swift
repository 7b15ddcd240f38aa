// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc
import HTTPServer
import ServiceProtocols

/// What chaos does to environments. All of it is asked for only while there are rules.
extension ExecutionPool {
    var chaos: (any ChaosPoints)? { options.chaos?.isActive == true ? options.chaos : nil }

    // MARK: Invocations

    /// Why an invocation is throttled; nil for one that may run.
    func throttle(
        _ request: InvocationRequest, of version: FunctionVersion, by chaos: any ChaosPoints
    ) -> ThrottleReason? {
        let point = ChaosPoint(.admission, request, of: version)
        guard case .throttle(let name)? = chaos.strike(at: point) else { return nil }
        let reason = ThrottleReason(rawValue: name) ?? .concurrency
        let attempt = ThrottledAttempt(request, of: version, reason)
        for observer in observers { observer.attemptThrottled(attempt) }
        return reason
    }

    /// A frozen environment runs again: while it stood still, the world may have gone on for long.
    func thawed(_ environment: ExecutionEnvironment, for request: InvocationRequest, _ chaos: any ChaosPoints) {
        let point = ChaosPoint(.thaw, request, of: environment.version)
        if case .clockJump(let duration)? = chaos.strike(at: point) { chaos.jump(duration) }
    }

    /// The runtime is about to be started.
    func initializationBegins(in environment: ExecutionEnvironment, _ chaos: any ChaosPoints) -> ChaosEffect? {
        var point = ChaosPoint(.initialization, of: "lambda")
        (point.function, point.qualifier) = (environment.version.name, environment.version.version)
        return chaos.strike(at: point)
    }

    /// The runtime is about to get an event.
    func invocationBegan(
        _ request: InvocationRequest, in environment: ExecutionEnvironment, _ chaos: any ChaosPoints
    ) {
        guard let effect = chaos.strike(at: ChaosPoint(.invocation, request, of: environment.version)) else { return }
        spoil(environment, effect)
    }

    // MARK: Results

    /// A runtime posts a result; what its caller is to get is what comes out here.
    ///
    /// - Returns: nil when the runtime has been killed for it.
    func resultCame(
        _ request: HTTPRequest, from environment: ExecutionEnvironment, _ chaos: any ChaosPoints
    ) async -> HTTPRequest? {
        guard let work = environment.machine.runningWork,
            let effect = chaos.strike(at: ChaosPoint(.response, work.request, of: environment.version))
        else { return request }
        switch effect {
        case .truncate: return request.with(body: TruncatedBody(of: request.body))
        case .corrupt(let number): return request.with(body: CorruptedBody(of: request.body, number))
        case .kill(let delay):
            let process = environment.process
            if delay > .zero { await pause(for: delay) }
            signal(process, SIGKILL)
            return nil
        case .stall(let duration):
            // The function's time is up before that, if it stands still for good.
            let seconds = environment.version.configuration.timeoutSeconds + 1
            signal(environment.process, SIGSTOP)
            await pause(for: duration ?? .seconds(seconds))
            signal(environment.process, SIGCONT)
            return request
        default: return request
        }
    }

    // MARK: Processes

    /// What is done to the process that an environment has now.
    func spoil(_ environment: ExecutionEnvironment, _ effect: ChaosEffect) {
        let (id, process) = (environment.id, environment.process)
        switch effect {
        case .kill(let delay) where delay <= .zero: signal(process, SIGKILL)
        case .kill(let delay): later(delay) { await $0.kill(process, ifAtWorkIn: id) }
        case .stall(let duration):
            signal(process, SIGSTOP)
            if let duration { later(duration) { await $0.signal(process, SIGCONT) } }
        case .slow(let factor): later(.zero) { await $0.slow(process, of: id, factor) }
        default: break
        }
    }

    private func later(_ delay: Duration, _ action: @escaping @Sendable (ExecutionPool) async -> Void) {
        loop.spawn { [loop] in
            if delay > .zero { try? await loop.sleep(for: delay) }
            await action(self)
        }
    }

    private func signal(_ process: Int?, _ signal: Int32) {
        process.flatMap { processes[$0] }?.signalGroup(signal)
    }

    /// Kills what is still in the work that it had when that was decided, or in later work.
    private func kill(_ process: Int?, ifAtWorkIn id: Int) {
        guard isAtWork(process, id) else { return }
        signal(process, SIGKILL)
    }

    private func isAtWork(_ process: Int?, _ id: Int) -> Bool {
        guard let environment = environments[id], let process else { return false }
        return environment.process == process && environment.machine.workingSince != nil && !isStopping
    }

    /// Lets a process run for one part in so many of its time, until its work is done.
    private func slow(_ process: Int?, of id: Int, _ factor: Int) async {
        let part = Duration.milliseconds(10)
        let since = environments[id]?.machine.workingSince
        while isAtWork(process, id), environments[id]?.machine.workingSince == since {
            signal(process, SIGSTOP)
            try? await loop.sleep(for: part * (factor - 1))
            signal(process, SIGCONT)
            try? await loop.sleep(for: part)
        }
    }
}

extension ChaosPoint {
    /// A point in the way of an invocation.
    init(_ moment: Moment, _ request: InvocationRequest, of version: FunctionVersion) {
        self.init(moment, of: "lambda")
        function = version.name
        // arn:aws:lambda:REGION:ACCOUNT:function:NAME, and a qualifier where there is one.
        let parts = request.invokedARN.split(separator: ":")
        qualifier = parts.count > 7 ? String(parts[7]) : "$LATEST"
        attempt = request.attempt
        content = request.payload
        cause = request.mark?.id
    }
}
