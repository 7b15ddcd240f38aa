// SPDX-License-Identifier: Apache-2.0
import GRDB
public import ServiceProtocols

// Each call blocks for as long as it reads.
extension JournalFile {
    /// The records that a query asks for.
    ///
    /// - Parameter time: how long it may search; what was found until then is the page.
    /// - Throws: the database's error.
    public func page(_ query: RecordQuery, within time: Duration = .milliseconds(60)) throws -> RecordPage {
        try database.read { db in
            var search = RecordSearch(query, deadline: .now + time)
            try search.run(db)
            return search.page
        }
    }

    /// A record with its payload and result; nil for one that is not there.
    ///
    /// - Throws: the database's error.
    public func record(_ id: RecordID) throws -> JournalRecord? {
        try database.read { db in try ChunkReader(db).record(id) }
    }

    /// All that comes from the same beginning as a record, itself included, in order; empty for what is not known.
    ///
    /// - Parameter limit: no more records than that.
    /// - Throws: the database's error.
    public func related(to id: RecordID, limit: Int = 10_000) throws -> [JournalRecord] {
        try database.read { db in
            let reader = ChunkReader(db)
            // The beginning may not be over yet, or not be kept any more: what it caused names it all the same.
            var beginning = id
            while let cause = try reader.cause(of: beginning), cause < beginning { beginning = cause }
            var found = try reader.record(beginning).map { [$0] } ?? []
            var open = [beginning]
            while let cause = open.popLast(), found.count < limit {
                let children = try reader.children(of: cause)
                found += children
                open += children.map(\.id)
            }
            return found.sorted { $0.id < $1.id }
        }
    }

    /// The newest record of a request id; nil when there is none.
    ///
    /// - Throws: the database's error.
    public func record(ofRequest id: String) throws -> JournalRecord? {
        var filter = RecordFilter()
        filter.requestID = id
        var query = RecordQuery(filter, limit: 1)
        while true {
            let page = try page(query)
            guard page.records.isEmpty, let next = page.next else { return page.records.first }
            query.after = next
        }
    }

    /// How many bytes records take.
    func size() throws -> Int {
        try database.read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            return try (pages - free) * (Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
    }
}

// MARK: The ends

extension Database {
    /// The number of the first record that is kept.
    func firstRecord() throws -> RecordID? { try RecordID.fetchOne(self, sql: "SELECT MIN(id) FROM chunk") }

    /// The number of the last record.
    func lastRecord() throws -> RecordID? {
        guard let chunk = try RecordID.fetchOne(self, sql: "SELECT MAX(id) FROM chunk") else { return nil }
        var last = chunk
        try ChunkReader(self).forEach(inBlock: JournalBlock.number(of: chunk)) { head, _ in
            last = max(last, head.id)
            return true
        }
        return last
    }
}
