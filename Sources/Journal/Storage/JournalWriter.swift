// SPDX-License-Identifier: Apache-2.0
import Buffers
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
        var packer = RecordPacker()
        for record in records { packer.add(record) }
        try write(packer.finish())
    }

    /// Writes records in one transaction.
    mutating func write(_ records: PackedRecords) throws {
        let changed = self
        open = try file.database.writeWithoutTransaction { [changed] db in
            var writer = changed
            try db.inTransaction(.immediate) {
                try writer.insert(records, db)
                try writer.sealAll(but: Self.mostOpen, db)
                return .commit
            }
            return writer.open
        }
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

    private mutating func insert(_ records: PackedRecords, _ db: Database) throws {
        let insertion = try ChunkInsertion(db)
        // In the order in which they began, so that they are only ever added at the end of the tables.
        let entries = records.entries.sorted { $0.id < $1.id }
        var start = 0
        while start < entries.count {
            let block = JournalBlock.number(of: entries[start].id)
            let end = entries[start...].firstIndex { JournalBlock.number(of: $0.id) != block } ?? entries.count
            let chunk = records.chunk(of: entries[start..<end])
            try insertion.insert(entries[start].id, chunk)
            for entry in entries[start..<end] { try insertion.link(entry) }
            try add(chunk, to: block, db)
            start = end
        }
        for contents in records.apart.sorted(by: { $0.id < $1.id }) {
            try insertion.insert(contents)
            open[JournalBlock.number(of: contents.id)]?.add(contents)
        }
    }

    private mutating func add(_ chunk: Bytes, to number: Int64, _ db: Database) throws {
        if open[number] == nil { open[number] = try Self.block(number, db) ?? JournalBlock() }
        _ = try chunk.withUnsafeBytes { bytes in
            try PackedRecord.forEach(in: bytes) { head, bytes in
                open[number]?.add(try ChunkReader.packed(head, bytes))
                return true
            }
        }
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
