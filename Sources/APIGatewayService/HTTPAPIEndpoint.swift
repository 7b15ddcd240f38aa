// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
public import HTTPServer
import Locks
import ProxyIntegration
import ServiceProtocols

/// Serves one HTTP API: routes a request, calls the function, and answers with what it returned.
public struct HTTPAPIEndpoint: HTTPHandler {
    /// Quota: AWS documentation, "Quotas for configuring and running an HTTP API".
    static let payloadLimitBytes = 10 * 1024 * 1024
    /// Content type of a described response that names none; observed, not documented.
    static let defaultContentType = "text/plain;charset=utf-8"

    let api: HTTPAPI
    let environment: ServiceEnvironment
    let lambda: any Invoking
    let loop: EventLoop
    /// Shared by all APIs.
    let throttle: Locked<RequestThrottle>
    /// The buckets of routes with limits of their own, by stage and route key.
    let buckets: [String: [String: Int]]

    /// Answers a request; every way to fail has an answer of its own.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let now = environment.clock.now
        let identity = RequestIdentity(id: environment.makeID(), now: now)
        guard let mark = environment.mark("apigateway") else { return await answer(request, identity, now) }
        let response = await Cause.with(mark.id) { await answer(request, identity, now) }
        record(request, response, identity, mark)
        return response
    }

    private func record(
        _ request: HTTPRequest, _ response: HTTPResponse, _ identity: RequestIdentity, _ mark: JournalMark
    ) {
        var record = JournalRecord(mark, kind: .request, outcome: response.status < 500 ? .succeeded : .failed)
        record.operation = request.method
        record.resource = request.path
        record.requestID = identity.requestID
        record.status = response.status
        record.traceHeader = request.headers["x-amzn-trace-id"]
        environment.journal?.append(record)
    }

    private func answer(_ request: HTTPRequest, _ identity: RequestIdentity, _ now: Timestamp) async -> HTTPResponse {
        var response: HTTPResponse
        if let preflight = api.cors?.preflight(request, status: CORSRules.preflightStatus) {
            response = preflight
        } else {
            do {
                response = try await integrationResponse(to: request, identity: identity, now: now)
            } catch {
                response = error.response
            }
            api.cors?.replaceHeaders(of: &response, origin: request.headers["origin"])
        }
        response.headers["apigw-requestid"] = identity.requestID
        return response
    }

    private func integrationResponse(
        to request: HTTPRequest, identity: RequestIdentity, now: Timestamp
    ) async throws(GatewayResponse) -> HTTPResponse {
        guard let (stage, path) = api.stage(of: request.path),
            let route = api.routes.match(method: request.method, path: path)
        else { throw .notFound }
        let bucket = buckets[stage.name]?[route.key.text]
        guard throttle.withLock({ $0.admits(bucket, at: now) }) else { throw .tooManyRequests }
        let body = try await collectBody(of: request)
        let traceHeader = request.headers["x-amzn-trace-id"] ?? identity.newTrace
        let event = ProxyEvent(
            request: request, body: body, apiID: api.id, stage: stage, route: route, environment: environment,
            now: now, requestID: identity.requestID, traceHeader: traceHeader)
        guard let payload = event.encoded() else { throw .badRequest }
        let invocation = Invocation(
            function: route.target.function, payload: payload, traceHeader: traceHeader,
            caller: caller(stage: stage.name, method: request.method, key: route.key))
        let result = try await invoke(invocation, within: route.target.timeout)
        guard result.functionError == nil,
            let response = ProxyResponse.response(
                for: result.payload, defaultContentType: Self.defaultContentType)
        else { throw .integrationFailed }
        return response
    }

    /// API Gateway, for a route: what a function's policy must allow.
    ///
    /// AWS documents how such an ARN is formed, and not what stands in it for variables of a path. Permissions that
    /// users had to correct tell: the path is the route's own, the method the request's, and `$default` is alone.
    private func caller(stage: String, method: String, key: RouteKey) -> ServiceCaller {
        let route = key.resourcePath.map { "\(method)\($0)" } ?? "$default"
        return ServiceCaller(
            principal: "apigateway.amazonaws.com",
            sourceARN: "arn:aws:execute-api:\(environment.region):\(environment.account):\(api.id)/\(stage)/\(route)",
            sourceAccount: environment.account)
    }

    private func collectBody(of request: HTTPRequest) async throws(GatewayResponse) -> Bytes {
        do {
            return try await request.body.collect(limit: Self.payloadLimitBytes)
        } catch {
            switch error {
            case .tooLarge: throw .requestTooLarge
            case .truncated: throw .badRequest
            }
        }
    }

    private enum Outcome {
        case finished(InvocationResult)
        case rejected
        case timedOut
    }

    /// Calls the function.
    ///
    /// When time is up the answer is given at once; the invocation itself goes on, as on AWS.
    private func invoke(
        _ invocation: Invocation, within timeout: Duration
    ) async throws(GatewayResponse) -> InvocationResult {
        let (outcomes, first) = AsyncStream.makeStream(of: Outcome.self, bufferingPolicy: .bufferingOldest(1))
        loop.spawn { [lambda] in
            do {
                first.yield(.finished(try await lambda.invoke(invocation)))
            } catch {
                first.yield(.rejected)
            }
        }
        // Functions run in real time, whatever the emulator's clock says.
        let limit = loop.spawn { [loop] in
            guard (try? await loop.sleep(for: timeout)) != nil else { return }
            first.yield(.timedOut)
        }
        defer { limit.cancel() }
        var iterator = outcomes.makeAsyncIterator()
        switch await iterator.next() ?? .timedOut {
        case .finished(let result): return result
        case .rejected: throw .integrationFailed
        case .timedOut: throw .integrationTimedOut
        }
    }
}
