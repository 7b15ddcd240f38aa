// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import HTTP1
import Testing

@testable import LambdaRuntime

// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
@Suite("Responses in pieces")
struct StreamingTests {
    private func run(
        _ api: ScriptedRuntimeAPI,
        _ body: @escaping @Sendable (Empty, ResponseWriter, LambdaContext) async throws -> Void
    ) async -> RuntimeEnd {
        let loop = RuntimeLoop(
            environment: RuntimeEnvironment(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"]),
            registry: HandlerRegistry(.streaming { StreamingClosureHandler(body: body) }), connect: api.connect)
        return await loop.run()
    }

    private static let closed = RuntimeEnd(status: 1, message: RuntimeAPIError.closed.description)

    private struct Refusal: LambdaErrorConvertible {
        let lambdaErrorType = "Refused"
        let lambdaErrorMessage = "no\nway"
    }

    @Test("Each piece is sent when it is written, the first with the head, and an empty one is no end")
    func pieces() async {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted])
        let end = await run(api) { _, response, _ in
            for piece in ["one", "", "two"] { try await response.write(piece) }
        }
        #expect(end == Self.closed)
        let request = api.requests[1]
        #expect(request.head.target == "/2018-06-01/runtime/invocation/1/response")
        #expect(request.head.headers["Lambda-Runtime-Function-Response-Mode"] == "streaming")
        #expect(request.head.headers["Transfer-Encoding"] == "chunked")
        #expect(request.head.headers["Content-Type"] == "application/octet-stream")
        #expect(request.body.string == "onetwo" && request.trailers.count == 0)
        // next, the head with its piece, the other piece, the end, next.
        #expect(api.sendSizes.count == 5 && api.sendSizes[2] == 8 && api.sendSizes[3] == 5)
    }

    @Test("A piece that is too long to be copied comes whole, and so does what follows", arguments: [0, 1])
    func longPieces(excess: Int) async {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted, Answer.next("2", "{}"), Answer.accepted])
        let long = String(repeating: "x", count: RuntimeRequest.inlineBodyLimit + excess)
        _ = await run(api) { _, response, _ in
            for piece in [long, long, "end"] { try await response.write(piece) }
        }
        for request in [api.requests[1], api.requests[3]] { #expect(request.body.string == long + long + "end") }
    }

    @Test("A response to an HTTP request begins with its prelude")
    func prelude() async {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted])
        _ = await run(api) { _, response, _ in
            try await response.begin(status: 201, headers: ["x-b": "\"2\"", "x-a": "1"], cookies: ["c=d"])
            try await response.write("body")
        }
        #expect(api.requests[1].head.headers["Content-Type"] == "application/vnd.awslambda.http-integration-response")
        #expect(
            api.requests[1].body.string
                == #"{"statusCode":201,"headers":{"x-a":"1","x-b":"\"2\""},"cookies":["c=d"]}"#
                + String(repeating: "\0", count: 8) + "body")
    }

    @Test("An error before the first byte is an error like any other, and silence is an empty response")
    func notBegun() async {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted, Answer.next("2", "{}"), Answer.accepted])
        _ = await run(api) { _, _, context in if context.requestID == "1" { throw Refusal() } }
        #expect(api.requests[1].head.target.hasSuffix("/1/error"))
        #expect(api.requests[3].head.target.hasSuffix("/2/response") && api.requests[3].body.isEmpty)
    }

    @Test("A response that breaks off tells its error behind the last byte")
    func midway() async throws {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted, Answer.next("2", "{}"), Answer.accepted])
        _ = await run(api) { _, response, context in
            try await response.write("so far")
            if context.requestID == "1" { throw Refusal() }
        }
        #expect(api.requests[1].body.string == "so far")
        #expect(api.requests[1].trailers["Lambda-Runtime-Function-Error-Type"] == "Function.Refused")
        let body = try #require(api.requests[1].trailers["Lambda-Runtime-Function-Error-Body"])
        #expect(
            Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) }
                == #"{"errorMessage":"no\nway","errorType":"Refused","stackTrace":[]}"#)
        // The runtime goes on.
        #expect(api.requests[3].body.string == "so far" && api.requests[3].trailers.count == 0)
    }

    @Test("What a response is, is said before it begins; what is written after its end is refused")
    func order() async throws {
        let api = ScriptedRuntimeAPI([Answer.next("1", "{}"), Answer.accepted])
        let kept = Kept()
        _ = await run(api) { _, response, _ in
            await #expect(throws: ResponseWriterError.invalidContentType) {
                try await response.begin(contentType: "a\r\nb: c")
            }
            try await response.begin(contentType: "text/plain")
            await #expect(throws: ResponseWriterError.begun) { try await response.begin(status: 200) }
            await #expect(throws: ResponseWriterError.begun) { try await response.begin(contentType: "text/html") }
            await kept.keep(response)
        }
        #expect(api.requests[1].head.headers["Content-Type"] == "text/plain")
        let response = try #require(await kept.response)
        await #expect(throws: ResponseWriterError.closed) { try await response.write("late") }
        #expect(api.requests.count == 3)
    }

    private actor Kept {
        private(set) var response: ResponseWriter?
        func keep(_ response: ResponseWriter) { self.response = response }
    }

    @Test("A response that Lambda takes no more of is refused to its handler, and the runtime goes on if it may")
    func refused() async {
        let api = ScriptedRuntimeAPI(
            sendLimit: 1000, [Answer.next("1", "{}"), Answer.status(413, "too long"), Answer.next("2", "{}")])
        let kept = Kept()
        let end = await run(api) { _, response, context in
            guard context.requestID == "1" else { return await kept.keep(response) }
            try await response.write("small")
            await #expect(throws: ResponseWriterError.closed) {
                try await response.write(String(repeating: "x", count: 2000))
            }
            await #expect(throws: ResponseWriterError.closed) { try await response.write("more") }
        }
        #expect(end.status == 1 && api.connections == 2)
        #expect(await kept.response != nil)
    }

    @Test("Tests get what a handler wrote without a Runtime API")
    func inMemory() async {
        let handler = StreamingClosureHandler { (_: Empty, response: ResponseWriter, _) in
            try await response.write("one")
            try await response.write("two")
            throw Refusal()
        }
        let result = await LambdaTesting.stream(handler, json: "{}")
        #expect(result.pieces == ["one", "two"] && result.contentType == "application/octet-stream")
        #expect(result.error?.string.contains("Refused") == true)
    }
}
