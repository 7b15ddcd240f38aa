// SPDX-License-Identifier: Apache-2.0
import Buffers
import Locks
import ServiceProtocols
import Store
import TestSupport
import Testing

@testable import LambdaService

@Suite("Deliveries of outcomes", .timeLimit(.minutes(1)))
struct EventDeliveryTests {
    @Test("An outcome that is not taken is delivered again without running the function again")
    func retried() async throws {
        try await ServiceFixture.run { fixture in
            let targets = RecordingTargets()
            await fixture.service.connect(targets.services)
            try await fixture.function()
            try await fixture.service.configureEvents(
                of: "f", EventInvokeConfiguration(onSuccess: RecordingTargets.queue))
            targets.refuse([.unavailable, .unavailable])
            _ = try await fixture.service.invokeAsync(Invocation(function: "f", payload: "{}"))
            #expect(await fixture.clock.jump() == .seconds(1))
            #expect(await fixture.clock.jump() == .seconds(2))
            let sent = await targets.next()
            #expect(sent.message.body.contains(#""condition":"Success""#))
            #expect(await fixture.attempts.next(1).count == 1)
        }
    }

    @Test("An outcome that was not taken is delivered after a restart, though the function is gone")
    func restart() async throws {
        let store = try Store.inMemory()
        try await ServiceFixture.run(store: store) { fixture in
            let targets = RecordingTargets()
            await fixture.service.connect(targets.services)
            try await fixture.function { $0.deadLetterTarget = RecordingTargets.queue }
            try await fixture.service.configureEvents(of: "f", EventInvokeConfiguration(maximumRetryAttempts: 0))
            targets.refuse([.unavailable])
            _ = try await fixture.service.invokeAsync(Invocation(function: "f", payload: #"{"do":"fail"}"#))
            // The alarm is for the next attempt, which is stored then.
            _ = await fixture.clock.nextDeadline()
        }
        try await ServiceFixture.run(store: store) { fixture in
            let targets = RecordingTargets()
            await fixture.service.connect(targets.services)
            try await fixture.service.start()
            await fixture.clock.jump()
            let sent = await targets.next()
            #expect(sent.message.body == #"{"do":"fail"}"#)
            #expect(sent.message.attributes.map(\.value).suffix(2) == ["200", "sorry"])
        }
    }

    @Test("A destination and a dead-letter target both get their own")
    func both() async throws {
        try await ServiceFixture.run { fixture in
            let targets = RecordingTargets()
            await fixture.service.connect(targets.services)
            try await fixture.function { $0.deadLetterTarget = RecordingTargets.queue }
            try await fixture.service.configureEvents(
                of: "f", EventInvokeConfiguration(maximumRetryAttempts: 0, onFailure: RecordingTargets.topic))
            // What refuses for good does not keep the other from its own.
            _ = try await fixture.service.invokeAsync(Invocation(function: "f", payload: #"{"do":"fail"}"#))
            let sent = [await targets.next(), await targets.next()]
            #expect(sent.map(\.target) == [RecordingTargets.topic, RecordingTargets.queue])
            #expect(sent[0].message.body.contains("RetriesExhausted"))
            #expect(sent[1].message.body == #"{"do":"fail"}"#)
        }
    }

    @Test("A target that is gone loses its own, and only that")
    func refused() async throws {
        try await ServiceFixture.run { fixture in
            let targets = RecordingTargets()
            await fixture.service.connect(targets.services)
            try await fixture.function { $0.deadLetterTarget = RecordingTargets.queue }
            try await fixture.service.configureEvents(
                of: "f", EventInvokeConfiguration(maximumRetryAttempts: 0, onFailure: RecordingTargets.topic))
            targets.refuse([ServiceError(code: "NotFound", message: "Topic does not exist", status: 404)])
            _ = try await fixture.service.invokeAsync(Invocation(function: "f", payload: #"{"do":"fail"}"#))
            #expect(await targets.next().target == RecordingTargets.queue)
        }
    }

    @Test("A delivery is tried for six hours")
    func schedule() {
        let outcome = EventOutcome(
            condition: .success, moment: Timestamp(milliseconds: 0), functionARN: "f", invocations: 1, response: nil)
        var delivery = PendingDelivery(outcome: outcome, targets: [])
        var (now, delays) = (Timestamp(milliseconds: 0), [Int64]())
        while let next = delivery.nextAttempt(now: now) {
            delays.append((next - now).wholeMilliseconds / 1000)
            now = next
        }
        #expect(delays.prefix(11) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        #expect(now.milliseconds <= 21_600_000 && now.milliseconds > 21_300_000)
    }
}

extension ServiceError {
    fileprivate static let unavailable = ServiceError(code: "InternalError", message: "not now", status: 500)
}

/// Queues and topics that keep what they are sent.
final class RecordingTargets: Queueing, Publishing, ObjectStoring {
    typealias Sent = (target: String, message: OutgoingMessage)

    static let queue = "arn:aws:sqs:us-east-1:000000000000:q"
    static let topic = "arn:aws:sns:us-east-1:000000000000:t"

    private let sent = AsyncStream.makeStream(of: Sent.self)
    // Guards the answers that are to come: the service asks on its loop.
    private let refusals = Locked<[ServiceError]>([])

    var services: DeliveryServices { DeliveryServices(queues: self, topics: self, objects: self) }

    func refuse(_ errors: [ServiceError]) { refusals.withLock { $0 = errors } }

    /// What was sent, once something was.
    func next() async -> Sent {
        for await one in sent.stream { return one }
        return ("", OutgoingMessage(body: ""))
    }

    func send(queue arn: String, _ message: OutgoingMessage) async throws(ServiceError) -> String {
        if let error = refusals.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw error }
        sent.continuation.yield((arn, message))
        return "id"
    }

    func publish(topic arn: String, _ message: OutgoingMessage) async throws(ServiceError) -> String {
        try await send(queue: arn, message)
    }

    func publish(topic arn: String, subject: String?, message: String) async throws(ServiceError) -> String {
        try await send(queue: arn, OutgoingMessage(body: message))
    }

    func exists(queue arn: String) async -> Bool { arn == Self.queue }
    func exists(topic arn: String) async -> Bool { arn == Self.topic }
    func exists(bucket: String) async -> Bool { false }

    func getObject(bucket: String, key: String) async throws(ServiceError) -> StoredObject {
        throw ServiceError(code: "NoSuchBucket", message: bucket, status: 404)
    }

    func putObject(bucket: String, key: String, _ object: StoredObject) async throws(ServiceError) {
        throw ServiceError(code: "NoSuchBucket", message: bucket, status: 404)
    }
}
