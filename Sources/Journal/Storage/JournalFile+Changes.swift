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
        var firsts: [String: RecordID] = [:]
        try database.read { db in
            let reader = ChunkReader(db)
            for trigger in triggers {
                let caused = try reader.children(of: trigger)
                let byAttempts = try caused.filter { $0.kind == .attempt }.flatMap { try reader.children(of: $0.id) }
                for record in caused + byAttempts where record.kind == .object {
                    guard let resource = record.resource else { continue }
                    firsts[resource] = min(record.id, firsts[resource] ?? record.id)
                }
            }
        }
        guard let last = firsts.values.max() else { return [] }
        var others = RecordQuery(limit: 1000)
        others.filter.kinds = [.object]
        others.order = .oldestFirst
        repeat {
            let page = try page(others)
            for record in page.records where record.id < last {
                if let resource = record.resource, let first = firsts[resource], record.id < first {
                    firsts[resource] = nil
                }
            }
            others.after = page.next
        } while others.after.map { $0 < last } == true
        return Set(firsts.keys)
    }

    /// For each of some records, those of them without which it would not have come to be.
    ///
    /// - Throws: the database's error.
    public func causes(among records: [RecordID]) throws -> [RecordID: Set<RecordID>] {
        try database.read { db in
            let reader = ChunkReader(db)
            let wanted = Set(records)
            var causes: [RecordID: Set<RecordID>] = [:]
            for record in records {
                var current = record
                // A cause has a smaller number than what it causes: there is no way round in a circle.
                while let cause = try reader.cause(of: current), cause < current {
                    if wanted.contains(cause) { causes[record, default: []].insert(cause) }
                    current = cause
                }
            }
            return causes
        }
    }
}
