// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import Randomness
import ServiceProtocols

/// One execution environment: a Runtime API listener of its own, the process that it belongs to, and its log stream.
///
/// It holds what an environment has; ``ExecutionPool``, to whose actor it is confined, tells what happens to it.
final class ExecutionEnvironment {
    let id: Int
    let version: FunctionVersion
    let initialization: Initialization
    /// Whether its runtime is a process that a developer starts: no time is up for it.
    let isAttached: Bool
    let logStream: LambdaLogStream
    var machine: RuntimeStateMachine<PendingInvocation>
    /// The listener, and `127.0.0.1:PORT`, which is what tells this environment from all others.
    var server: HTTPServer?
    var address = ""
    /// The current process's key in the pool; nil when there is none.
    var process: Int?
    /// The runtime's request that waits for an invocation.
    var parked: UnsafeContinuation<HTTPResponse, Never>?
    /// What it has besides when there are extensions; nil for most.
    var extensions: EnvironmentExtensions?
    /// What those are told who subscribe to it; nil without extensions.
    var telemetry: EnvironmentTelemetry?
    /// How many inits have begun, which tells one from the next.
    private(set) var inits = 0
    /// Whether the current init has come so far that the runtime was started.
    var isRuntimeStarted = false
    /// Whether a result is being read.
    var isReceiving = false
    /// Whether the process has ended meanwhile.
    var endedWhileReceiving = false
    var isEnding = false
    /// The dispatcher knows it no more.
    var isWithdrawn = false
    var hasInvoked = false
    /// When it became idle last.
    var idleSince = MonotonicTime.now
    /// Its processes are stopped.
    var isFrozen = false
    var memory: ProcessMemory
    var temporaryFolder: TemporaryFolder?
    private var output = LineSplitter()
    private var errorOutput = LineSplitter()
    private var tail = LogTail()
    private var collectsTail = false
    private var requestID: String?
    /// The record of the invocation that it has, or had last.
    private(set) var invocation: RecordID?
    /// When the runtime answers; taken down only when somebody is told of it.
    private var response: RuntimeResponseTimes?
    private var initStart: (phase: InitReport.Phase, moment: Timestamp)?
    private var isInitRuntimeDone = false
    private var isRuntimeDone = false
    let log: FunctionLog
    private let platform: PlatformLog

    init(
        id: Int, version: FunctionVersion, initialization: Initialization, isAttached: Bool = false,
        logStream: LambdaLogStream, initLimit: Int64, log: FunctionLog, region: String
    ) {
        self.id = id
        self.version = version
        self.initialization = initialization
        self.isAttached = isAttached
        self.logStream = logStream
        self.log = log
        memory = ProcessMemory(limitMegabytes: version.configuration.memoryMegabytes)
        platform = PlatformLog(
            logging: version.configuration.logging,
            context: PlatformContext(
                functionName: version.name, functionARN: version.functionARN, version: version.version,
                memoryMegabytes: version.configuration.memoryMegabytes,
                runtime: RuntimeVersion(of: version.configuration.runtime.rawValue, region: region),
                instanceID: logStream.name, initialization: initialization))
        machine = RuntimeStateMachine(began: .now, initLimit: initLimit)
    }

    /// How long an invocation may take, in nanoseconds.
    var timeout: Int64 { isAttached ? Self.unlimited : version.timeoutNanoseconds }

    /// A year: longer than anybody debugs, and a deadline that runtimes can count with.
    static let unlimited: Int64 = 365 * 86_400 * 1_000_000_000

    // MARK: Log

    /// An init begins: the environment's first, or for an invocation, whose log that init belongs to.
    func initBegan(_ phase: InitReport.Phase, for request: InvocationRequest? = nil) {
        inits += 1
        isRuntimeStarted = false
        isInitRuntimeDone = false
        collectsTail = request?.wantsLog ?? false
        let moment = log.clock.now
        initStart = (phase, moment)
        telemetry?.open()
        tell(.initStart(phase), at: moment)
    }

