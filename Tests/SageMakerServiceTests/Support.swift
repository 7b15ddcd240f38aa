// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Foundation
import HTTP1
import HTTPServer
import LambdaEvents
import Logging
import ServiceProtocols
import Store
import TestSupport

@testable import SageMakerService

/// S3 as SageMaker sees it.
actor MemoryObjects: ObjectStoring {
    private(set) var objects: [String: StoredObject] = [:]

    func getObject(bucket: String, key: String) async throws(ServiceError) -> StoredObject {
        guard let object = objects["\(bucket)/\(key)"] else {
            throw ServiceError(code: "NoSuchKey", message: "The specified key does not exist.", status: 404)
        }
        return object
    }

    func exists(bucket: String) -> Bool { true }

    func putObject(bucket: String, key: String, _ object: StoredObject) async throws(ServiceError) {
        objects["\(bucket)/\(key)"] = object
    }
}

/// SNS as SageMaker sees it.
actor RecordingTopics: Publishing {
    private var published: [(topic: String, message: String)] = []
    private var waiting: [CheckedContinuation<(topic: String, message: String), Never>] = []
    private var refusals: [ServiceError] = []

    func refuse(_ errors: [ServiceError]) { refusals = errors }

    func publish(topic arn: String, _ message: OutgoingMessage) async throws(ServiceError) -> String {
        try await publish(topic: arn, subject: nil, message: message.body)
    }

    func exists(topic arn: String) -> Bool { true }

    func publish(topic arn: String, subject: String?, message: String) async throws(ServiceError) -> String {
        if !refusals.isEmpty { throw refusals.removeFirst() }
        if waiting.isEmpty {
            published.append((arn, message))
        } else {
            waiting.removeFirst().resume(returning: (arn, message))
        }
        return "id"
    }

    func next() async throws -> (topic: String, SageMakerAsyncNotification) {
        let (topic, message) =
            if published.isEmpty {
                await withCheckedContinuation { waiting.append($0) }
            } else {
                published.removeFirst()
            }
        return (topic, try JSONDecoder().decode(SageMakerAsyncNotification.self, from: Data(message.utf8)))
    }
}

/// A model that answers when it is told to.
actor ScriptedModel: Model {
    private(set) var asked: [Bytes] = []
    private(set) var headers: [String: String] = [:]
    private var answers: [ModelAnswer] = []
    private var open: [CheckedContinuation<ModelAnswer, Never>] = []
    private var watchers: [(count: Int, wake: CheckedContinuation<Void, Never>)] = []

    nonisolated var isBusy: Bool { false }

    func start() {}

    func ask(
        _ path: String, headers: [(name: String, value: String)], body: Bytes, timeout: Duration
    ) async -> ModelAnswer {
        asked.append(body)
        self.headers = Dictionary(headers.map { ($0.name, $0.value) }) { first, _ in first }
        for watcher in watchers where watcher.count <= asked.count { watcher.wake.resume() }
        watchers.removeAll { $0.count <= asked.count }
        if !answers.isEmpty { return answers.removeFirst() }
        return await withCheckedContinuation { open.append($0) }
    }

    func stop() {
        for request in open { request.resume(returning: .failed(.disconnected("stopped"))) }
        open = []
    }

    func answer(_ answer: ModelAnswer) {
        if open.isEmpty { answers.append(answer) } else { open.removeFirst().resume(returning: answer) }
    }

    func answer(_ status: Int, _ body: Bytes, type: String? = "text/plain") {
        answer(.answered(ModelResponse(status: status, contentType: type, customAttributes: nil, body: body)))
    }

    /// Returns when it was asked so often.
    func isAsked(_ count: Int) async {
        if asked.count >= count { return }
        await withCheckedContinuation { watchers.append((count, $0)) }
    }
}

/// A service with one endpoint, `pictures`, whose model is scripted.
struct Fixture {
    let service: SageMakerService
    let model: ScriptedModel
    let objects: MemoryObjects
    let topics: RecordingTopics
    let clock: ManualClock

    static let topic = "arn:aws:sns:us-east-1:000000000000:"

    static func with(
        store: Store? = nil, concurrency: Int = 1, objects: MemoryObjects = MemoryObjects(), starts: Bool = true,
        _ body: (Fixture) async throws -> Void
    ) async throws {
        let loop = try EventLoop.start(named: "sagemaker-test")
        let (clock, topics, model) = (ManualClock(), RecordingTopics(), ScriptedModel())
        let environment = ServiceEnvironment(account: "000000000000", region: "us-east-1", clock: clock) {
            UUID().uuidString.lowercased()
        }
        let context = SageMakerContext(
            environment: environment, loop: loop, store: try store ?? Store.inMemory(), objects: objects,
            publishing: topics, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let endpoint = Endpoint(
            name: "pictures", variant: "AllTraffic", model: Endpoint.Model(executable: "/none"),
            asyncInference: Endpoint.AsyncInference(
                output: S3Location(bucket: "b", key: "outputs/"), failure: S3Location(bucket: "b", key: "failures"),
                successTopic: topic + "success", errorTopic: topic + "error", concurrency: concurrency))
        let plain = Endpoint(name: "plain", variant: "one", model: Endpoint.Model(executable: "/none"))
        let service = try SageMakerService(context: context, endpoints: [endpoint, plain]) { _, _ in model }
        let fixture = Fixture(service: service, model: model, objects: objects, topics: topics, clock: clock)
        if starts { await service.start() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        await service.stop()
        await loop.shutdown()
        try result.get()
    }

    func invoke(_ body: Bytes, endpoint: String = "pictures", _ headers: HTTPHeaders = [:]) async -> HTTPResponse {
        await service.respond(
            to: HTTPRequest(method: "POST", path: "/endpoints/\(endpoint)/invocations", headers: headers, body: body))
    }

    func invokeAsync(_ headers: HTTPHeaders, endpoint: String = "pictures") async -> HTTPResponse {
        await service.respond(
            to: HTTPRequest(method: "POST", path: "/endpoints/\(endpoint)/async-invocations", headers: headers))
    }

    /// Stores an input and asks for its inference.
    @discardableResult
    func submit(_ key: String, _ headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        try await objects.putObject(bucket: "b", key: key, StoredObject(body: Bytes(key), contentType: "text/x-prompt"))
        var headers = headers
        headers.add("X-Amzn-SageMaker-InputLocation", "s3://b/\(key)")
        headers.add("X-Amzn-SageMaker-Inference-Id", "id-\(key)")
        return await invokeAsync(headers)
    }
}

extension HTTPResponse {
    var text: String {
        if case .bytes(let bytes) = body { bytes.string } else { "" }
    }
}
