// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import JSON
import ServiceProtocols
import Testing

@testable import Journal

@Suite("The journal of a running emulator")
struct EventJournalTests {
    @Test("What was taken is there after the end, with numbers in the order of the beginnings", .timeLimit(.minutes(1)))
    func writing() async throws {
        try await withFolder { folder in
            let journal = try EventJournal(
                file: try JournalFile(directory: folder), settings: JournalSettings(), clock: StoppedClock())
            let ids = (0..<3000).map { _ in journal.nextID() }
            #expect(ids == Array(1...3000))
            for id in ids.reversed() {
                journal.append(
                    JournalRecord(id: id, time: StoppedClock().now + .milliseconds(id), kind: .event, source: "lambda"))
            }
            await journal.close()
            let file = try JournalFile(directory: folder)
            var query = RecordQuery(limit: 5000)
            query.order = .oldestFirst
            #expect(try file.page(query, within: .seconds(60)).records.map(\.id) == ids)
            file.close()
        }
    }

    @Test("Who follows gets what is written, until the journal is closed", .timeLimit(.minutes(1)))
    func following() async throws {
        try await withFolder { folder in
            let journal = try EventJournal(
                file: try JournalFile(directory: folder), settings: JournalSettings(), clock: StoppedClock())
            let batches = journal.records()
            let record = JournalRecord(
                id: journal.nextID(), time: StoppedClock().now, kind: .object, source: "s3")
            journal.append(record)
            await journal.close()
            var seen: [JournalRecord] = []
            for await batch in batches { seen += batch }
            #expect(seen == [record])
            for await _ in journal.records() { Issue.record("a closed journal has no records to follow") }
        }
    }

    @Test("A cause is what a task works for, and those that it starts")
    func causes() async {
        #expect(Cause.current == nil)
        await Cause.with(7) {
            #expect(Cause.current == 7)
            await Task { #expect(Cause.current == 7) }.value
            await Cause.with(nil) { #expect(Cause.current == nil) }
        }
        #expect(Cause.current == nil)
    }
}

@Suite("Conditions and queries")
struct QueryTests {
    @Test(
        "A condition is one of JSON path, with the document as its root",
        arguments: [
            ("$.a == 1", true), ("$.a==1.0", true), ("$.a == '1'", false), ("$.b.c[1] == \"x\"", true),
            ("$.b && !$.z", true), ("$.b.c[0] > 4 && $.a < 2", true), ("$..c", true), ("$.z", false),
            ("$.d == '$5'", true), ("$['a'] == 1", true),
        ])
    func conditions(text: String, isFulfilled: Bool) throws {
        let document = try #require(JSONValue(parsing: "{\"a\": 1, \"b\": {\"c\": [5, \"x\"]}, \"d\": \"$5\"}"))
        let condition = try JSONCondition(text)
        #expect(condition.isFulfilled(by: document) == isFulfilled)
    }

    @Test("What is no condition says so", arguments: ["", "$.a ==", "a b", "$.a = 1"])
    func malformed(text: String) {
        #expect(throws: (any Error).self) { try JSONCondition(text) }
    }

    @Test("A query survives its parameters")
    func parameters() throws {
        var query = RecordQuery(.triggers, limit: 7)
        query.filter.outcomes = [.failed, .throttled]
        query.filter.function = "a&b=c d"
        query.filter.since = Timestamp(milliseconds: 1)
        query.filter.text = "x+y"
        query.filter.conditions = [try JSONCondition("$.a == 'b&c'"), try JSONCondition("$.d")]
        query.order = .oldestFirst
        query.after = 12
        let read = try RecordQuery(parameters: query.parameters, now: Timestamp(milliseconds: 5))
        #expect(read == query)
        let ago = try RecordQuery(parameters: .init(parsing: "since=-3"), now: Timestamp(milliseconds: 5))
        #expect(ago.filter.since == Timestamp(milliseconds: 2))
    }

    @Test(
        "What is not understood is refused",
        arguments: ["kind=x", "limit=0", "limit=1001", "order=up", "after=-1", "since=x", "where=x%20y", "colour=red"])
    func refused(parameters: String) {
        #expect(throws: RecordQueryError.self) {
            try RecordQuery(parameters: .init(parsing: parameters), now: Timestamp(milliseconds: 0))
        }
    }
}