    /// There are extensions, which may subscribe until the end of the init.
    func openTelemetry() {
        guard telemetry == nil else { return }
        let telemetry = EnvironmentTelemetry(platform.context, platform.logging.format)
        telemetry.open()
        if let initStart { telemetry.append(.platform(.initStart(initStart.phase)), at: initStart.moment) }
        self.telemetry = telemetry
    }

    /// An extension has subscribed.
    func subscribed(_ subscription: SubscriptionStatus) {
        tell(.subscription(subscription), at: log.clock.now)
    }

    /// The runtime asked for its first invocation, or has failed.
    func initRuntimeDone(_ phase: InitReport.Phase, _ status: ReportStatus) {
        guard isRuntimeStarted, !isInitRuntimeDone else { return }
        isInitRuntimeDone = true
        tell(.initRuntimeDone(phase, status), at: log.clock.now)
    }

    func initEnded(_ report: InitReport) {
        if report.status != .success { flushOutput() }
        initRuntimeDone(report.phase, report.status)
        let moment = log.clock.now
        for status in extensions?.registry.statuses ?? [] { tell(.extensionStatus(status), at: moment) }
        tell(.initReport(report), at: moment)
        telemetry?.closeSubscription()
    }

    func invocationBegan(_ request: InvocationRequest, at now: MonotonicTime) {
        requestID = request.requestID
        invocation = request.mark?.id
        collectsTail = request.wantsLog
        isRuntimeDone = false
        let moment = log.clock.now
        response = tellsRuntimeDone(.success) ? RuntimeResponseTimes(beganAt: moment, began: now) : nil
        tell(.start(requestID: request.requestID, traceHeader: request.traceHeader), at: moment)
    }

    /// Whether anybody is told when the runtime is done with an invocation.
    private func tellsRuntimeDone(_ status: ReportStatus) -> Bool {
        platform.hasLine(ofRuntimeDone: status) || telemetry?.hasSubscribers == true
    }

    /// The head of the runtime's answer came.
    func responseBegan() {
        if response != nil { response?.headCame = .now }
    }

    /// The whole answer came.
    func responseEnded(producedBytes: Int) {
        guard response != nil else { return }
        response?.bodyCame = .now
        response?.producedBytes = producedBytes
    }

    /// The runtime is done with its invocation.
    func runtimeDone(
        with request: InvocationRequest, _ status: ReportStatus, nanoseconds: Int64, at now: MonotonicTime
    ) {
        guard !isRuntimeDone, tellsRuntimeDone(status) else { return }
        isRuntimeDone = true
        let done = RuntimeDone(
            requestID: request.requestID, traceHeader: request.traceHeader, status: status, nanoseconds: nanoseconds,
            response: response, ended: now)
        tell(.runtimeDone(done), at: log.clock.now)
    }

    /// Writes the last lines of an invocation, tells its caller and the observers.
    func invocationEnded(
        _ invocation: PendingInvocation, _ report: InvocationReport, process: Int32?, at now: MonotonicTime,
        observers: [any InvocationObserver], concurrency: @autoclosure () -> ConcurrencyCount
    ) {
        if let process { memory.update(process: process, at: now) }
        flushOutput()
        runtimeDone(with: invocation.request, report.status, nanoseconds: report.nanoseconds, at: now)
        let moment = log.clock.now
        tell(.end(requestID: report.requestID), at: moment)
        tell(.report(report, maxMemoryUsedMegabytes: memory.peakMegabytes), at: moment)
        requestID = nil
        collectsTail = false
        invocation.close(log: tail.take())
        if !observers.isEmpty {
            let record = record(invocation, report, end: moment, concurrency())
            for observer in observers { observer.attemptEnded(record) }
        }
        hasInvoked = true
    }

    func outputArrived(_ origin: LambdaLogLine.Origin, _ chunk: UnsafeRawBufferPointer) {
        let moment = log.clock.now
        if origin == .standardOutput {
            output.append(chunk) { write($0, origin, at: moment) }
        } else {
            errorOutput.append(chunk) { write($0, origin, at: moment) }
        }
    }

    func flushOutput() {
        output.flush { write($0, .standardOutput, at: log.clock.now) }
        errorOutput.flush { write($0, .standardError, at: log.clock.now) }
    }

