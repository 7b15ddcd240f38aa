// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Glibc
import HTTPClient
import HTTPServer
import Randomness
import ServiceProtocols

/// Runs invocations in execution environments: the shell around ``Dispatcher`` and ``RuntimeStateMachine``, which
/// decide, with the processes, listeners and the one timer that they have not.
actor ExecutionPool: FunctionExecution {
    struct Options: Sendable {
        var limits = Dispatcher<PendingInvocation>.Limits()
        var initLimit = LambdaLimits.initialization
        /// What a runtime gets to end by itself after it has posted an init error.
        var initErrorGrace = Duration.seconds(1)
        var upkeep = Upkeep()
        /// Where environments have their folders that stand for `/tmp`; nil for none.
        var temporaryDirectory: String?
        /// What runs functions of managed runtimes.
        var clients = RuntimeClients()
        /// Puts sandboxes around functions; nil for none.
        var isolation: Isolation?
        var endpointURL: String?
        var credentials = FunctionCredentials()
        /// How fast streamed results go to their callers, and how long they may be.
        var pacing = ResponsePacing()
        var streamedResponseLimit = LambdaLimits.streamedResponse
        /// What may go wrong on purpose.
        var chaos: (any ChaosPoints)?
        /// Variables that all processes get besides.
        var variables: [String: String] = [:]
        /// Whose turn it is; nil where processes go on as it comes.
        var turns: (any TurnTaking)?
    }

    nonisolated let loop: EventLoop
    let options: Options
    let log: FunctionLog
    let region: String
    let observers: [any InvocationObserver]
    /// Hears what no caller can be told.
    let report: @Sendable (String) -> Void

    var dispatcher: Dispatcher<PendingInvocation>
    var environments: [Int: ExecutionEnvironment] = [:]
    /// The revisions that have an environment or work.
    var versions: [Int: FunctionVersion] = [:]
    /// All processes that have not gone yet, those of abandoned inits too.
    var processes: [Int: RuntimeProcess] = [:]
    /// Which environment each process belongs to.
    var lastProcess = 0
    /// The functions that developers run by hand, by their ids; what is called of them is run as this revision.
    var attached: [Int: FunctionVersion] = [:]
    /// When memory was looked at last, and whether it is just now.
    var lastSurvey = MonotonicTime.now
    var isSurveying = false
    private var random: RandomBits
    private var timer: LoopTimer?
    /// When the timer fires; nil when it is not set.
    private var timerDue: MonotonicTime?
    /// When users were told last that calls wait for the machine.
    private var holdUpTold: MonotonicTime?
    /// How many results are held up just now.
    private(set) var pauses = 0
    /// Sends telemetry to extensions, once there is any.
    var telemetryClient: HTTPClient?
    private(set) var isStopping = false
    private var gone: CheckedContinuation<Void, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        loop: EventLoop, options: Options, log: FunctionLog, region: String, observers: [any InvocationObserver],
        seed: UInt64, report: @escaping @Sendable (String) -> Void
    ) {
        self.loop = loop
        self.options = options
        self.log = log
        self.region = region
        self.observers = observers
        self.report = report
        dispatcher = Dispatcher(limits: options.limits)
        random = RandomBits(seed: seed)
    }

    // MARK: Invocations

    /// Runs a request and returns what became of it.
    ///
    /// Call it on the loop.
    nonisolated func run(_ request: InvocationRequest, on version: FunctionVersion) async -> ExecutionOutcome {
        // Not a checked one, here and where runtimes wait: each invocation passes both.
        await withUnsafeContinuation { continuation in
            loop.assumeIsolated(self, (request, version, continuation)) { $0.begin($1.0, on: $1.1, $1.2) }
        }
    }

    private func begin(
        _ request: InvocationRequest, on version: FunctionVersion,
        _ caller: UnsafeContinuation<ExecutionOutcome, Never>
    ) {
        if let chaos, let reason = throttle(request, of: version, by: chaos) {
            return caller.resume(returning: .throttled(reason))
        }
        accept(
            PendingInvocation(request, caller),
            on: attached.isEmpty ? version : attached[version.functionID] ?? version)
    }

    private func accept(_ invocation: PendingInvocation, on version: FunctionVersion) {
        guard !isStopping else { return invocation.resume(.abandoned) }
        let now = MonotonicTime.now
        let arrival = dispatcher.workArrived(
            invocation, for: version.id, of: version.functionID,
            isSynchronous: invocation.request.source == .requestResponse, at: now)
        switch arrival {
        case .assigned(let environment):
            guard let environment = environments[environment] else {
                preconditionFailure("an idle environment has gone without a word")
            }
            guard !hasGone(environment, now) else {
                // The word of its end is on its way.
                withdraw(environment)
                end(environment)
                return accept(invocation, on: version)
            }
            if let event = assign(invocation, to: environment, at: now) { environment.resumeParked(event) }
        case .queued(let changes):
            versions[version.id] = version
            apply(changes)
            if dispatcher.isHeldUp { tellOfHoldUp(now) }
        case .throttled(let reason):
            let attempt = ThrottledAttempt(invocation.request, of: version, reason)
            for observer in observers { observer.attemptThrottled(attempt) }
            invocation.resume(.throttled(reason))
        }
    }

    /// Whether the process of an idle environment has ended; one that was idle for a moment only is not asked for.
    private func hasGone(_ environment: ExecutionEnvironment, _ now: MonotonicTime) -> Bool {
        // Where those outside take turns, what the kernel knows already is not told yet.
        guard now.since(environment.idleSince) > 1_000_000, options.turns == nil else { return false }
        return environment.process.flatMap { processes[$0] }?.hasEnded ?? false
    }

    /// Hands an invocation to an environment.
    ///
    /// - Returns: the answer for the runtime that waits for it; nil when its init runs first.
    func assign(
        _ invocation: PendingInvocation, to environment: ExecutionEnvironment, at now: MonotonicTime
    ) -> HTTPResponse? {
        let assigned = environment.machine.assigned(
            invocation, requestID: invocation.request.requestID, at: now,
            timeout: environment.timeout)
        if environment.isFrozen {
            thaw(environment)
            if let chaos { thawed(environment, for: invocation.request, chaos) }
        }
        setTimer(for: min(environment.machine.deadline ?? .distantFuture, now + options.upkeep.surveyInterval), now)
        switch assigned {
        case .deliver(let assignment):
            environment.invocationBegan(invocation.request, at: now)
            if environment.extensions != nil { tellExtensions(of: assignment, in: environment, at: now) }
            if let chaos { invocationBegan(invocation.request, in: environment, chaos) }
            return environment.event(assignment, at: now)
        case .initialize:
            environment.initBegan(.invoke, for: invocation.request)
            startInit(of: environment)
            return nil
        }
    }

    /// Says, at most once a minute, why calls wait that would not wait on AWS.
    private func tellOfHoldUp(_ now: MonotonicTime) {
        if let holdUpTold, now.since(holdUpTold) < 60_000_000_000 { return }
        holdUpTold = now
        report(
            "calls wait for one of the \(options.limits.environments) function processes that this emulator runs at "
                + "most; --processes allows more")
    }

    func apply(_ changes: Dispatcher<PendingInvocation>.Changes) {
        guard !changes.isEmpty else { return }
        for (environment, version) in changes.start { start(environment, version) }
        for environment in changes.retire { environments[environment].map(end) }
    }

    // MARK: Start

    private func start(_ id: Int, _ versionID: Int) {
        guard let version = versions[versionID] else { preconditionFailure("an unknown version is to be started") }
        let isProvisioned = dispatcher.environments[id]?.isProvisioned ?? false
        let environment = ExecutionEnvironment(
            id: id, version: version, initialization: isProvisioned ? .provisioned : .onDemand,
            logStream: makeLogStream(of: version),
            initLimit: isProvisioned
                ? max(LambdaLimits.provisionedInitialization, version.timeoutNanoseconds)
                : Int64(options.initLimit / .nanoseconds(1)), log: log, region: region)
        environments[id] = environment
        environment.initBegan(.initialize)
        if let deadline = environment.machine.deadline { setTimer(for: deadline, .now) }
        loop.spawn { await self.listen(id) }
    }

    func makeLogStream(of version: FunctionVersion) -> LambdaLogStream {
        LambdaLogStream(
            function: version.name, version: version.version, group: version.configuration.logGroup,
            name: FunctionLog.streamName(version: version.version, at: log.clock.now, &random))
    }

    /// Opens an environment's Runtime API.
    ///
    /// - Parameter port: 0 for any.
    func openRuntimeAPI(of environment: ExecutionEnvironment, port: Int = 0) async throws(LoopError) {
        var limits = HTTPLimits()
        limits.idleTimeout = nil
        // A streamed result may stay silent for as long as its function may run.
        limits.stallTimeout = .nanoseconds(max(environment.timeout, 1_000_000_000 * 960))
        let server = HTTPServer(loop: loop, port: port, handler: runtimeAPI(of: environment.id), limits: limits)
        environment.server = server
        do throws(LoopError) {
            environment.address = "127.0.0.1:\(try await server.start())"
        } catch {
            environment.server = nil
            throw error
        }
    }

    /// The listener comes first, so that the process finds its port open.
    private func listen(_ id: Int) async {
        guard let environment = environments[id], !environment.isEnding else { return }
        do throws(LoopError) {
            try await openRuntimeAPI(of: environment)
        } catch {
            return handle(environment.machine.processEnded(.platform(error.description), at: .now), of: environment)
        }
        await findClient(for: environment.version.configuration.runtime)
        guard !environment.isEnding else { return }
        // A sandbox without extensions has one of memory.
        if let directory = options.temporaryDirectory,
            options.isolation == nil || environment.version.configuration.code.optFolder != nil
        {
            environment.temporaryFolder = TemporaryFolder(
                in: directory, function: environment.version.name, environment: id)
        }
        startInit(of: environment)
    }

    func variables(of environment: ExecutionEnvironment) -> EnvironmentVariables {
        EnvironmentVariables(
            configuration: environment.version.configuration, version: environment.version.version,
            initialization: environment.initialization, region: region,
            logStream: environment.logStream.name, runtimeAPI: environment.address, endpointURL: options.endpointURL,
            credentials: options.credentials.ofEnvironment(environment.id), paths: paths(of: environment),
            additional: options.variables)
    }

    func startProcess(of environment: ExecutionEnvironment) {
        environment.memory.restarted()
        environment.isFrozen = false
        environment.isRuntimeStarted = true
        let effect = chaos.flatMap { initializationBegins(in: environment, $0) }
        if case .kill(let delay)? = effect, delay <= .zero {
            // Before its first instruction: how far it came otherwise would be chance.
            return handle(environment.machine.processEnded(.exited(.signal(SIGKILL)), at: .now), of: environment)
        }
        startProcess(of: environment, effect, attempt: 1)
    }

    private func startProcess(of environment: ExecutionEnvironment, _ effect: ChaosEffect?, attempt: Int) {
        lastProcess += 1
        let key = lastProcess
        environment.process = key
        do throws(RuntimeProcess.StartError) {
            processes[key] = try RuntimeProcess(
                loop: loop, runtime: try runtimeLaunch(of: environment),
                observer: observer(ofProcess: key, of: environment.id))
            if let effect { spoil(environment, effect) }
        } catch .busy where attempt < Self.startAttempts {
            startAgain(environment.id, process: key, effect, attempt: attempt + 1)
        } catch {
            environment.process = nil
            let cause = if case .failed(let cause) = error { cause } else { FailureCause.bootstrapBusy }
            handle(environment.machine.processEnded(cause, at: .now), of: environment)
        }
    }

    private func observer(ofProcess key: Int, of id: Int) -> ChildProcess.Observer {
        ChildProcess.Observer(
            output: { stream, chunk in
                self.environments[id]?.outputArrived(
                    stream == .standardOutput ? .standardOutput : .standardError, chunk)
            },
            outputEnded: { self.outputEnded(ofProcess: key, of: id) },
            exited: { self.exited(process: key, of: id, $0) })
    }

    /// How often a bootstrap that is busy is tried, 5 ms apart: somebody is writing it still, or a child process that
    /// is just being made has a copy of the descriptor that wrote it.
    static let startAttempts = 1000

    private func startAgain(_ id: Int, process key: Int, _ effect: ChaosEffect?, attempt: Int) {
        loop.spawn { [loop] in
            try? await loop.sleep(for: .milliseconds(5))
            await self.startAgainNow(id, process: key, effect, attempt: attempt)
        }
    }

    private func startAgainNow(_ id: Int, process key: Int, _ effect: ChaosEffect?, attempt: Int) {
        guard let environment = environments[id], !environment.isEnding, environment.process == key else { return }
        startProcess(of: environment, effect, attempt: attempt)
    }

    /// A new identifier.
    func makeUUID() -> String { RequestIDs.uuid(random.next(), random.next()) }

    // MARK: Time

    /// One timer serves all environments.
    ///
    /// It is set when a deadline comes before all others, and never put off: when it fires for an invocation that is
    /// long over, it is set for the next deadline that there is.
    func setTimer(for deadline: MonotonicTime, _ now: MonotonicTime) {
        if let timerDue, timerDue <= deadline { return }
        if timer == nil { timer = try? LoopTimer(loop: loop) }
        timerDue = deadline
        timer?.start(after: .nanoseconds(max(0, deadline.since(now)))) { self.timerFired() }
    }

    private func timerFired() {
        timerDue = nil
        let now = MonotonicTime.now
        for environment in Array(environments.values) {
            let seconds = environment.version.configuration.timeoutSeconds
            guard let deadline = deadline(of: environment, at: now), deadline <= now,
                let failure = environment.machine.deadlineReached(at: now, timeoutSeconds: seconds)
            else { continue }
            noteMemory(of: environment)
            // With extensions, the runtime ends in its turn.
            if environment.extensions == nil { killProcess(of: environment) }
            handle(failure, of: environment)
        }
        let soonest = environments.values.compactMap { deadline(of: $0, at: now) }.min()
        if let next = [keepUp(at: now), soonest].compactMap({ $0 }).min() { setTimer(for: next, now) }
    }

    /// Holds a result up, in machine time; nobody else has a turn meanwhile.
    func pause(for duration: Duration) async {
        pauses += 1
        try? await loop.sleep(for: duration)
        pauses -= 1
    }

    // MARK: End

    /// Ends everything: what waits or runs is given up, and each environment is shut down.
    func stop() async {
        guard !isStopping else { return }
        isStopping = true
        for invocation in dispatcher.stopped() { invocation.resume(.abandoned) }
        for environment in Array(environments.values) { end(environment) }
        killAbandoned()
        await withCheckedContinuation { continuation in
            gone = continuation
            tellIfGone()
        }
        timer?.close()
        timer = nil
        await telemetryClient?.close()
    }

    /// Those of inits that failed.
    private func killAbandoned() {
        for (key, process) in processes where !environments.values.contains(where: { $0.owns(process: key) }) {
            process.signalGroup(SIGKILL)
        }
    }

    func tellIfGone() {
        guard isStopping, processes.isEmpty, environments.isEmpty else { return }
        gone.take()?.resume()
    }
}
