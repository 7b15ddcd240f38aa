// SPDX-License-Identifier: Apache-2.0
import Buffers
import Glibc
import HTTP1
import Testing

@testable import LambdaRuntime

@Suite("The runtime loop")
struct RuntimeLoopTests {
    private static let closed = RuntimeEnd(status: 1, message: RuntimeAPIError.closed.description)

    private func run(
        _ api: ScriptedRuntimeAPI, handler name: String? = nil, _ registry: HandlerRegistry
    ) async -> RuntimeEnd {
        var variables = ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1", "AWS_LAMBDA_FUNCTION_NAME": "f"]
        variables["_HANDLER"] = name
        let loop = RuntimeLoop(
            environment: RuntimeEnvironment(variables), registry: registry, connect: api.connect)
        return await loop.run()
    }

    private func raw(
        _ body: @escaping @Sendable (Bytes, LambdaContext) async throws -> Bytes
    ) -> HandlerRegistry {
        HandlerRegistry(.raw { RawClosureHandler(body: body) })
    }

    @Test("A raw payload comes back untouched, also when it is no JSON")
    func echo() async {
        let api = ScriptedRuntimeAPI([
            Answer.next("1", "{ \"a\" :1e2 }"), Answer.accepted, Answer.next("2", "not JSON"), Answer.accepted,
        ])
        #expect(await run(api, raw { event, _ in event }) == Self.closed)
        #expect(api.requests.map(\.body.string) == ["", "{ \"a\" :1e2 }", "", "not JSON", ""])
    }

    private struct Sum: Decodable, Sendable {
        let numbers: [Int]
    }

    @Test("Typed events are decoded, results encoded, and an event of another shape is the function's error")
    func typed() async {
        let api = ScriptedRuntimeAPI([
            Answer.next("1", #"{"numbers":[1,2]}"#), Answer.accepted, Answer.next("2", #"{"numbers":"x"}"#),
            Answer.accepted, Answer.next("3", "nonsense"), Answer.accepted,
        ])
        let registry = HandlerRegistry(
            .handler { ClosureHandler { (event: Sum, _) in ["sum": event.numbers.reduce(0, +)] } })
        #expect(await run(api, registry) == Self.closed)
        #expect(api.requests[1].body.string == #"{"sum":3}"#)
        for request in [api.requests[3], api.requests[5]] {
            #expect(request.head.target.hasSuffix("/error"))
            #expect(request.body.string.contains(#""errorType":"Runtime.UnmarshalError""#))
        }
    }

    @Test("A handler without a result gives null")
    func empty() async {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted])
        _ = await run(api, HandlerRegistry(.handler { ClosureHandler { (_: Empty, _) in Empty() } }))
        #expect(api.requests[1].body.string == "null")
    }

    private struct Refusal: LambdaErrorConvertible {
        let lambdaErrorType = "Refused"
        let lambdaErrorMessage = "no\nway"
    }

    @Test("A thrown error is posted, and the next event is asked for")
    func failing() async {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted, Answer.next("2", "{}"), Answer.accepted])
        _ = await run(
            api,
            raw { _, context in
                if context.requestID == "1" { throw Refusal() }
                return "2"
            })
        #expect(api.requests.map(\.head.target.lastPart) == ["next", "error", "next", "response", "next"])
        #expect(api.requests[1].body.string == #"{"errorMessage":"no\nway","errorType":"Refused","stackTrace":[]}"#)
        #expect(api.requests[1].head.headers["Lambda-Runtime-Function-Error-Type"] == "Function.Refused")
    }

    // AWS: 413 and 400 are about the result; 403 and 500 are about the state, "Runtime should exit promptly".
    @Test(
        "A refused result ends its invocation only, a disputed state ends the runtime",
        arguments: [(413, 3), (400, 3), (403, 2), (500, 2), (302, 2)])
    func refused(status: Int, requests: Int) async {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.status(status, "why")])
        let end = await run(api, raw { event, _ in event })
        #expect(end.status == 1)
        #expect(api.requests.count == requests)
        if requests == 2 { #expect(end.message.contains("\(status) why")) }
    }

    @Test("An error instead of an event ends the runtime, and it says which", arguments: [403, 500, 404])
    func nextRefused(status: Int) async {
        let end = await run(ScriptedRuntimeAPI([Answer.status(status, "why")]), raw { event, _ in event })
        #expect(end == RuntimeEnd(status: 1, message: "the Runtime API answered \(status) why to next"))
    }

    @Test("A handler that cannot be made is an error of the initialization")
    func initError() async {
        let api = ScriptedRuntimeAPI([Answer.accepted])
        let end = await run(api, HandlerRegistry(.raw { () async throws -> RawClosureHandler in throw Refusal() }))
        #expect(end == RuntimeEnd(status: 1, message: "initialization failed: Refused: no\nway"))
        #expect(api.requests.map(\.head.target) == ["/2018-06-01/runtime/init/error"])
    }

    @Test("_HANDLER chooses among several handlers")
    func named() async {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted])
        let handlers: [String: RegisteredHandler] = [
            "a": .raw { RawClosureHandler { _, _ in "1" } }, "b": .raw { RawClosureHandler { _, _ in "2" } },
        ]
        _ = await run(api, handler: "b", HandlerRegistry(named: handlers))
        #expect(api.requests[1].body.string == "2")
    }

    @Test("A name that no handler has is an error of the initialization that tells the names", arguments: ["c", nil])
    func unknownName(name: String?) async {
        let api = ScriptedRuntimeAPI([Answer.accepted])
        let handler = RegisteredHandler.raw { RawClosureHandler { event, _ in event } }
        let end = await run(api, handler: name, HandlerRegistry(named: ["b": handler, "a": handler]))
        #expect(end.status == 1)
        let body = api.requests[0].body.string
        #expect(body.contains("Runtime.NoSuchHandler"))
        #expect(body.contains(#"This executable has: \"a\", \"b\""#))
    }

    @Test("Only the first invocation is a cold start, and each has its own trace")
    func context() async {
        let api = ScriptedRuntimeAPI([
            Answer.next("1", "{}", fields: "Lambda-Runtime-Trace-Id: Root=1\r\n"), Answer.accepted,
            Answer.next("2", "{}"), Answer.accepted,
        ])
        _ = await run(
            api,
            raw { _, context in
                Bytes("\(context.details.isColdStart) \(context.traceID ?? "none") \(context.functionName)")
            })
        #expect(api.requests[1].body.string == "true Root=1 f")
        #expect(api.requests[3].body.string == "false none f")
    }

    @Test("Without a Runtime API there is nothing to run in", arguments: [nil, "", "/x"])
    func noRuntimeAPI(address: String?) async {
        var environment = RuntimeEnvironment([:])
        environment.runtimeAPI = address
        let end = await RuntimeLoop(environment: environment, registry: raw { event, _ in event }).run()
        #expect(end.status == 1)
        #expect(end.message.contains("AWS_LAMBDA_RUNTIME_API"))
    }
}

extension String {
    fileprivate var lastPart: Substring { split(separator: "/").last ?? "" }
}
