// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import HTTP1
import HTTPServer
import LambdaEvents
import ServiceProtocols
import Store
import TestSupport
import Testing

@testable import SageMakerService

@Suite("Invocations", .timeLimit(.minutes(1)))
struct InvocationTests {
    @Test("A synchronous answer is the model's, with the variant that gave it")
    func synchronous() async throws {
        try await Fixture.with { sagemaker async throws in
            await sagemaker.model.answer(200, "painted", type: "text/x-picture")
            let response = await sagemaker.invoke(
                "prompt", ["Content-Type": "text/x-prompt", "X-Amzn-SageMaker-Custom-Attributes": "a=1"])
            #expect(response.status == 200 && response.text == "painted")
            #expect(response.headers["Content-Type"] == "text/x-picture")
            #expect(response.headers["x-Amzn-Invoked-Production-Variant"] == "AllTraffic")
            let headers = await sagemaker.model.headers
            #expect(headers["Content-Type"] == "text/x-prompt")
            #expect(headers["X-Amzn-SageMaker-Custom-Attributes"] == "a=1")
        }
    }

    // Shape: SageMaker Runtime API Reference, InvokeEndpoint, ModelError.
    @Test("A model that fails is a ModelError with what it said")
    func modelError() async throws {
        try await Fixture.with { sagemaker async throws in
            await sagemaker.model.answer(500, "no \"paint\"")
            let response = await sagemaker.invoke("prompt")
            #expect(response.status == 424 && response.headers["x-amzn-ErrorType"] == "ModelError")
            let body = try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
            #expect(body["OriginalStatusCode"] as? Int == 500)
            #expect(body["OriginalMessage"] as? String == "no \"paint\"")
            let message = try #require(body["Message"] as? String)
            #expect(message.hasPrefix("Received server error (500) from primary with message \"no \"paint\"\"."))
            #expect(body["LogStreamArn"] as? String != nil)
        }
    }

    @Test("What cannot be served is refused, not guessed")
    func refusals() async throws {
        try await Fixture.with { sagemaker async throws in
            let unknown = await sagemaker.invoke("x", endpoint: "nothing")
            #expect(unknown.status == 400 && unknown.headers["x-amzn-ErrorType"] == "ValidationError")
            #expect(unknown.text == "{\"Message\":\"Endpoint nothing of account 000000000000 not found.\"}")
            let variant = await sagemaker.invoke("x", ["X-Amzn-SageMaker-Target-Variant": "other"])
            #expect(variant.status == 400)
            let target = await sagemaker.invoke("x", ["X-Amzn-SageMaker-Target-Model": "other"])
            #expect(target.status == 400)
            let long = await sagemaker.invoke(Bytes([UInt8](repeating: 0, count: 6_291_457)))
            #expect(long.status == 413)
            let location: HTTPHeaders = ["X-Amzn-SageMaker-InputLocation": "s3://b/k"]
            let plain = await sagemaker.invokeAsync(location, endpoint: "plain")
            #expect(plain.status == 400)
            let stream = await sagemaker.service.respond(
                to: HTTPRequest(method: "POST", path: "/endpoints/pictures/invocations-response-stream"))
            #expect(stream.status == 404 && stream.headers["x-amzn-ErrorType"] == "UnknownOperationException")
        }
    }

    @Test(
        "An asynchronous request with a wrong header is refused",
        arguments: [
            ("InputLocation", "file:///x"), ("InputLocation", "s3://b"), ("RequestTTLSeconds", "59"),
            ("RequestTTLSeconds", "21601"), ("InvocationTimeoutSeconds", "0"), ("InvocationTimeoutSeconds", "1h"),
            ("Inference-Id", " x"),
        ])
    func wrongHeaders(name: String, value: String) async throws {
        try await Fixture.with { sagemaker async throws in
            var headers: HTTPHeaders = ["X-Amzn-SageMaker-InputLocation": "s3://b/k"]
            headers["X-Amzn-SageMaker-\(name)"] = value
            let response = await sagemaker.invokeAsync(headers)
            #expect(response.status == 400 && response.text.contains("1 validation error detected"))
            let missing = await sagemaker.invokeAsync([:])
            #expect(missing.status == 400)
        }
    }

    // Shape: SageMaker Developer Guide, "Check prediction results" of asynchronous inference.
    @Test("An asynchronous result is written where the answer said, and told to the success topic")
    func success() async throws {
        try await Fixture.with { sagemaker async throws in
            await sagemaker.model.answer(200, "painted", type: "text/x-picture")
            let accepted = try await sagemaker.submit("in.txt")
            #expect(accepted.status == 202 && accepted.text == "{\"InferenceId\":\"id-in.txt\"}")
            let location = try #require(accepted.headers["X-Amzn-SageMaker-OutputLocation"])
            #expect(location.hasPrefix("s3://b/outputs/") && location.hasSuffix(".out"))
            let (topic, notification) = try await sagemaker.topics.next()
            #expect(topic.hasSuffix(":success") && notification.isCompleted)
            #expect(notification.inferenceId == "id-in.txt")
            #expect(notification.requestParameters.inputLocation == "s3://b/in.txt")
            #expect(notification.requestParameters.contentType == "text/x-prompt")
            #expect(notification.responseParameters?.outputLocation == location)
            let output = await sagemaker.objects.objects[String(location.dropFirst(5))]
            #expect(output?.body.string == "painted" && output?.contentType == "text/x-picture")
        }
    }

