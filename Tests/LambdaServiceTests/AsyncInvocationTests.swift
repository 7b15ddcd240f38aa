// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import ServiceProtocols
import Store
import TestSupport
import Testing

@testable import LambdaService

@Suite("Asynchronous invocations", .timeLimit(.minutes(1)))
struct AsyncInvocationTests {
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html; the same id: LocalStack's
    // recorded snapshot test_invoke_retries.
    @Test("A failing event is run three times under one request id, after one and two minutes")
    func retries() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let id = try await fixture.service.invokeAsync(Invocation(function: "f", payload: #"{"do":"fail"}"#))
            _ = await fixture.attempts.next(1)
            #expect(await fixture.clock.jump() == .seconds(60))
            _ = await fixture.attempts.next(1)
            #expect(await fixture.clock.jump() == .seconds(120))
            let last = try #require(await fixture.attempts.next(1).first)
            #expect(last.requestID == id && last.attempt == 3 && last.outcome == .failed)
            #expect(fixture.log().components(separatedBy: "START RequestId: \(id)").count == 4)
        }
    }

    @Test("An event for an alias runs what the alias points to when it is run")
    func successorRuns() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            _ = try await fixture.service.invokeAsync(Invocation(function: "f", payload: #"{"do":"exit","status":1}"#))
            let first = try #require(await fixture.attempts.next(1).first)
            #expect(first.outcome == .ended("Runtime.ExitError"))
            await fixture.clock.jump()
            #expect(await fixture.attempts.next(1).first?.attempt == 2)
        }
    }

    @Test("What was accepted and not finished is run after a restart")
    func recovery() async throws {
        let store = try Store.inMemory()
        try await ServiceFixture.run(store: store) { fixture in
            try await fixture.function()
            _ = try await fixture.service.invokeAsync(Invocation(function: "f", payload: #"{"do":"hang"}"#))
            _ = try await fixture.service.invokeAsync(Invocation(function: "f", payload: #"{"do":"fail"}"#))
            // One of them hangs, the other waits for its retry; now everything ends.
            _ = await fixture.attempts.next(1)
        }
        let queue = try SQLiteEventQueue(store: store)
        try await queue.recover(at: Timestamp(milliseconds: .max / 2))
        let left = try await queue.leaseDue(at: Timestamp(milliseconds: .max), limit: 10)
        #expect(Set(left.map(\.payload.string)) == [#"{"do":"hang"}"#, #"{"do":"fail"}"#])
        for var event in left {
            event.due = Timestamp(milliseconds: 0)
            try await queue.reschedule(event)
        }
        try await ServiceFixture.run(store: store) { fixture in
            try await fixture.function(
                script: ServiceFixture.bootstrap.replacingOccurrences(of: #"if do == "hang""#, with: "if False"))
            try await fixture.service.start()
            let attempts = await fixture.attempts.next(2)
            #expect(Set(attempts.map(\.requestID)) == Set(left.map(\.id)))
        }
    }

    @Test("More events than may be in work at once are all run")
    func backlog() async throws {
        try await ServiceFixture.run { options in
            options.environments = 4
        } _: { fixture in
            try await fixture.function()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<600 {
                    group.addTask {
                        _ = try await fixture.service.invokeAsync(
                            Invocation(function: "f", payload: Bytes("{\"n\":\(index)}")))
                    }
                }
                try await group.waitForAll()
            }
            let attempts = await fixture.attempts.next(600)
            #expect(Set(attempts.map(\.requestID)).count == 600)
        }
    }

    @Test("A throttled event is run again soon, and uses up no retry")
    func throttled() async throws {
        try await ServiceFixture.run { options in
            options.concurrency = 0
        } _: { fixture in
            try await fixture.function()
            _ = try await fixture.service.invokeAsync(Invocation(function: "f", payload: "{}"))
            #expect(await fixture.clock.jump() == .seconds(1))
            #expect(await fixture.clock.jump() == .seconds(2))
            #expect(await fixture.clock.jump() == .seconds(4))
        }
    }

    @Test("Moments that a faster clock left are brought back, and a delivery is kept")
    func recovered() async throws {
        let queue = try SQLiteEventQueue(store: .inMemory())
        let outcome = EventOutcome(
            condition: .success, moment: Timestamp(milliseconds: 5), functionARN: "f", invocations: 1,
            response: .init(executedVersion: "1", functionError: nil, payload: "null"))
        var event = AsyncEvent(
            id: "a", function: "f", qualifier: nil, payload: "{}", traceHeader: "t",
            accepted: Timestamp(milliseconds: 9_000_000), due: Timestamp(milliseconds: 9_000_000))
        try await queue.append(event, leased: true)
        event.delivery = PendingDelivery(outcome: outcome, targets: [.destination("d"), .deadLetter("e")])
        try await queue.reschedule(event)
        try await queue.recover(at: Timestamp(milliseconds: 1000))
        #expect(try await queue.nextDue() == Timestamp(milliseconds: 301_000))
        let found = try #require(try await queue.leaseDue(at: Timestamp(milliseconds: 301_000), limit: 1).first)
        #expect(found.accepted == Timestamp(milliseconds: 1000))
        #expect(found.delivery == event.delivery)
    }

    @Test("The queue hands each event out once, those that are due longest first")
    func queueOrder() async throws {
        let queue = try SQLiteEventQueue(store: .inMemory())
        func event(_ id: String, due: Int64) -> AsyncEvent {
            AsyncEvent(
                id: id, function: "f", qualifier: id == "a" ? "live" : nil, payload: "{\u{7D}", traceHeader: "t",
                accepted: Timestamp(milliseconds: 1), due: Timestamp(milliseconds: due))
        }
        try await queue.append(event("a", due: 30), leased: false)
        try await queue.append(event("b", due: 10), leased: false)
        try await queue.append(event("c", due: 10), leased: true)
        try await queue.append(event("d", due: 10), leased: false)
        #expect(try await queue.nextDue() == Timestamp(milliseconds: 10))
        #expect(try await queue.leaseDue(at: Timestamp(milliseconds: 20), limit: 10).map(\.id) == ["b", "d"])
        #expect(try await queue.leaseDue(at: Timestamp(milliseconds: 20), limit: 10).isEmpty)
        #expect(try await queue.leaseDue(at: Timestamp(milliseconds: 30), limit: 10) == [event("a", due: 30)])
        try await queue.complete("d")
        var again = event("b", due: 5)
        again.history = .init(functionErrors: 1, rejections: 2)
        try await queue.reschedule(again)
        try await queue.recover(at: Timestamp(milliseconds: 99))
        let rest = try await queue.leaseDue(at: Timestamp(milliseconds: 99), limit: 10)
        #expect(rest.map(\.id) == ["b", "c", "a"])
        #expect(rest.first?.history == .init(functionErrors: 1, rejections: 2))
    }
}
