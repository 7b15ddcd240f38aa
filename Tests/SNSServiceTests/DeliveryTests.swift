// SPDX-License-Identifier: Apache-2.0
import Buffers
import HTTPServer
import ServiceProtocols
import TestSupport
import Testing

@testable import SNSService

@Suite("SNS delivery", .timeLimit(.minutes(1)))
struct DeliveryTests {
    // SNS Developer Guide, "Amazon SNS message delivery retries": 100,015 attempts over 23 days.
    @Test("The schedule for AWS-managed endpoints is the documented one")
    func schedule() {
        let policy = DeliveryPolicy.awsManaged
        let delays = (1...100_015).map { policy.delay(beforeAttempt: $0) }
        #expect(delays[0..<3].allSatisfy { $0 == .zero })
        #expect(delays[3..<5].allSatisfy { $0 == .seconds(1) })
        #expect(delays[5] == .seconds(1))
        let backoff = delays[5..<15].compactMap { $0 }
        #expect(zip(backoff, backoff.dropFirst()).allSatisfy { $0 < $1 })
        #expect(delays[14] == .seconds(20))
        #expect(delays[15...].allSatisfy { $0 == .seconds(20) })
        #expect(policy.delay(beforeAttempt: 100_016) == nil)
        let total = delays.compactMap { $0 }.reduce(Duration.zero, +)
        #expect(Int(total / .seconds(86_400)) == 23)
    }

    @Test("Client errors end a delivery, server errors and throttling do not")
    func classification() {
        for (status, isRetried) in [
            (404, false), (400, false), (403, false), (413, false), (429, true), (500, true), (503, true),
        ] {
            var attempts = DeliveryAttempts(policy: .awsManaged)
            #expect((attempts.failed(status: status) != .giveUp) == isRetried, "\(status)")
        }
    }

    @Test("A delivery that Lambda refuses is tried again on the schedule until it is accepted")
    func retries() async throws {
        let sns = try Harness()
        let (topic, _) = await sns.subscribedTopic()
        sns.lambda.fail(with: [500, 503, 429, 500, 500, 500])
        let answer = await sns.call("Publish", [("TopicArn", topic), ("Message", "m")])
        #expect(answer.status == 200)
        await sns.lambda.attempts(3)
        #expect(await sns.clock.jump() == .seconds(1))
        await sns.lambda.attempts(4)
        #expect(await sns.clock.jump() == .seconds(1))
        await sns.lambda.attempts(5)
        #expect(await sns.clock.jump() == .seconds(1))
        await sns.lambda.attempts(6)
        let slept = await sns.clock.jump()
        #expect(slept > .seconds(1) && slept < .seconds(2))
        await sns.lambda.attempts(7)
        #expect(Set(sns.lambda.invocations.map(\.payload.string)).count == 1)
        let caller = ServiceCaller(
            principal: "sns.amazonaws.com", sourceARN: topic, sourceAccount: "000000000000")
        #expect(sns.lambda.invocations.allSatisfy { $0.caller == caller })
        await sns.service.stop()
        #expect(await sns.service.waitingDeliveries == 0)
    }

    @Test("A function that is not there is not tried again")
    func clientError() async throws {
        let sns = try Harness()
        let (topic, _) = await sns.subscribedTopic()
        sns.lambda.fail(with: [404])
        _ = await sns.call("Publish", [("TopicArn", topic), ("Message", "m")])
        #expect(sns.lambda.invocations.count == 1)
        #expect(await sns.service.waitingDeliveries == 0)
    }

    @Test("Stopping ends the retries that wait")
    func stop() async throws {
        let sns = try Harness()
        let (topic, _) = await sns.subscribedTopic()
        sns.lambda.fail(with: [Int](repeating: 500, count: 100))
        _ = await sns.call("Publish", [("TopicArn", topic), ("Message", "m")])
        await sns.lambda.attempts(3)
        #expect(await sns.service.waitingDeliveries == 1)
        await sns.service.stop()
        #expect(sns.lambda.invocations.count == 3)
        #expect(await sns.service.waitingDeliveries == 0)
    }

    @Test("A subscription that ended gets no more retries")
    func unsubscribed() async throws {
        let sns = try Harness()
        let (topic, subscription) = await sns.subscribedTopic()
        sns.lambda.fail(with: [Int](repeating: 500, count: 100))
        _ = await sns.call("Publish", [("TopicArn", topic), ("Message", "m")])
        await sns.lambda.attempts(3)
        _ = await sns.call("Unsubscribe", [("SubscriptionArn", subscription)])
        _ = await sns.clock.jump()
        await sns.service.stop()
        #expect(sns.lambda.invocations.count == 3)
    }

    @Test("Each subscriber gets its own event")
    func fanOut() async throws {
        let sns = try Harness()
        let topic = try await sns.service.addTopic(name: "t")
        for name in ["a", "b", "c"] {
            try await sns.service.subscribe(topic: topic, function: "\(Harness.function)-\(name)")
        }
        _ = await sns.call("Publish", [("TopicArn", topic), ("Message", "m")])
        #expect(
            Set(sns.lambda.invocations.map(\.function)) == Set(["a", "b", "c"].map { "\(Harness.function)-\($0)" }))
        #expect(Set(sns.lambda.invocations.map(\.payload.string)).count == 3)
    }
}
