// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import GRDB
import ServiceProtocols

/// One search through the records, block by block, until the page is full or time is up.
struct RecordSearch {
    private let query: RecordQuery
    private let skip: SkipQuery
    private let deadline: ContinuousClock.Instant
    private(set) var page = RecordPage(records: [], next: nil)

    init(_ query: RecordQuery, deadline: ContinuousClock.Instant) {
        self.query = query
        self.deadline = deadline
        skip = SkipQuery(query.filter)
    }

    private var isDescending: Bool { query.order == .newestFirst }

    mutating func run(_ db: Database) throws {
        guard query.limit > 0 else { return }
        let reader = ChunkReader(db)
        // Numbers from `next` on, in the order of the query, were not looked at.
        var next = isDescending ? query.after ?? .max : (query.after ?? 0) + 1
        let start = JournalBlock.number(of: isDescending ? next - 1 : next)
        let blocks = try Row.fetchCursor(db, sql: blockQuery, arguments: [start])
        while let row = try blocks.next() {
            let number: Int64 = row[0]
            let numbers = JournalBlock.numbers(in: number)
            let (first, end) = (numbers.lowerBound, numbers.upperBound)
            // Blocks of which nothing is known lie in between.
            let gap = isDescending ? end..<max(end, next) : min(first, next)..<first
            if try !read(gap, reader, db) { return }
            let range = isDescending ? first..<min(end, next) : max(first, next)..<end
            if try mayMatch(row), try !read(range, reader, db) { return }
            next = isDescending ? first : end
            if isTimeUp, next > 0 { return stop(at: isDescending ? next : next - 1) }
        }
        _ = try read(isDescending ? 0..<next : next..<RecordID.max, reader, db)
    }

    private var blockQuery: String {
        let columns = skip.needsFilter ? "id, first, last, flags, filter" : "id, first, last"
        return "SELECT \(columns) FROM block WHERE id \(isDescending ? "<=" : ">=") ? ORDER BY id "
            + query.order.rawValue
    }

    private func mayMatch(_ row: Row) throws -> Bool {
        guard skip.mayMatch(from: row[1], to: row[2]) else { return false }
        guard skip.needsFilter else { return true }
        // A block that cannot be read tells nothing.
        return try row.withUnsafeData(atIndex: 4) { filter in
            filter.flatMap { JournalBlock(first: row[1], last: row[2], flags: row[3], filter: $0) }.map(skip.mayMatch)
                ?? true
        }
    }

    private var isTimeUp: Bool { deadline <= .now }

    private mutating func stop(at id: RecordID) {
        page.next = id
    }

    /// - Returns: whether the search goes on after these numbers.
    private mutating func read(_ range: Range<RecordID>, _ reader: ChunkReader, _ db: Database) throws -> Bool {
        var open = range
        while let block = try nextBlock(in: open, db) {
            let part = open.clamped(to: JournalBlock.numbers(in: block))
            if try !read(part, ofBlock: block, reader, db) { return false }
            open = isDescending ? open.lowerBound..<part.lowerBound : part.upperBound..<open.upperBound
            if isTimeUp, !open.isEmpty {
                stop(at: isDescending ? open.upperBound : open.lowerBound - 1)
                return false
            }
        }
        return true
    }

    /// The first block, in the order of the query, that has records and some of these numbers.
    private func nextBlock(in range: Range<RecordID>, _ db: Database) throws -> Int64? {
        guard !range.isEmpty else { return nil }
        // A chunk is named after its smallest number, which may lie before these.
        let first = JournalBlock.numbers(in: JournalBlock.number(of: range.lowerBound)).lowerBound
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM chunk WHERE id >= ? AND id < ? ORDER BY id \(query.order.rawValue) LIMIT 1")
        let chunk = try RecordID.fetchOne(statement, arguments: [first, range.upperBound])
        return chunk.map(JournalBlock.number)
    }

    private mutating func read(
        _ range: Range<RecordID>, ofBlock block: Int64, _ reader: ChunkReader, _ db: Database
    ) throws -> Bool {
        let filter = query.filter
        let found = try reader.records(inBlock: block) { head in
            range.contains(head.id)
                && filter.matches(head.kind, head.outcome, at: Timestamp(milliseconds: head.milliseconds))
        }
        // The rest of a record is read in its turn: a page may be full before.
        for looked in 0..<found.count {
            let (head, bytes) = found[isDescending ? found.count - 1 - looked : looked]
            if let record = try matching(head, bytes, filter, db) {
                page.records.append(record)
                if page.records.count == query.limit {
                    stop(at: head.id)
                    return false
                }
            }
            if looked % 64 == 63, isTimeUp {
                stop(at: head.id)
                return false
            }
        }
        return true
    }

    /// A record with its contents; nil for one that does not match.
    private func matching(
        _ head: PackedRecord.Head, _ bytes: Bytes, _ filter: RecordFilter, _ db: Database
    ) throws -> JournalRecord? {
        let found = try bytes.withUnsafeBytes { bytes -> (record: JournalRecord, isApart: Bool)? in
            let packed = try ChunkReader.packed(head, bytes)
            let record = packed.record
            return filter.matchesAttributes(of: record) ? (record, packed.isApart) : nil
        }
        guard let found else { return nil }
        var record = found.record
        if found.isApart { try record.addContents(from: db) }
        return filter.matchesContent(of: record) ? record : nil
    }
}
