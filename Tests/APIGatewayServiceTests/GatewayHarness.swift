// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import Locks
import ProxyIntegration
import ServiceProtocols
import TestSupport

@testable import APIGatewayService

/// An API in memory: a clock that stands, and a Lambda that does what the test says.
struct GatewayHarness {
    let lambda: ScriptedLambda
    let clock = ManualClock(start: Timestamp(milliseconds: 1_584_039_838_123))
    let gateway: APIGateway

    /// One API with the id `a1b2c3d4e5`.
    init(
        stages: [String: [String: String]] = ["$default": [:]],
        settings: [String: HTTPAPI.RouteSettings] = [:], defaults: HTTPAPI.RouteSettings = .init(),
        cors: CORSRules? = nil, routes: [String] = ["GET /images/{id}", "POST /images"],
        timeout: Duration = .seconds(30), loop: EventLoop,
        lambda: @escaping @Sendable (Invocation) async throws(ServiceError) -> InvocationResult
    ) throws {
        self.lambda = ScriptedLambda(lambda)
        let environment = ServiceEnvironment(account: "000000000000", region: "eu-west-1", clock: clock) {
            "0f8e7d6c-1234-4abc-9def-001122334455"
        }
        let integration = HTTPAPI.Integration(
            function: "arn:aws:lambda:eu-west-1:000000000000:function:Images:live", timeout: timeout)
        let api = try HTTPAPI(
            id: "a1b2c3d4e5",
            stages: stages.map {
                HTTPAPI.Stage(name: $0, variables: $1, defaultRouteSettings: defaults, routeSettings: settings)
            },
            cors: cors, routes: routes.map { HTTPAPI.Route($0, integration) })
        gateway = APIGateway(apis: [api], environment: environment, lambda: self.lambda, loop: loop)
    }

    func send(
        _ method: String, _ path: String, query: String? = nil, headers: HTTPHeaders = ["Host": "127.0.0.1:3000"],
        body: Bytes = Bytes()
    ) async -> HTTPResponse {
        guard let endpoint = gateway.endpoint(of: "a1b2c3d4e5") else { preconditionFailure("the harness has no API") }
        return await endpoint.respond(
            to: HTTPRequest(method: method, path: path, query: query, headers: headers, body: body))
    }
}

/// The loop that all tests of this target run functions on.
enum SharedLoop {
    private static let started = Result { try EventLoop.start(named: "gateway") }

    static func get() throws -> EventLoop { try started.get() }
}

/// Records invocations and answers them as a test says.
final class ScriptedLambda: Invoking {
    private let answer: @Sendable (Invocation) async throws(ServiceError) -> InvocationResult
    private let recorded = Locked<[Invocation]>([])

    init(_ answer: @escaping @Sendable (Invocation) async throws(ServiceError) -> InvocationResult) {
        self.answer = answer
    }

    var invocations: [Invocation] { recorded.withLock { $0 } }

    func invoke(_ invocation: Invocation) async throws(ServiceError) -> InvocationResult {
        recorded.withLock { $0.append(invocation) }
        return try await answer(invocation)
    }

    func invokeAsync(_ invocation: Invocation) async throws(ServiceError) -> String {
        throw ServiceError(code: "ServiceException", message: "API Gateway invokes synchronously", status: 500)
    }

    func allows(_ caller: ServiceCaller, toInvoke function: String) async -> Bool { true }
}

extension InvocationResult {
    /// What a function returned.
    static func returning(_ payload: Bytes) -> InvocationResult {
        InvocationResult(requestID: "r", executedVersion: "1", functionError: nil, payload: payload)
    }
}
