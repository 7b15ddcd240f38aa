// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import GRDB
import JSON
import Locks
import ServiceProtocols
import Testing

@testable import Journal

@Suite("The journal's file")
struct JournalFileTests {
    /// Every way to ask, against what the filter itself says of each record.
    static let filters: [(String, @Sendable () throws -> RecordFilter)] = [
        ("all", { RecordFilter() }),
        ("kind", { try filter { $0.kinds = [.attempt] } }),
        ("kinds and outcomes", { try filter { ($0.kinds, $0.outcomes) = ([.log, .event], [.failed, .throttled]) } }),
        ("function", { try filter { $0.function = "Rare" } }),
        ("qualifier", { try filter { ($0.qualifier, $0.source) = ("live", "s3") } }),
        ("request", { try filter { $0.requestID = "request-1001" } }),
        ("time", { try filter { ($0.since, $0.until) = (moment(5000), moment(9000)) } }),
        ("text", { try filter { $0.text = "ORDER-10" } }),
        ("short text", { try filter { $0.text = "7." } }),
        ("text of a resource", { try filter { $0.text = "images/1" } }),
        ("text of several bytes", { try filter { $0.text = "Köln 5" } }),
        ("number", { try filter { $0.conditions = [try JSONCondition("$.detail.id == 7")] } }),
        ("fraction", { try filter { $0.conditions = [try JSONCondition("$.Records[0].n > 2000.5 && $.on == true")] } }),
        ("string in a list", { try filter { $0.conditions = [try JSONCondition("$.list[1] == 'a'")] } }),
        ("escapes", { try filter { $0.conditions = [try JSONCondition("$.escaped == \"a\\\"bé\"")] } }),
        ("or", { try filter { $0.conditions = [try JSONCondition("$.detail.id == 7 || $.ok == 100")] } }),
        ("nothing", { try filter { ($0.function, $0.text) = ("Resize", "not to be found") } }),
    ]

    private static func filter(_ set: (inout RecordFilter) throws -> Void) throws -> RecordFilter {
        var filter = RecordFilter()
        try set(&filter)
        return filter
    }

    private static func moment(_ offset: Int64) -> Timestamp { Timestamp(milliseconds: 1_790_000_000_000 + offset) }

    @Test("A search finds exactly what its filter matches, in order, in pages, with and without blocks")
    func search() async throws {
        try await withFolder { folder in
            let file = try JournalFile(directory: folder)
            var sample = SampleRecords(seed: 7)
            let records = sample.records(3000)
            var writer = JournalWriter(file: file)
            // Some come late, after their block was stored.
            let late = Set(records.indices.filter { $0 % 501 == 0 })
            for start in stride(from: 0, to: records.count, by: 250) {
                try writer.write(
                    records[start..<(start + 250)].indices.filter { !late.contains($0) }.map { records[$0] })
            }
            try writer.write(late.sorted().map { records[$0] })
            for sealed in [false, true] {
                if sealed { try writer.seal() }
                for (name, make) in Self.filters {
                    let filter = try make()
                    let expected = records.filter(filter.matches)
                    for order in [RecordQuery.Order.newestFirst, .oldestFirst] {
                        var query = RecordQuery(filter, limit: 70)
                        query.order = order
                        let found = try everything(of: query, in: file, within: .seconds(60)).records
                        let wanted = order == .oldestFirst ? expected : expected.reversed()
                        #expect(found == wanted, "\(name), \(order)")
                    }
                }
            }
            file.close()
        }
    }

    @Test("A search whose time is up says where to go on")
    func partialAnswers() async throws {
        try await withFolder { folder in
            let file = try JournalFile(directory: folder)
            var sample = SampleRecords(seed: 11)
            let records = sample.records(2000)
            var writer = JournalWriter(file: file)
            try writer.write(records)
            try writer.seal()
            var query = RecordQuery(limit: 1000)
            query.filter.kinds = [.attempt]
            let (found, pages) = try everything(of: query, in: file, within: .zero)
            #expect(found == records.filter { $0.kind == .attempt }.reversed())
            #expect(pages > 5)
            file.close()
        }
    }

    @Test("What is trimmed is the oldest, and is gone from every search")
    func trimming() async throws {
        try await withFolder { folder in
            let file = try JournalFile(directory: folder)
            var sample = SampleRecords(seed: 13)
            let records = sample.records(8000)
            var writer = JournalWriter(file: file)
            let day = Duration.seconds(86_400)
            let first = StoppedClock().now
            try writer.write(Array(records.prefix(5000)))
            try file.noteArrivals(at: first)
            try writer.write(Array(records.suffix(3000)))
            try writer.seal()
            try file.noteArrivals(at: first + .seconds(60))
            try file.noteArrivals(at: first + day)
            var query = RecordQuery(limit: 10_000)
            query.order = .oldestFirst
            #expect(try !file.trim(to: .max, arrivedBefore: first))
            // What was written when it was noted is as old as that, whatever its own time.
            while try file.trim(to: .max, arrivedBefore: first + .milliseconds(1)) {}
            #expect(try file.page(query, within: .seconds(60)).records == records.suffix(3000))
            while try file.trim(to: .max, arrivedBefore: first + day) {}
            #expect(try file.page(query, within: .seconds(60)).records == records.suffix(3000))
            while try file.trim(to: 0, arrivedBefore: first) {}
            #expect(try file.page(query, within: .seconds(60)).records.isEmpty)
            file.close()
        }
    }

