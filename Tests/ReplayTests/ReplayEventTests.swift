// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON
import ServiceProtocols
import Testing

@testable import Replay

@Suite struct ReplayEventTests {
    private static func record(_ kind: JournalRecord.Kind, id: RecordID = 7) -> JournalRecord {
        var record = JournalRecord(id: id, time: Timestamp(milliseconds: 1000), kind: kind, source: "lambda")
        record.function = "F"
        record.qualifier = "live"
        record.payload = .init("{ \"a\":1}")
        return record
    }

    @Test("A line of JSON keeps all of an event, its payload to the byte")
    func roundTrip() throws {
        var event = ReplayEvent(id: "x", payload: Bytes([0x7B, 0xFF, 0x0A]))
        event.function = "F"
        event.invocationType = .event
        event.time = Timestamp(milliseconds: 1_795_294_160_123)
        event.recorded = RecordedResult(outcome: .failed, error: "Sandbox.Timedout", result: "{\"e\" : 1}")
        let value = try #require(event.json.withUnsafeBytes { JSONValue(parsing: $0) })
        #expect(ReplayEvent(value, number: 1) == event)
    }

    @Test("A line may have an event in place of a payload, and nothing else")
    func plain() throws {
        let event = try #require(ReplayEvent(["event": ["a": 1]], number: 3))
        #expect((event.id, event.payload, event.invocationType) == ("line 3", "{\"a\":1}", .requestResponse))
        #expect(ReplayEvent(["function": "F"], number: 3) == nil)
        #expect(ReplayEvent(["event": 1, "type": "Telepathy"], number: 3) == nil)
    }

    @Test("A record of an invocation has its result; an event has that of its last attempt")
    func records() throws {
        var invocation = Self.record(.invocation)
        invocation.outcome = .failed
        invocation.result = .init("null")
        let first = try #require(ReplayEvent(invocation))
        #expect(first.payload == "{ \"a\":1}")
        #expect(first.recorded == RecordedResult(outcome: .failed, result: "null"))
        var attempts = [Self.record(.attempt, id: 9), Self.record(.attempt, id: 8)]
        attempts[0].result = .init("2")
        attempts[1].outcome = .throttled
        let second = try #require(ReplayEvent(Self.record(.event), ends: attempts + [Self.record(.drop, id: 10)]))
        #expect(second.invocationType == .event)
        #expect(second.recorded == RecordedResult(outcome: .succeeded, result: "2"))
        #expect(ReplayEvent(Self.record(.event))?.recorded == nil)
        #expect(ReplayEvent(Self.record(.object)) == nil)
    }

    @Test("A part of a payload is known as such")
    func truncated() {
        var record = Self.record(.invocation)
        record.payload = .init("{", size: 2)
        record.result = .init("{", size: 2)
        #expect(ReplayEvent(record)?.isTruncated == true)
        #expect(ReplayEvent(record)?.recorded?.result == nil)
    }

    @Test("A summary counts outcomes, attempts and what they cost, and orders latencies")
    func summary() throws {
        var summary = ReplaySummary()
        #expect(summary.latencies == nil)
        for number in 1...100 {
            var result = ReplayResult(id: "\(number)", function: "F", outcome: number == 1 ? .failed : .succeeded)
            result.error = number == 1 ? "Own" : nil
            result.latencyMilliseconds = Double(number)
            result.usage.attempts = number == 1 ? 3 : 1
            result.usage.coldStarts = number == 1 ? 1 : 0
            result.usage.billedMilliseconds = 10
            result.usage.megabyteMilliseconds = 10240
            let value = try #require(result.json.withUnsafeBytes { JSONValue(parsing: $0) })
            #expect(ReplayResult(value) == result)
            summary.add(result)
        }
        #expect((summary.events, summary.attempts, summary.coldStarts) == (100, 102, 1))
        #expect(summary.outcomes == [.failed: 1, .succeeded: 99])
        #expect(summary.errors == ["Own": 1])
        #expect(summary.gigabyteSeconds == 1)
        let latencies = try #require(summary.latencies)
        #expect(abs(latencies.p50 - 50) < 0.1)
        #expect(abs(latencies.p99 - 99) < 0.2)
        #expect(abs(latencies.maximum - 100) < 0.2)
    }
}
