// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import JSON
import Locks
import ServiceProtocols
import Store
import TestSupport
import Testing

@testable import SQSService

@Suite("SQS", .timeLimit(.minutes(1)))
struct SQSServiceTests {
    @Test("Queues, messages and who has them are there again after a restart")
    func restart() async throws {
        let store = try Store.inMemory()
        try await Fixture.run(store: store) { fixture async throws in
            try await fixture.service.deploy("dead", attributes: [:])
            let policy = #"{"deadLetterTargetArn":"\#(fixture.arn("dead"))","maxReceiveCount":1}"#
            try await fixture.service.deploy("q", attributes: ["RedrivePolicy": policy, "VisibilityTimeout": "10"])
            for body in ["first", "second"] {
                _ = try await fixture.service.send(queue: fixture.arn("q"), OutgoingMessage(body: body))
            }
            #expect(try await fixture.receive("q").map(\.body) == ["first"])
        }
        try await Fixture.run(store: store) { fixture async throws in
            #expect(try await fixture.receive("q").map(\.body) == ["second"])
            #expect(try await fixture.receive("q").isEmpty)
            fixture.clock.advance(by: .seconds(10))
            // Both were received once: they move.
            #expect(try await fixture.receive("q").isEmpty)
            #expect(try await fixture.receive("dead", most: 10).map(\.body) == ["first", "second"])
        }
    }

    @Test("Who waits for a message gets one that is sent meanwhile")
    func longPolling() async throws {
        try await Fixture.run { fixture async throws in
            try await fixture.service.deploy("q", attributes: [:])
            async let received = fixture.receive("q", wait: 20)
            await fixture.clock.nextDeadline()
            _ = try await fixture.service.send(queue: fixture.arn("q"), OutgoingMessage(body: "at last"))
            #expect(try await received.map(\.body) == ["at last"])
        }
    }

    @Test("Who waits gets a message that becomes visible, and nothing when the time is over")
    func waiting() async throws {
        try await Fixture.run { fixture async throws in
            try await fixture.service.deploy("q", attributes: ["VisibilityTimeout": "5"])
            _ = try await fixture.service.send(queue: fixture.arn("q"), OutgoingMessage(body: "m"))
            _ = try await fixture.receive("q")
            async let again = fixture.receive("q", wait: 20)
            await fixture.clock.nextDeadline()
            fixture.clock.advance(by: .seconds(5))
            #expect(try await again.map(\.body) == ["m"])
            async let none = fixture.receive("q", wait: 2)
            await fixture.clock.nextDeadline()
            fixture.clock.advance(by: .seconds(2))
            #expect(try await none.isEmpty)
        }
    }

    @Test("Moments that a faster clock left are brought back")
    func clamping() async throws {
        let store = try Store.inMemory()
        try await Fixture.run(store: store) { fixture async throws in
            fixture.clock.advance(by: .seconds(10_000_000))
            try await fixture.service.deploy("q", attributes: [:])
            _ = try await fixture.service.send(queue: fixture.arn("q"), OutgoingMessage(body: "m"))
            _ = try await fixture.receive("q")
        }
        try await Fixture.run(store: store) { fixture async throws in
            fixture.clock.advance(by: .seconds(43_200))
            #expect(try await fixture.receive("q").map(\.body) == ["m"])
        }
    }

    @Test("Both protocols have their own error for a queue that is not there")
    func errors() async throws {
        try await Fixture.run { fixture async throws in
            let url = "http://localhost/000000000000/none"
            let json = await fixture.request(
                headers: ["x-amz-target": "AmazonSQS.ReceiveMessage"], body: Bytes(#"{"QueueUrl":"\#(url)"}"#))
            #expect(json.headers["x-amzn-query-error"] == "AWS.SimpleQueueService.NonExistentQueue;Sender")
            let body = json.text
            #expect(body.contains("com.amazonaws.sqs#QueueDoesNotExist"))
            #expect(json.status == 400)
            let query = await fixture.request(
                path: "/000000000000/none", body: "Action=ReceiveMessage&Version=2012-11-05")
            #expect(query.text.contains("does not exist for this wsdl version."))
            #expect(query.text.contains("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"))
        }
    }
}

/// A service on a loop of its own.
struct Fixture: Sendable {
    let service: SQSService
    let clock = ManualClock()

    static func run(store: Store? = nil, _ body: (Fixture) async throws -> Void) async throws {
        let loop = try EventLoop.start(named: "sqs-test")
        do {
            let fixture = try await Fixture(loop, store ?? .inMemory())
            do {
                try await body(fixture)
            } catch {
                Issue.record(error)
            }
            await fixture.service.stop()
        } catch {
            Issue.record(error)
        }
        await loop.shutdown()
    }

    private init(_ loop: EventLoop, _ store: Store) async throws {
        let ids = Locked(0)
        service = try await SQSService.open(
            environment: ServiceEnvironment(
                account: "000000000000", region: "us-east-1", clock: clock,
                makeID: {
                    ids.withLock { last in
                        last += 1
                        return "\(last)"
                    }
                }), loop: loop, store: store, endpoint: "http://localhost")
    }

    func arn(_ queue: String) -> String { "arn:aws:sqs:us-east-1:000000000000:\(queue)" }

    func request(path: String = "/", headers: HTTPHeaders = [:], body: Bytes) async -> HTTPResponse {
        await service.respond(to: HTTPRequest(method: "POST", path: path, query: nil, headers: headers, body: body))
    }

    func receive(_ queue: String, most: Int = 1, wait: Int = 0) async throws -> [(body: String, handle: String)] {
        let answer = await request(
            headers: ["x-amz-target": "AmazonSQS.ReceiveMessage"],
            body: Bytes(
                #"{"QueueUrl":"x/000000000000/\#(queue)","MaxNumberOfMessages":\#(most),"WaitTimeSeconds":\#(wait)}"#))
        let text = answer.text
        try #require(answer.status == 200, "\(text)")
        guard case .array(let messages)? = JSONValue(parsing: text)?["Messages"] else { return [] }
        return messages.map { ($0["Body"]?.string ?? "", $0["ReceiptHandle"]?.string ?? "") }
    }
}

extension HTTPResponse {
    var text: String {
        if case .bytes(let bytes) = body { bytes.string } else { "" }
    }
}
