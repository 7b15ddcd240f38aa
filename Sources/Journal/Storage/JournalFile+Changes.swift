// SPDX-License-Identifier: Apache-2.0
import GRDB
public import ServiceProtocols

// Each call blocks for as long as it reads.
extension JournalFile {
    /// The ARNs of the objects that runs of events made: nobody else had written them before.
    ///
    /// - Parameter triggers: the numbers of invocations, or of events, which were run by attempts.
    /// - Throws: the database's error.
    public func objectsMade(byRunsOf triggers: [RecordID]) throws -> Set<String> {
        try database.read { db in
            let changes = try db.cachedStatement(
                sql: """
                    SELECT resource, id FROM record WHERE kind = 'object' AND resource IS NOT NULL
                    AND (cause = ?1 OR cause IN (SELECT id FROM record WHERE cause = ?1 AND kind = 'attempt'))
                    """)
            var firsts: [String: RecordID] = [:]
            for trigger in triggers {
                for row in try Row.fetchAll(changes, arguments: [trigger]) {
                    let (resource, id): (String, RecordID) = (row[0], row[1])
                    firsts[resource] = min(id, firsts[resource] ?? id)
                }
            }
            guard let last = firsts.values.max() else { return [] }
            let others = try Row.fetchCursor(
                db, sql: "SELECT resource, id FROM record WHERE kind = 'object' AND id < ?", arguments: [last])
            while let row = try others.next() {
                let (resource, id): (String?, RecordID) = (row[0], row[1])
                if let resource, let first = firsts[resource], id < first { firsts[resource] = nil }
            }
            return Set(firsts.keys)
        }
    }

    /// For each of some records, those of them without which it would not have come to be.
    ///
    /// - Throws: the database's error.
    public func causes(among records: [RecordID]) throws -> [RecordID: Set<RecordID>] {
        try database.read { db in
            let statement = try db.cachedStatement(sql: "SELECT cause FROM record WHERE id = ?")
            let wanted = Set(records)
            var causes: [RecordID: Set<RecordID>] = [:]
            for record in records {
                var current = record
                // A cause has a smaller number than what it causes: there is no way round in a circle.
                while let cause = try RecordID.fetchOne(statement, arguments: [current]), cause < current {
                    if wanted.contains(cause) { causes[record, default: []].insert(cause) }
                    current = cause
                }
            }
            return causes
        }
    }
}
