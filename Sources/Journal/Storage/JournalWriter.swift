// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import ServiceProtocols

/// Writes records, batch by batch, and keeps what is known of the blocks that they are in.
///
/// One at a time writes to a file; it is not for several threads.
struct JournalWriter {
    /// How many blocks are kept in memory: what begins long before it ends may come late.
    private static let mostOpen = 4

    private let file: JournalFile
    private var open: [Int64: JournalBlock] = [:]

    init(file: JournalFile) {
        self.file = file
    }

    /// Writes records in one transaction.
    mutating func write(_ records: [JournalRecord]) throws {
        var changed = self
        changed.open = try file.database.writeWithoutTransaction { [changed] db in
            var writer = changed
            try db.inTransaction(.immediate) {
                let insertion = try RecordInsertion(db)
                // In the order in which they began, so that they are only ever added at the end of the table.
                let order = records.indices.sorted { records[$0].id < records[$1].id }
                // A record that an array hands out is a copy, with a reference counted for each of its texts.
                try records.withUnsafeBufferPointer { records in
                    for index in order { try writer.insert(records[index], insertion, db) }
                }
                try writer.sealAll(but: Self.mostOpen, db)
                return .commit
            }
            return writer.open
        }
        self = changed
    }

    /// Stores what is known of every block; without that, later searches read those blocks.
    mutating func seal() throws {
        var writer = self
        writer.open = try file.database.writeWithoutTransaction { [writer] db in
            var writer = writer
            try db.inTransaction(.immediate) {
                try writer.sealAll(but: 0, db)
                return .commit
            }
            return writer.open
        }
        self = writer
    }

    private mutating func insert(_ record: JournalRecord, _ insertion: RecordInsertion, _ db: Database) throws {
        let number = JournalBlock.number(of: record.id)
        if open[number] == nil { open[number] = try Self.block(number, db) ?? JournalBlock() }
        open[number]?.add(record)
        try insertion.insert(record)
    }

    /// Stores the oldest blocks that are open, until so many are left.
    private mutating func sealAll(but left: Int, _ db: Database) throws {
        for number in open.keys.sorted().dropLast(left) {
            guard let block = open.removeValue(forKey: number)?.folded, let times = block.times else { continue }
            let flags = (block.hasLongTexts ? 1 : 0) | (block.hasEscapes ? 2 : 0)
            try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO block (id, first, last, flags, filter) VALUES (?, ?, ?, ?, ?)"
            ).execute(arguments: [number, times.lowerBound, times.upperBound, flags, Data(block.filter.bytes)])
        }
    }

    /// A block that was stored before, for a record that comes late; it counts as unknown until it is stored again.
    private static func block(_ number: Int64, _ db: Database) throws -> JournalBlock? {
        let row = try Row.fetchOne(
            db, sql: "SELECT first, last, flags, filter FROM block WHERE id = ?", arguments: [number])
        guard let row else { return nil }
        try db.execute(sql: "DELETE FROM block WHERE id = ?", arguments: [number])
        return JournalBlock(first: row[0], last: row[1], flags: row[2], filter: row[3])
    }
}

extension JournalBlock {
    /// Reads a stored block; nil when its filter is none.
    init?(first: Int64, last: Int64, flags: Int, filter: Data) {
        guard first <= last, let filter = filter.withUnsafeBytes({ SkipFilter(bytes: $0) }) else { return nil }
        self.init(times: first...last, hasLongTexts: flags & 1 != 0, hasEscapes: flags & 2 != 0, filter: filter)
    }
}
