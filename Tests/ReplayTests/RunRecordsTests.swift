// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON
import ServiceProtocols
import Testing

@testable import Replay

@Suite struct RunRecordsTests {
    private static func record(
        _ id: RecordID, _ kind: JournalRecord.Kind, cause: RecordID?, _ change: (inout JournalRecord) -> Void = { _ in }
    ) -> JournalRecord {
        var record = JournalRecord(
            id: id, time: Timestamp(milliseconds: id), kind: kind, cause: cause, source: "lambda")
        change(&record)
        return record
    }

    /// An event with two attempts; the second writes an object twice, which causes an event for somebody else.
    private static let records: [JournalRecord] = [
        record(10, .event, cause: 1) { $0.requestID = "r" },
        record(11, .attempt, cause: 10) {
            $0.requestID = "r"
            $0.outcome = .failed
            $0.result = .init("1")
        },
        record(12, .log, cause: 11) { $0.payload = .init("first") },
        record(13, .attempt, cause: 10) {
            $0.requestID = "r"
            $0.result = .init("2")
        },
        record(14, .log, cause: 13) { $0.payload = .init("second") },
        record(15, .object, cause: 13) {
            $0.resource = "arn:aws:s3:::b/k"
            $0.payload = .init("{}")
        },
        record(16, .object, cause: 13) {
            $0.resource = "arn:aws:s3:::b/k"
            $0.payload = .init("{}")
        },
        record(17, .event, cause: 16) {
            $0.function = "G"
            $0.payload = .init("{\"a\":1}")
        },
        record(18, .attempt, cause: 17),
        record(19, .log, cause: 18) { $0.payload = .init("another's") },
        record(20, .object, cause: 18) { $0.resource = "arn:aws:s3:::b/other" },
    ]

    @Test("An event came to what its last attempt did; all of its lines count, and what it caused itself")
    func observation() throws {
        let found = RunRecords(Self.records.shuffled(), requestID: "r")
        #expect(found.runs.map(\.id) == [11, 13])
        #expect(found.writtenObjects == ["arn:aws:s3:::b/k"])
        let observation = try #require(found.observation(bodies: ["arn:aws:s3:::b/k": "\"body\""]))
        #expect((observation.outcome, observation.result) == (.succeeded, "2"))
        #expect(observation.lines == ["first", "second"])
        #expect(
            observation.effects == [
                ["kind": "object", "resource": "arn:aws:s3:::b/k", "outcome": "succeeded", "body": "body"],
                ["kind": "event", "function": "G", "payload": ["a": 1]],
            ])
    }

    @Test("How an event ends is told without the alias that was invoked")
    func ended() throws {
        let drop = Self.record(21, .drop, cause: 10) { ($0.function, $0.qualifier) = ("F", "live") }
        let found = RunRecords(Self.records + [drop], requestID: "r")
        let effects = try #require(found.observation(bodies: [:])?.effects)
        #expect(effects.contains(["kind": "drop", "function": "F", "outcome": "succeeded"]))
    }

    @Test("One run can be looked at alone, and only at some kinds of consequences")
    func oneRun() throws {
        let found = RunRecords(Self.records, runs: [Self.records[3]])
        let observation = try #require(found.observation(bodies: [:], kinds: [.object]))
        #expect(observation.lines == ["second"])
        #expect(observation.effects?.count == 1)
    }

    @Test("An event that was not run came to nothing")
    func notRun() {
        #expect(RunRecords(Self.records, requestID: "other").observation(bodies: [:]) == nil)
    }

    @Test("Two sides are one line of JSON")
    func sides() throws {
        var left = ReplayResult(id: "7", function: "F", outcome: .succeeded)
        left.digest = "x"
        let right = ReplayResult(id: "7", function: "F", outcome: .succeeded)
        let same = SideBySide(id: "7", left: left, right: right, differences: [])
        #expect(same.agreement == .same)
        #expect(SideBySide(id: "7", left: left, right: left, differences: []).agreement == .identical)
        let different = SideBySide(
            id: "7", left: left, right: right, differences: [ReplayDifference(path: "$.result", left: 1, right: nil)])
        #expect(different.agreement == .different)
        let value = try #require(different.json.withUnsafeBytes { JSONValue(parsing: $0) })
        #expect(SideBySide(value) == different)
    }
}
