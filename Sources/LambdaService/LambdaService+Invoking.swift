// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Randomness
public import ServiceProtocols

extension LambdaService: Invoking {
    /// Runs a function and waits for its result; the end of the log comes with it.
    public func invoke(_ invocation: Invocation) async throws(ServiceError) -> InvocationResult {
        do throws(AWSError) {
            return try await run(invocation, requestID: environment.makeID(), wantsLog: true).result
        } catch {
            throw ServiceError(error)
        }
    }

    /// Queues an event; returns its request id once the event is durable.
    public func invokeAsync(_ invocation: Invocation) async throws(ServiceError) -> String {
        let id = environment.makeID()
        do throws(AWSError) {
            _ = try await queue(invocation, requestID: id)
            return id
        } catch {
            throw ServiceError(error)
        }
    }

    /// Whether a function is there and a service may invoke it; what is missing is reported.
    public func allows(_ caller: ServiceCaller, toInvoke function: String) async -> Bool {
        do throws(AWSError) {
            let invocation = Invocation(function: function, payload: Bytes(), caller: caller)
            _ = try resolve(invocation)
            return true
        } catch {
            return false
        }
    }
}

extension LambdaService {
    /// What a synchronous invocation gave, and the trace header that it ran with.
    struct Answer {
        var result: InvocationResult
        var traceHeader: String
    }

    /// Runs a function and waits for its result.
    ///
    /// - Throws: the error that Invoke answers with.
    func run(
        _ invocation: Invocation, requestID: String, wantsLog: Bool, source: String? = nil
    ) async throws(AWSError) -> Answer {
        let (request, version) = try synchronousRequest(
            invocation, requestID: requestID, wantsLog: wantsLog, source: source)
        return try Self.answer(to: request, on: version, await pool.run(request, on: version))
    }

    /// - Throws: the error that Invoke answers with when there is no result.
    static func answer(
        to request: InvocationRequest, on version: FunctionVersion, _ outcome: ExecutionOutcome
    ) throws(AWSError) -> Answer {
        let result = try result(of: outcome)
        let answer = InvocationResult(
            requestID: request.requestID, executedVersion: version.version,
            functionError: result.isError ? "Unhandled" : nil, payload: result.payload, logTail: result.log)
        return Answer(result: answer, traceHeader: request.traceHeader)
    }

    /// What is run for somebody who waits for the result, and on which version.
    ///
    /// - Parameters:
    ///   - stream: where a streamed result goes; nil for a caller that takes it whole.
    ///   - source: what the journal calls its source; nil for the caller's name.
    /// - Throws: the error that Invoke answers with.
    func synchronousRequest(
        _ invocation: Invocation, requestID: String, wantsLog: Bool, stream: ResponseStream? = nil,
        source: String? = nil
    ) throws(AWSError) -> (InvocationRequest, FunctionVersion) {
        let resolution = try resolve(invocation)
        try check(invocation.payload, limit: LambdaLimits.synchronousPayload)
        let context = try decode(clientContext: invocation.clientContext)
        let trace = trace(of: invocation, for: resolution.version)
        guard !isStopped(trace.lineage, of: resolution.version.name) else { throw .recursiveInvocation }
        let request = InvocationRequest(
            requestID: requestID, invokedARN: resolution.invokedARN, payload: event(invocation.payload),
            clientContext: context, traceHeader: trace.text, wantsLog: wantsLog, stream: stream,
            mark: environment.mark(source ?? invocation.journalSource))
        return (request, resolution.version)
    }

    /// - Throws: the error that Invoke answers with when there is no result.
    static func result(of outcome: ExecutionOutcome) throws(AWSError) -> ExecutionResult {
        switch outcome {
        case .finished(let result): return result
        case .throttled(let reason): throw .throttled(reason)
        case .abandoned:
            throw .service("The invocation was given up: the function was deleted or the service ends.")
        }
    }

    /// Queues an event; returns its trace header when it is durable.
    ///
    /// - Throws: the error that Invoke answers with.
    func queue(
        _ invocation: Invocation, requestID: String, source: String? = nil
    ) async throws(AWSError) -> String {
        let resolution = try resolve(invocation)
        try check(invocation.payload, limit: LambdaLimits.asynchronousPayload)
        let name = try registry.name(invocation.function, qualifier: invocation.qualifier)
        // Whether it is part of a loop is looked at when it is run.
        let trace = trace(of: invocation, for: resolution.version).text
        let accepted = environment.clock.now
        let mark = environment.mark(source ?? invocation.journalSource)
        var event = AsyncEvent(
            id: requestID, function: name.name, qualifier: name.qualifier, payload: event(invocation.payload),
            traceHeader: trace, accepted: accepted, due: accepted,
            record: mark?.id)
        if let chaos = environment.chaos {
            guard let spoiled = spoiled(event, by: chaos) else { return trace }
            event = spoiled
        }
        do {
            try await asynchronous.accept(event, for: self)
        } catch {
            report("an event could not be stored: \(error)")
            throw .service("The event could not be stored.")
        }
        tell(.received, of: event)
        if let mark { record(event, accepted: mark) }
        return trace
    }

    private func trace(of invocation: Invocation, for version: FunctionVersion) -> TraceHeader {
        TraceHeader(from: invocation.traceHeader, function: version.lineage, seconds: now / 1000, &random)
    }

    /// What an invocation runs.
    ///
    /// - Throws: the error that Invoke answers with for a function that is not there, or that the caller may not
    ///   invoke.
    func resolve(_ invocation: Invocation) throws(AWSError) -> FunctionResolution {
        let resolution = try registry.resolve(invocation.function, qualifier: invocation.qualifier) {
            Double(random.next() >> 11) * 0x1p-53
        }
        if let caller = invocation.caller {
            try authorize(caller, for: try registry.name(invocation.function, qualifier: invocation.qualifier))
        }
        return resolution
    }

    /// Checks that a payload is one that AWS takes: not too long, and JSON.
    func check(_ payload: Bytes, limit: Int) throws(AWSError) {
        guard payload.count <= limit else {
            throw .requestTooLarge(
                "\(payload.count) byte payload is too large for the \(invocationType(limit)) "
                    + "invocation type (limit \(limit) bytes)")
        }
        guard !payload.isEmpty, let problem = JSONSyntax.error(in: payload) else { return }
        throw .invalidRequestContent(
            "Could not parse request body into json: Could not parse payload into json: \(problem)")
    }

    private func invocationType(_ limit: Int) -> String {
        limit == LambdaLimits.synchronousPayload ? "RequestResponse" : "Event"
    }

    /// What a function gets for no payload at all.
    private func event(_ payload: Bytes) -> Bytes {
        payload.isEmpty ? "{}" : payload
    }

    private func decode(clientContext: String?) throws(AWSError) -> String? {
        guard let clientContext, !clientContext.isEmpty else { return nil }
        guard clientContext.utf8.count <= LambdaLimits.clientContext else {
            throw .validation(
                clientContext, at: "clientContext", "Member must have length less than or equal to 3583")
        }
        guard let decoded = Base64.decode(clientContext).map({ Bytes($0) }), JSONSyntax.error(in: decoded) == nil else {
            throw .invalidRequestContent("Client context must be a valid Base64-encoded JSON object.")
        }
        return decoded.string
    }
}