    @Test(
        "A failure is told to the error topic, with its reason",
        arguments: [
            (
                ModelAnswer.answered(ModelResponse(status: 500, body: "broken")),
                "Received server error (500) from model."
            ),
            (
                ModelAnswer.answered(ModelResponse(status: 400, body: "broken")),
                "Received client error (400) from model."
            ),
            (ModelAnswer.failed(.timedOut), "Received server error (0) from model."),
            (ModelAnswer.failed(.notReady("gone")), "The container is not ready: gone"),
        ])
    func failure(answer: ModelAnswer, reason: String) async throws {
        try await Fixture.with { sagemaker async throws in
            await sagemaker.model.answer(answer)
            let accepted = try await sagemaker.submit("in")
            let (topic, notification) = try await sagemaker.topics.next()
            #expect(topic.hasSuffix(":error") && !notification.isCompleted)
            #expect(notification.failureReason?.contains(reason) == true)
            #expect(notification.responseParameters == nil)
            let location = try #require(accepted.headers["X-Amzn-SageMaker-FailureLocation"])
            #expect(notification.failureLocation == location)
            #expect(await sagemaker.objects.objects[String(location.dropFirst(5))] != nil)
        }
    }

    @Test("An input that is not there fails its request")
    func missingInput() async throws {
        try await Fixture.with { sagemaker async throws in
            let accepted = await sagemaker.invokeAsync(["X-Amzn-SageMaker-InputLocation": "s3://b/none"])
            #expect(accepted.status == 202)
            let (_, notification) = try await sagemaker.topics.next()
            #expect(notification.failureReason?.contains("Unable to read the input from s3://b/none") == true)
            #expect(await sagemaker.model.asked.isEmpty)
        }
    }

    @Test("Requests run in their order, as many at once as the endpoint allows; one that waits too long fails")
    func queue() async throws {
        try await Fixture.with(concurrency: 2) { sagemaker async throws in
            for key in ["a", "b", "c", "d"] {
                try await sagemaker.submit(key, key == "d" ? ["X-Amzn-SageMaker-RequestTTLSeconds": "60"] : [:])
            }
            await sagemaker.model.isAsked(2)
            #expect(await sagemaker.model.asked == ["a", "b"])
            await sagemaker.clock.nextDeadline()
            sagemaker.clock.advance(by: .seconds(60))
            let (_, expired) = try await sagemaker.topics.next()
            #expect(expired.inferenceId == "id-d")
            #expect(expired.failureReason?.contains("RequestTTLSeconds (60)") == true)
            await sagemaker.model.answer(200, "1")
            await sagemaker.model.isAsked(3)
            #expect(await sagemaker.model.asked == ["a", "b", "c"])
        }
    }

    @Test("A notification that SNS does not take is published again; one for a topic that is gone is dropped")
    func publishing() async throws {
        try await Fixture.with { sagemaker async throws in
            await sagemaker.topics.refuse([
                ServiceError(code: "InternalError", message: "", status: 500),
                ServiceError(code: "NotFound", message: "Topic does not exist", status: 404),
            ])
            for _ in 0..<2 { await sagemaker.model.answer(200, "x") }
            try await sagemaker.submit("a")
            await sagemaker.clock.nextDeadline()
            try await sagemaker.submit("b")
            sagemaker.clock.advance(by: .seconds(1))
            let (_, notification) = try await sagemaker.topics.next()
            #expect(notification.inferenceId == "id-b")
        }
    }

    @Test("After a crash a request is run again; one whose result was stored is only told")
    func crash() async throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("sagemaker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let (state, copy) = (root.appendingPathComponent("state"), root.appendingPathComponent("copy"))
        let objects = MemoryObjects()
        let store = try Store.open(directory: state)
        try await Fixture.with(store: store, concurrency: 2, objects: objects) { sagemaker async throws in
            await sagemaker.topics.refuse([ServiceError(code: "InternalError", message: "", status: 500)])
            await sagemaker.model.answer(200, "done")
            try await sagemaker.submit("told")
            await sagemaker.clock.nextDeadline()
            try await sagemaker.submit("asked")
            await sagemaker.model.isAsked(2)
            // The state of a process that dies now.
            try FileManager.default.copyItem(at: state, to: copy)
        }
        try store.close()
        let reopened = try Store.open(directory: copy)
        try await Fixture.with(store: reopened, concurrency: 2, objects: objects) { sagemaker async throws in
            let (_, told) = try await sagemaker.topics.next()
            #expect(told.inferenceId == "id-told")
            await sagemaker.model.isAsked(1)
            await sagemaker.model.answer(200, "done")
            let (_, asked) = try await sagemaker.topics.next()
            #expect(asked.inferenceId == "id-asked" && asked.isCompleted)
            #expect(await sagemaker.model.asked == ["asked"])
        }
        try reopened.close()
    }
}
