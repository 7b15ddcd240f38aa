// SPDX-License-Identifier: Apache-2.0
import GRDB
public import ServiceProtocols

/// A record that triggered a function; an event with what it caused at once, its attempts above all.
public struct TriggerRecord: Sendable {
    /// An invocation or an event.
    public var record: JournalRecord
    /// Of an event, in order; an invocation's record tells itself how it ended.
    public var consequences: [JournalRecord]
}

// Each call blocks for as long as it reads.
extension JournalFile {
    /// A page of records that triggered functions, for those who run them again.
    ///
    /// - Parameters:
    ///   - query: its kinds are narrowed to those that can be run again.
    ///   - source: nothing that comes from there, or that such a thing caused, is on the page; nil for no such limit.
    /// - Throws: the database's error.
    public func triggers(
        _ query: RecordQuery, notOf source: String?
    ) throws -> (triggers: [TriggerRecord], next: RecordID?) {
        var query = query
        let kinds = RecordFilter.triggers.kinds
        query.filter.kinds = query.filter.kinds.isEmpty ? kinds : query.filter.kinds.intersection(kinds)
        guard !query.filter.kinds.isEmpty else { return ([], nil) }
        let page = try page(query)
        let triggers = try database.read { db in
            let reader = ChunkReader(db)
            var known: [RecordID: Bool] = [:]
            return try page.records.filter { record in
                guard let source else { return true }
                return try record.source != source && !Self.comes(from: source, record.cause, &known, reader)
            }.map { try TriggerRecord($0, reader) }
        }
        return (triggers, page.next)
    }

    /// The record that triggered a function, by its number or its request id; nil when there is none.
    ///
    /// - Throws: the database's error.
    public func trigger(_ name: String) throws -> TriggerRecord? {
        var found = try RecordID(name).flatMap { try record($0) }
        if found == nil {
            var query = RecordQuery(.triggers, limit: 1)
            query.filter.requestID = name
            repeat {
                let page = try page(query)
                found = page.records.first
                query.after = page.next
            } while found == nil && query.after != nil
        }
        return try found.map { record in try database.read { db in try TriggerRecord(record, ChunkReader(db)) } }
    }

    /// Whether something comes from a source, or was caused by what does.
    private static func comes(
        from source: String, _ id: RecordID?, _ known: inout [RecordID: Bool], _ reader: ChunkReader
    ) throws -> Bool {
        guard let id else { return false }
        if let answer = known[id] { return answer }
        var answer = false
        if let record = try reader.record(id) {
            // A cause has a smaller number than what it causes: there is no way round in a circle.
            answer =
                try record.source == source
                || (record.cause.map { $0 < id } == true && comes(from: source, record.cause, &known, reader))
        }
        known[id] = answer
        return answer
    }
}

extension TriggerRecord {
    fileprivate init(_ record: JournalRecord, _ reader: ChunkReader) throws {
        self.init(record: record, consequences: record.kind == .event ? try reader.children(of: record.id) : [])
    }
}
