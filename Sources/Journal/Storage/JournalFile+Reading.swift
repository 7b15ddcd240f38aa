// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
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
        try database.read { db in try RecordSearch.record(id, db) }
    }

    /// All that comes from the same beginning as a record, itself included, in order; empty for what is not known.
    ///
    /// - Parameter limit: no more records than that.
    /// - Throws: the database's error.
    public func related(to id: RecordID, limit: Int = 10_000) throws -> [JournalRecord] {
        try database.read { db in
            // The beginning may not be over yet, or not be kept any more: what it caused names it all the same.
            var beginning = id
            while let cause = try RecordSearch.record(beginning, db)?.cause, cause < beginning { beginning = cause }
            var found = try RecordSearch.record(beginning, db).map { [$0] } ?? []
            var open = [beginning]
            while let cause = open.popLast(), found.count < limit {
                let children = try RecordSearch.children(of: cause, db)
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

    /// How many bytes records take, and the number of the first.
    func extent() throws -> (bytes: Int, first: RecordID?, last: RecordID?) {
        try database.read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
            return (
                (pages - free) * size, try RecordID.fetchOne(db, sql: "SELECT MIN(id) FROM record"),
                try RecordID.fetchOne(db, sql: "SELECT MAX(id) FROM record")
            )
        }
    }
}
