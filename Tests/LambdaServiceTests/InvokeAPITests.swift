// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import HTTP1
import HTTPServer
import ServiceProtocols
import Testing

@testable import LambdaService

extension HTTPResponse {
    /// The body, which these answers have in one piece.
    var bytes: Bytes { if case .bytes(let bytes) = body { bytes } else { Bytes() } }

    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(bytes.array)) as? [String: Any]) ?? [:]
    }

    /// `status code: message` of an error.
    var error: String {
        let message = json["message"] ?? json["Message"] ?? ""
        return "\(status) \(headers["x-amzn-ErrorType"] ?? ""): \(message)"
    }
}

private let invocations = "/2015-03-31/functions/f/invocations"

@Suite("The Invoke API", .timeLimit(.minutes(1)))
struct InvokeAPITests {
    // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    @Test("A synchronous invocation answers with the payload and AWS's headers")
    func requestResponse() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let answer = await fixture.request("POST", invocations, headers: ["X-Amz-Log-Type": "Tail"], body: "[1]")
            // The bootstrap asks the event for what to do, which a list does not tell: that is the function's error.
            #expect(answer.status == 200 && answer.headers["X-Amz-Function-Error"] == "Unhandled")
            let second = await fixture.request(
                "POST", invocations, headers: ["X-Amz-Log-Type": "Tail"], body: #"{"do":"fail"}"#)
            #expect(second.status == 200 && second.bytes.string == #"{"errorMessage":"sorry","errorType":"Oops"}"#)
            #expect(second.headers["X-Amz-Function-Error"] == "Unhandled")
            #expect(second.headers["X-Amz-Executed-Version"] == "$LATEST")
            #expect(second.headers["Content-Type"] == "application/json")
            #expect(second.headers["X-Amzn-Trace-Id"]?.hasPrefix("Root=1-") == true)
            let log = try #require(Data(base64Encoded: second.headers["X-Amz-Log-Result"] ?? ""))
            let id = try #require(second.headers["x-amzn-RequestId"])
            #expect(String(decoding: log, as: UTF8.self).contains("START RequestId: \(id) Version: $LATEST\n"))
            let third = await fixture.request("POST", invocations)
            #expect(third.bytes.string == "{}" && third.headers["X-Amz-Function-Error"] == nil)
            #expect(third.headers["X-Amz-Log-Result"] == nil)
        }
    }

    @Test("An event is answered before it is run, a dry run runs nothing")
    func otherTypes() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let dry = await fixture.request("POST", invocations, headers: ["X-Amz-Invocation-Type": "DryRun"])
            #expect(dry.status == 204 && dry.bytes.isEmpty && fixture.log().isEmpty)
            let event = await fixture.request(
                "POST", invocations, headers: ["X-Amz-Invocation-Type": "Event"], body: "{}")
            #expect(event.status == 202 && event.bytes.isEmpty)
            let attempt = try #require(await fixture.attempts.next(1).first)
            #expect(attempt.requestID == event.headers["x-amzn-RequestId"] && attempt.source == .event)
        }
    }

    @Test("A qualifier and a percent-encoded ARN are understood")
    func names() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            try await fixture.service.publishVersion(of: "f")
            let path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af/invocations"
            let answer = await fixture.request("POST", path, query: "Qualifier=1", body: #"{"do":"headers"}"#)
            #expect(answer.headers["X-Amz-Executed-Version"] == "1")
            #expect(
                answer.json["lambda-runtime-invoked-function-arn"] as? String
                    == "arn:aws:lambda:us-east-1:000000000000:function:f:1")
            let latest = await fixture.request("POST", invocations, query: "Qualifier=%24LATEST", body: "{}")
            #expect(latest.headers["X-Amz-Executed-Version"] == "$LATEST")
        }
    }

    // LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda.snapshot.json; limits:
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
    @Test("Wrong requests get AWS's errors")
    func errors() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let missing = await fixture.request("POST", "/2015-03-31/functions/g/invocations", body: "{}")
            #expect(
                missing.error
                    == "404 ResourceNotFoundException: Function not found: "
                    + "arn:aws:lambda:us-east-1:000000000000:function:g:$LATEST")
            #expect(missing.bytes.string.hasPrefix(#"{"Type":"User","Message":"#))
            let garbage = await fixture.request("POST", invocations, body: Bytes([0x99]))
            #expect(
                garbage.error.hasPrefix(
                    "400 InvalidRequestContentException: Could not parse request body into json: "
                        + "Could not parse payload into json: Unexpected character ((CTRL-CHAR, code 153)): expected a valid value"
                ))
            let type = await fixture.request("POST", invocations, headers: ["X-Amz-Invocation-Type": "Later"])
            #expect(
                type.error.hasPrefix(
                    "400 ValidationException: 1 validation error detected: Value 'Later' at 'invocationType'"))
            let context = await fixture.request("POST", invocations, headers: ["X-Amz-Client-Context": "%%%"])
            #expect(
                context.error
                    == "400 InvalidRequestContentException: Client context must be a valid Base64-encoded JSON object.")
            let unknown = await fixture.request("POST", "/2021-11-15/functions/f/nothing")
            #expect(unknown.status == 404 && unknown.headers["x-amzn-ErrorType"] == "UnknownOperationException")
        }
    }

    @Test(
        "Payloads may be as long as AWS allows, and not a byte longer",
        arguments: [
            ("RequestResponse", LambdaLimits.synchronousPayload, 200),
            ("RequestResponse", LambdaLimits.synchronousPayload + 1, 413),
            ("Event", LambdaLimits.asynchronousPayload, 202), ("Event", LambdaLimits.asynchronousPayload + 1, 413),
        ])
    func payloadLimits(type: String, size: Int, status: Int) async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let body = Bytes(#"{"a":""# + String(repeating: "x", count: size - 8) + #""}"#)
            #expect(body.count == size)
            let answer = await fixture.request(
                "POST", invocations, headers: ["X-Amz-Invocation-Type": type], body: body)
            #expect(answer.status == status)
            if status == 413 {
                #expect(
                    answer.error.hasPrefix(
                        "413 RequestTooLargeException: \(size) byte payload is too large for the \(type)"))
            }
        }
    }

    @Test("A throttled call says why", arguments: ["RequestResponse"])
    func throttled(type: String) async throws {
        try await ServiceFixture.run { options in
            options.concurrency = 0
        } _: { fixture in
            try await fixture.function()
            let answer = await fixture.request("POST", invocations, body: "{}")
            #expect(answer.status == 429)
            #expect(
                answer.bytes.string
                    == #"{"Type":"User","message":"Rate Exceeded.","Reason":"ConcurrentInvocationLimitExceeded"}"#)
        }
    }
}