    /// What Lambda itself says: a line of the log, where the log has one for it.
    func tell(_ event: PlatformEvent, at moment: Timestamp) {
        if let line = platform.line(event, at: moment) { write(line, .platform, at: moment) }
        telemetry?.append(.platform(event), at: moment)
    }

    func write(_ line: Bytes, _ origin: LambdaLogLine.Origin, at moment: Timestamp) {
        if collectsTail { tail.append(line) }
        if let telemetry, origin != .platform {
            telemetry.append(origin == .extensionOutput ? .extension(line) : .function(line), at: moment)
        }
        guard !log.sinks.isEmpty else { return }
        let entry = LambdaLogLine(
            source: logStream, requestID: requestID, invocation: requestID == nil ? nil : self.invocation,
            timestamp: moment, origin: origin, bytes: line)
        for sink in log.sinks { sink.append(entry) }
    }

    private func record(
        _ invocation: PendingInvocation, _ report: InvocationReport, end: Timestamp, _ concurrency: ConcurrencyCount
    ) -> InvocationRecord {
        let request = invocation.request
        return InvocationRecord(
            requestID: request.requestID,
            target: InvocationTarget(
                function: version.name, version: version.version, invokedARN: request.invokedARN),
            logStream: logStream.name, source: request.source, attempt: request.attempt,
            isCold: !hasInvoked && initialization == .onDemand,
            initMilliseconds: report.initNanoseconds.map { Double($0) / 1_000_000 },
            durationMilliseconds: Double(report.nanoseconds) / 1_000_000,
            billedMilliseconds: Int(report.billedMilliseconds), maxMemoryUsedMegabytes: memory.peakMegabytes,
            outcome: invocation.recorded,
            began: Timestamp(milliseconds: end.milliseconds - report.nanoseconds / 1_000_000),
            traceHeader: request.traceHeader, memoryMegabytes: version.configuration.memoryMegabytes,
            concurrency: concurrency, mark: request.mark, payload: request.payload, result: invocation.answered)
    }

    // MARK: Runtime API

    /// The answer to `next` that hands an invocation out.
    func event(_ assignment: RuntimeStateMachine<PendingInvocation>.Assignment, at now: MonotonicTime) -> HTTPResponse {
        let request = assignment.work.request
        // The function compares it with its own clock.
        let deadline = MonotonicTime.wallMilliseconds + assignment.deadline.since(now) / 1_000_000
        var response = HTTPResponse(status: 200, body: request.payload)
        response.headers.add("Content-Type", "application/json")
        response.headers.add("Lambda-Runtime-Aws-Request-Id", request.requestID)
        response.headers.add("Lambda-Runtime-Deadline-Ms", String(deadline))
        response.headers.add("Lambda-Runtime-Invoked-Function-Arn", request.invokedARN)
        response.headers.add("Lambda-Runtime-Trace-Id", request.traceHeader)
        if let context = request.clientContext { response.headers.add("Lambda-Runtime-Client-Context", context) }
        return response
    }

    func resumeParked(_ response: HTTPResponse) {
        parked.take()?.resume(returning: response)
    }
}

extension ExecutionEnvironment {
    /// Why an environment was made, in the words of `AWS_LAMBDA_INITIALIZATION_TYPE`.
    enum Initialization: String {
        case onDemand = "on-demand"
        case provisioned = "provisioned-concurrency"
    }
}

/// Where log lines go, and the clock that stamps them.
struct FunctionLog: Sendable {
    var sinks: [any LambdaLogSink]
    var clock: any EmulatorClock

    /// The name of a new environment's stream: `2026/11/21/[$LATEST]` and 32 hexadecimal digits.
    static func streamName(version: String, at moment: Timestamp, _ random: inout RandomBits) -> String {
        let date = ISO8601.format(moment.milliseconds).prefix(10).map { $0 == "-" ? "/" : $0 }
        let (high, low) = (random.next(), random.next())
        let digits = String(unsafeUninitializedCapacity: 32) { memory in
            var text = TextWriter(memory)
            text.add(high)
            text.add(low)
            return text.count
        }
        return "\(String(date))/[\(version)]\(digits)"
    }
}
