// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
import HTTPServer

/// What the runtimes ask.
extension ExecutionPool {
    /// `GET /runtime/invocation/next`: returns when there is an invocation.
    ///
    /// Call it on the loop.
    nonisolated func nextRequested(by id: Int) async -> HTTPResponse {
        await withUnsafeContinuation { continuation in
            loop.assumeIsolated(self, (id, continuation)) { $0.nextRequested(by: $1.0, $1.1) }
        }
    }

    private func nextRequested(by id: Int, _ runtime: UnsafeContinuation<HTTPResponse, Never>) {
        guard let environment = environments[id], !environment.isEnding else {
            return runtime.resume(returning: Self.ended)
        }
        switch advance(environment) {
        case .answer(let response): runtime.resume(returning: response)
        case .wait:
            // A runtime that asks twice has given the first connection up.
            environment.resumeParked(Self.superseded)
            environment.parked = runtime
        }
    }

    static let ended = RuntimeAPIError.invalidTransition(from: "RuntimeResponseSentState", to: "Ready").response
    private static let superseded = RuntimeAPIError.invalidTransition(
        from: "Ready", to: "Ready", reason: "Concurrent state modification"
    ).response

    enum Advance {
        case answer(HTTPResponse)
        case wait
    }

    func advance(_ environment: ExecutionEnvironment) -> Advance {
        let now = MonotonicTime.now
        if environment.extensions != nil, waitsForExtensions(environment, at: now) { return .wait }
        switch environment.machine.nextRequested(at: now) {
        case .finished(let assignment, let report):
            finish(assignment.work, report, of: environment, at: now)
            return follow(dispatcher.environmentFreed(environment.id, at: now), environment, at: now)
        case .initialized(let report):
            noteMemory(of: environment)
            environment.initEnded(report)
            return follow(dispatcher.environmentReady(environment.id, at: now), environment, at: now)
        case .reinitialized(let assignment, let report):
            environment.initEnded(report)
            environment.invocationBegan(assignment.work.request, at: now)
            tellExtensions(of: assignment, in: environment, at: now)
            if let chaos { invocationBegan(assignment.work.request, in: environment, chaos) }
            return .answer(environment.event(assignment, at: now))
        case .again(let assignment):
            return .answer(environment.event(assignment, at: now))
        case .stillReady:
            return .wait
        case .refused(let error):
            return .answer(error.response)
        }
    }

    private func follow(
        _ decision: (next: Dispatcher<PendingInvocation>.Next, changes: Dispatcher<PendingInvocation>.Changes),
        _ environment: ExecutionEnvironment, at now: MonotonicTime
    ) -> Advance {
        apply(decision.changes)
        switch decision.next {
        case .assigned(let invocation):
            guard let event = assign(invocation, to: environment, at: now) else { return .wait }
            return .answer(event)
        case .idle:
            environment.idleSince = now
            if options.turns != nil { freezeAtOnce(environment) }
            if let idleness = options.upkeep.freezeAfter ?? options.upkeep.idleLimit {
                setTimer(for: now + idleness, now)
            }
            return .wait
        case .retire:
            end(environment)
            return .answer(Self.ended)
        }
    }

    /// `POST /runtime/invocation/{id}/response` and `/error` with a result that is here whole, as most are.
    ///
    /// Nobody has to wait for that. Call it on the loop.
    ///
    /// - Returns: nil where ``resultPosted(by:requestID:isError:_:)`` is to be asked.
    nonisolated func takeArrivedResult(
        by id: Int, requestID: Substring, isError: Bool, _ request: HTTPRequest
    ) -> HTTPResponse? {
        loop.assumeIsolated(self, (id, requestID, isError, request)) { pool, post in
            pool.arrivedResultPosted(by: post.0, requestID: post.1, isError: post.2, post.3)
        }
    }

    private func arrivedResultPosted(
        by id: Int, requestID: Substring, isError: Bool, _ request: HTTPRequest
    ) -> HTTPResponse? {
        guard chaos == nil, let environment = environments[id], !environment.isEnding,
            isError || request.headers[StreamedPost.modeHeader] == nil,
            let body = request.body.arrived(limit: LambdaLimits.responsePayload)
        else { return nil }
        if hasOutgrownMemory(environment) { return Self.ended }
        if let refusal = resultBegan(in: environment, requestID: requestID, isError: isError) { return refusal }
        return resultCame(body, of: environment, requestID: requestID, isError: isError)
    }