@Suite("Paths of the hot routes")
struct HotPathTests {
    @Test(
        "Runtime API paths are told apart",
        arguments: [
            ("/2018-06-01/runtime/invocation/next", .next),
            ("/2018-06-01/runtime/invocation/a-1/response", .response("a-1")),
            ("/2018-06-01/runtime/invocation//error", .error("")), ("/2018-06-01/runtime/init/error", .initError),
            ("/2018-06-01/runtime/invocation/next/", nil), ("/2018-06-01/runtime/invocation/a", nil),
            ("/2018-06-01/runtime/", nil), ("/2018-06-01/runtime", nil), ("", nil),
            ("/2018-06-01/runtime/invocation/a/b/response", nil),
            ("/2018-06-01/runtime/invocation/ä/response", .response("ä")),
        ] as [(String, RuntimeAPI.Route?)])
    func runtime(path: String, route: RuntimeAPI.Route?) {
        #expect(RuntimeAPI.Route(path: path) == route)
    }

    @Test(
        "The path of Invoke gives the function's name",
        arguments: [
            ("/2015-03-31/functions/f/invocations", "f"), ("/2015-03-31/functions/a%3Ab/invocations", "a:b"),
            ("/2015-03-31/functions//invocations", nil), ("/2015-03-31/functions/invocations", nil),
            ("/2015-03-31/functions/a/b/invocations", nil), ("/2015-03-31/functions/f/invocations/", nil), ("", nil),
        ] as [(String, String?)])
    func invoke(path: String, name: String?) {
        #expect(InvokePath.function(in: path) == name)
    }
}