    @Test("A journal of an older layout is left to who only reads, and begun anew for who writes, who is told")
    func olderLayout() async throws {
        try await withFolder { folder in
            var file = try JournalFile(directory: folder)
            #expect(!file.isBegunAnew)
            try await file.database.write { db in
                try db.execute(sql: "CREATE TABLE record (id INTEGER PRIMARY KEY); PRAGMA user_version = 1")
            }
            file.close()
            #expect(throws: JournalError.self) { try JournalFile(directory: folder, replacesOlder: false) }
            file = try JournalFile(directory: folder)
            #expect(file.isBegunAnew)
            let told = Locked<[String]>([])
            let journal = try EventJournal(
                file: file, settings: JournalSettings(), clock: StoppedClock(),
                report: { line in told.withLock { $0.append(line) } })
            #expect(told.withLock { $0 }.count == 1)
            await journal.close()
            file = try JournalFile(directory: folder, replacesOlder: false)
            #expect(!file.isBegunAnew)
            file.close()
        }
    }

    @Test("No run gives out a number that an earlier one may have given out")
    func runs() async throws {
        try await withFolder { folder in
            var file = try JournalFile(directory: folder)
            #expect(try file.beginRun() == 1)
            var writer = JournalWriter(file: file)
            var sample = SampleRecords(seed: 17)
            try writer.write(sample.records(10))
            file.close()
            file = try JournalFile(directory: folder)
            #expect(try file.beginRun() == 1_000_001)
            #expect(try file.beginRun() == 2_000_001)
            file.close()
        }
    }

    @Test("A tree has the beginning, and all that came of it, also where the beginning is not over")
    func related() async throws {
        try await withFolder { folder in
            let file = try JournalFile(directory: folder)
            func record(_ id: RecordID, _ cause: RecordID?) -> JournalRecord {
                JournalRecord(id: id, time: Timestamp(milliseconds: id), kind: .event, cause: cause, source: "s3")
            }
            var writer = JournalWriter(file: file)
            try writer.write([
                record(1, nil), record(2, 1), record(3, 1), record(5, 2), record(6, nil), record(8, 7), record(9, 8),
            ])
            #expect(try file.related(to: 5).map(\.id) == [1, 2, 3, 5])
            #expect(try file.related(to: 9).map(\.id) == [8, 9])
            #expect(try file.related(to: 7).map(\.id) == [8, 9])
            #expect(try file.related(to: 4).isEmpty)
            let tree = RecordTree(try file.related(to: 1))
            #expect(tree.lines.map(\.depth) == [0, 1, 2, 1])
            #expect(tree.lines.map(\.record.id) == [1, 2, 5, 3])
            file.close()
        }
    }

    @Test("An export is imported with new numbers, and with its bytes and causes")
    func exportAndImport() async throws {
        try await withFolder { folder in
            let file = try JournalFile(directory: folder)
            var sample = SampleRecords(seed: 19)
            var records = sample.records(500)
            records[3].payload = JournalRecord.Content(Bytes([0xFF, 0x00, 0x41]), size: 9)
            var writer = JournalWriter(file: file)
            try writer.write(sample.records(1))
            #expect(try file.take(records.lines) == 500)
            var query = RecordQuery(limit: 1000)
            query.order = .oldestFirst
            query.after = 1_000_000
            let imported = try file.page(query).records
            #expect(imported.lines != records.lines)
            let numbers = Dictionary(uniqueKeysWithValues: zip(records.map(\.id), imported.map(\.id)))
            for (old, new) in zip(records, imported) {
                var expected = old
                expected.id = new.id
                expected.cause = old.cause.flatMap { numbers[$0] }
                #expect(new == expected)
            }
            #expect(throws: RecordQueryError.self) { try file.take("{\"id\": 1}\n") }
            file.close()
        }
    }

    /// All that answers a query, and in how many pages.
    private func everything(
        of query: RecordQuery, in file: JournalFile, within limit: Duration
    ) throws -> (records: [JournalRecord], pages: Int) {
        var (query, records, pages) = (query, [JournalRecord](), 0)
        repeat {
            let page = try file.page(query, within: limit)
            records += page.records
            pages += 1
            query.after = page.next
        } while query.after != nil
        return (records, pages)
    }
}