    /// `POST /runtime/invocation/{id}/response` and `/error`.
    func resultPosted(
        by id: Int, requestID: Substring, isError: Bool, _ request: HTTPRequest
    ) async -> HTTPResponse {
        guard let environment = environments[id], !environment.isEnding else {
            return RuntimeAPIError.invalidRequestID.response
        }
        // What it gained by memory that it has not, its caller does not get.
        if hasOutgrownMemory(environment) { return Self.ended }
        var request = request
        if let chaos {
            guard let spoiled = await resultCame(request, from: environment, chaos), !environment.isEnding else {
                return Self.ended
            }
            request = spoiled
        }
        if let refusal = resultBegan(in: environment, requestID: requestID, isError: isError) { return refusal }
        environment.isReceiving = true
        defer { received(environment) }
        if !isError, let mode = request.headers[StreamedPost.modeHeader], !mode.isEmpty {
            return await streamPosted(to: environment, requestID: requestID, mode: mode, request)
        }
        do throws(RequestBodyError) {
            let body = try await request.body.collect(limit: LambdaLimits.responsePayload)
            return resultCame(body, of: environment, requestID: requestID, isError: isError)
        } catch {
            return await resultBroke(error, requestID: requestID, of: environment)
        }
    }

    /// - Returns: what the runtime is told that may give no result now; nil for the one that is waited for.
    private func resultBegan(
        in environment: ExecutionEnvironment, requestID: Substring, isError: Bool
    ) -> HTTPResponse? {
        if let refusal = environment.machine.responseBegan(requestID: requestID, isError: isError) {
            return refusal.response
        }
        environment.responseBegan()
        return nil
    }

    private func resultCame(
        _ body: Bytes, of environment: ExecutionEnvironment, requestID: Substring, isError: Bool
    ) -> HTTPResponse {
        // The invocation may have ended while its result arrived.
        guard let assignment = environment.machine.responseEnded(requestID: requestID) else {
            return RuntimeAPIError.invalidRequestID.response
        }
        environment.responseEnded(producedBytes: body.count)
        assignment.work.answer(body, outcome: isError ? .failed : .succeeded)
        return .accepted
    }

    /// The body of a result did not come whole, or not within its limit.
    func resultBroke(
        _ error: RequestBodyError, requestID: Substring, of environment: ExecutionEnvironment
    ) async -> HTTPResponse {
        // A runtime that ends in the middle is told of by how it ended.
        if error == .truncated, await hasEnded(environment) { return RuntimeAPIError.truncated.response }
        guard let assignment = environment.machine.responseEnded(requestID: requestID) else {
            return RuntimeAPIError.invalidRequestID.response
        }
        switch error {
        case .tooLarge(let limit):
            answer(assignment.work, .responseTooLarge(limit: limit))
            return RuntimeAPIError.tooLarge(limit: limit).response
        case .truncated:
            answer(assignment.work, .responseTruncated)
            return RuntimeAPIError.truncated.response
        }
    }

    /// Whether the runtime has ended: its connections are closed a moment before that can be seen.
    private func hasEnded(_ environment: ExecutionEnvironment) async -> Bool {
        guard !environment.isAttached else { return false }
        await pause(for: .milliseconds(20))
        return environment.process.flatMap { processes[$0] }?.hasEnded ?? true
    }

    /// `POST /runtime/init/error`.
    func initErrorPosted(by id: Int, _ request: HTTPRequest) async -> HTTPResponse {
        let body = (try? await request.body.collect(limit: LambdaLimits.responsePayload)) ?? Bytes()
        guard let environment = environments[id], !environment.isEnding else { return Self.ended }
        guard !environment.isAttached else {
            attachedInitFailed(environment, body.string)
            return .accepted
        }
        let now = MonotonicTime.now
        let grace = Int64(options.initErrorGrace / .nanoseconds(1))
        let error = PostedInitError(
            body: body, type: RuntimeErrorType.reported(request.headers[RuntimeErrorType.header]))
        if let refusal = environment.machine.initErrorPosted(error, at: now, grace: grace) { return refusal.response }
        if let deadline = environment.machine.deadline { setTimer(for: deadline, now) }
        return .accepted
    }

    func finish(
        _ invocation: PendingInvocation, _ report: InvocationReport, of environment: ExecutionEnvironment,
        at now: MonotonicTime
    ) {
        environment.invocationEnded(
            invocation, report, process: environment.process.flatMap { processes[$0] }?.measured, at: now,
            observers: observers, concurrency: dispatcher.concurrency(of: environment.version.functionID))
    }

    func answer(_ invocation: PendingInvocation, _ cause: FailureCause) {
        invocation.answer(
            cause.payload(requestID: invocation.request.requestID), outcome: .ended(cause.errorType))
    }
}
