// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import GRDB
import Logging
import ServiceProtocols
import Store

/// Works through the asynchronous requests of one endpoint. What it has not finished when the process dies it takes up
/// again in the next run: a model may then be asked twice, and a notification be sent twice.
actor AsyncWorker {
    private let endpoint: Endpoint
    private let configuration: Endpoint.AsyncInference
    private let context: SageMakerContext
    private let model: any Model
    private var queue: InferenceQueue
    private var lifecycles: [Int64: InferenceLifecycle] = [:]
    private var tasks: [Int64: Task<Void, Never>] = [:]
    private var expiries: [Int64: Task<Void, Never>] = [:]
    private var isStopped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { context.loop.asUnownedSerialExecutor() }

    private static let firstPublishDelay = Duration.seconds(1)
    private static let longestPublishDelay = Duration.seconds(300)
    private static let storeDelay = Duration.seconds(1)
    private static let longestStoreDelay = Duration.seconds(64)

    init(
        endpoint: Endpoint, configuration: Endpoint.AsyncInference, context: SageMakerContext, model: any Model
    ) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.context = context
        self.model = model
        queue = InferenceQueue(width: configuration.concurrency)
    }

    /// Takes up what an earlier run left.
    func recover() async {
        do {
            let name = endpoint.name
            let entries = try await context.store.read { db in try AsyncQueueTable.entries(endpoint: name, db) }
            for entry in entries {
                guard let notification = entry.notification else {
                    admit(entry.id, entry.request)
                    continue
                }
                var lifecycle = lifecycle(entry.request)
                let action = lifecycle.resume(notification)
                lifecycles[entry.id] = lifecycle
                start(entry.id, with: action)
            }
        } catch {
            context.log.error("cannot read stored inference requests", metadata: ["error": "\(error)"])
        }
    }

    /// Queues a request; returns when it is durable.
    func submit(_ request: AsyncRequest) async throws {
        let id = try await context.store.write { db in try AsyncQueueTable.insert(request, db) }
        admit(id, request)
    }

    /// From now on nothing new is begun, and that the model goes away is no failure of a request.
    func prepareToStop() {
        isStopped = true
    }

    /// Lets go of everything; the next run takes it up.
    func stop() async {
        isStopped = true
        let all = Array(tasks.values) + Array(expiries.values)
        for task in all { task.cancel() }
        for task in all { await task.value }
    }

    private func admit(_ id: Int64, _ request: AsyncRequest) {
        guard !isStopped else { return }
        lifecycles[id] = lifecycle(request)
        begin(queue.add(id))
        guard tasks[id] == nil else { return }
        expiries[id] = context.loop.spawn { await self.expire(id, at: Timestamp(milliseconds: request.expires)) }
    }

    private func lifecycle(_ request: AsyncRequest) -> InferenceLifecycle {
        InferenceLifecycle(
            request, region: context.environment.region, successTopic: configuration.successTopic,
            errorTopic: configuration.errorTopic)
    }

    private func begin(_ ids: [Int64]) {
        for id in ids {
            expiries.removeValue(forKey: id)?.cancel()
            guard let action = handle(.began, of: id) else { continue }
            start(id, with: action)
        }
    }

    /// A request that has waited too long fails without having had its turn.
    private func expire(_ id: Int64, at deadline: Timestamp) async {
        guard (try? await context.environment.clock.sleep(until: deadline)) != nil, !isStopped else { return }
        expiries[id] = nil
        guard queue.withdraw(id), let action = handle(.began, of: id) else { return }
        start(id, with: action)
    }

    private func start(_ id: Int64, with action: InferenceLifecycle.Action) {
        let cause = lifecycles[id]?.request.record
        tasks[id] = context.loop.spawn { await Cause.with(cause) { await self.run(id, from: action) } }
    }

    private func handle(_ event: InferenceLifecycle.Event, of id: Int64) -> InferenceLifecycle.Action? {
        lifecycles[id]?.handle(event, now: context.environment.clock.now.milliseconds)
    }

    private func run(_ id: Int64, from first: InferenceLifecycle.Action) async {
        guard let request = lifecycles[id]?.request else { return }
        var action = first
        while let event = await perform(action, request, id) {
            guard let next = handle(event, of: id) else { break }
            action = next
        }
        lifecycles[id] = nil
        tasks[id] = nil
        if !isStopped { begin(queue.finished(id)) }
    }

    /// - Returns: what came of it; nil when there is no more to be done in this run.
    private func perform(
        _ action: InferenceLifecycle.Action, _ request: AsyncRequest, _ id: Int64
    ) async -> InferenceLifecycle.Event? {
        guard !isStopped else { return nil }
        do {
            switch action {
            case .readInput(let location): return await read(location)
            case .askModel(let contentType, let body): return await ask(request, contentType, body)
            case .store(let location, let contentType, let body): return await store(location, contentType, body)
            case .record(let notification):
                try await stored { db in try AsyncQueueTable.record(notification, of: id, db) }
                return .recorded
            case .publish(let notification): return await publish(notification)
            case .forget:
                try await stored { db in try AsyncQueueTable.remove(id, db) }
                return nil
            }
        } catch {
            // It stops: the next run takes the request up.
            return nil
        }
    }

    /// Writes until the store takes it: a disk that is full may have room again.
    ///
    /// - Throws: `CancellationError` when the worker stops before.
    private func stored(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        while true {
            do {
                return try await context.store.write(body)
            } catch {
                context.log.error("cannot store the state of an inference request", metadata: ["error": "\(error)"])
            }
            let clock = context.environment.clock
            try await clock.sleep(until: clock.now + Self.storeDelay)
        }
    }

    private func read(_ location: S3Location) async -> InferenceLifecycle.Event {
        do throws(ServiceError) {
            let object = try await untilTaken { [context] () throws(ServiceError) in
                try await context.objects.getObject(bucket: location.bucket, key: location.key)
            }
            return .inputRead(contentType: object.contentType, body: object.body)
        } catch {
            return .inputUnreadable("ClientError: Unable to read the input from \(location): \(error.message)")
        }
    }

    private func ask(_ request: AsyncRequest, _ contentType: String?, _ body: Bytes) async -> InferenceLifecycle.Event?
    {
        let headers = ModelHeaders(
            contentType: contentType, accept: request.accept, customAttributes: request.customAttributes,
            inferenceID: request.inferenceID)
        let answer = await model.ask(
            "/invocations", headers: headers.fields, body: body, timeout: .seconds(request.timeout))
        // The model went away because the emulator is going: that is no failure of the request.
        return isStopped ? nil : .modelAnswered(answer)
    }

    private func store(_ location: S3Location, _ contentType: String?, _ body: Bytes) async -> InferenceLifecycle.Event
    {
        do throws(ServiceError) {
            try await untilTaken { [context] () throws(ServiceError) in
                try await context.objects.putObject(
                    bucket: location.bucket, key: location.key, StoredObject(body: body, contentType: contentType))
            }
            return .stored
        } catch {
            return .notStored(error.message)
        }
    }

    /// Calls S3, again when S3 itself is in trouble.
    private func untilTaken<Result: Sendable>(
        _ call: @Sendable () async throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        var delay = Self.storeDelay
        while true {
            do throws(ServiceError) {
                return try await call()
            } catch {
                let clock = context.environment.clock
                guard error.status >= 500, delay <= Self.longestStoreDelay, !isStopped,
                    (try? await clock.sleep(until: clock.now + delay)) != nil
                else { throw error }
                delay *= 2
            }
        }
    }

    /// Publishes until the topic takes it, or will not take it ever.
    private func publish(_ notification: InferenceLifecycle.Notification) async -> InferenceLifecycle.Event? {
        guard let topic = notification.topic else { return .published }
        var delay = Self.firstPublishDelay
        while !isStopped {
            do throws(ServiceError) {
                _ = try await context.publishing.publish(topic: topic, subject: nil, message: notification.message)
                return .published
            } catch {
                context.log.warning(
                    "a notification was not taken",
                    metadata: ["topic": "\(topic)", "code": "\(error.code)", "reason": "\(error.message)"])
                guard error.isTransient else { return .published }
            }
            let clock = context.environment.clock
            guard (try? await clock.sleep(until: clock.now + delay)) != nil else { return nil }
            delay = min(delay * 2, Self.longestPublishDelay)
        }
        return nil
    }
}

/// What every part of the service needs.
struct SageMakerContext: Sendable {
    let environment: ServiceEnvironment
    let loop: EventLoop
    let store: Store
    let objects: any ObjectStoring
    let publishing: any Publishing
    let log: Logger
}

/// The headers of a request to a model.
struct ModelHeaders: Sendable {
    var contentType: String?
    var accept: String?
    var customAttributes: String?
    var inferenceID: String?

    var fields: [(name: String, value: String)] {
        let all = [
            ("Content-Type", contentType), ("Accept", accept),
            ("X-Amzn-SageMaker-Custom-Attributes", customAttributes), ("X-Amzn-SageMaker-Inference-Id", inferenceID),
        ]
        return all.compactMap { name, value in value.map { (name: name, value: $0) } }
    }
}
