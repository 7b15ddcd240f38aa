// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import GRDB
import ServiceProtocols

/// Reads records where they are stored: a row of `chunk` has some of one block, in any order, and is named after the
/// smallest of their numbers.
///
/// It keeps the blocks that were read last, and is for one transaction.
final class ChunkReader {
    private static let mostKept = 4

    private let db: Database
    private var kept: [(block: Int64, chunks: [Bytes])] = []

    init(_ db: Database) {
        self.db = db
    }

    // MARK: Records

    /// A record with its contents; nil for one that is not there.
    func record(_ id: RecordID) throws -> JournalRecord? {
        var found: JournalRecord?
        var isApart = false
        try forEach(inBlock: JournalBlock.number(of: id)) { head, bytes in
            guard head.id == id else { return true }
            let packed = try Self.packed(head, bytes)
            (found, isApart) = (packed.record, packed.isApart)
            return false
        }
        if isApart { try found?.addContents(from: db) }
        return found
    }

    /// The cause of a record; nil where there is none, and for a record that is not there.
    func cause(of id: RecordID) throws -> RecordID? {
        var cause: RecordID?
        try forEach(inBlock: JournalBlock.number(of: id)) { head, _ in
            cause = head.id == id ? head.cause : nil
            return head.id != id
        }
        return cause
    }

    /// What a record caused, in order.
    func children(of id: RecordID) throws -> [JournalRecord] {
        // A cause has a smaller number than what it causes.
        let statement = try db.cachedStatement(sql: "SELECT id FROM link WHERE cause = ?1 AND id > ?1 ORDER BY id")
        return try RecordID.fetchAll(statement, arguments: [id]).compactMap { try record($0) }
    }

    // MARK: Blocks

    /// Calls `body` with each record of a block, in no order, until it returns false.
    func forEach(
        inBlock block: Int64, _ body: (PackedRecord.Head, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        for chunk in try chunks(of: block) {
            let goesOn = try chunk.withUnsafeBytes { try PackedRecord.forEach(in: $0, body) }
            guard goesOn else { return }
        }
    }

    /// The records of a block whose heads are wanted, by their numbers, as they are stored.
    func records(
        inBlock block: Int64, where isWanted: (PackedRecord.Head) -> Bool
    ) throws -> [(head: PackedRecord.Head, bytes: Bytes)] {
        var found: [(head: PackedRecord.Head, bytes: Bytes)] = []
        var isSorted = true
        for chunk in try chunks(of: block) {
            try chunk.withUnsafeBytes { bytes in
                var start = 0
                _ = try PackedRecord.forEach(in: bytes) { head, _ in
                    if isWanted(head) {
                        if let last = found.last, last.head.id > head.id { isSorted = false }
                        found.append((head, chunk.slice(start..<start + head.length)))
                    }
                    start += head.length
                    return true
                }
            }
        }
        // They mostly are, and each is moved with its bytes.
        if !isSorted { found.sort { $0.head.id < $1.head.id } }
        return found
    }

    /// The rest of a record.
    static func packed(_ head: PackedRecord.Head, _ bytes: UnsafeRawBufferPointer) throws -> PackedRecord {
        guard let packed = PackedRecord(head, bytes) else {
            throw JournalError("record \(head.id) of the journal cannot be read")
        }
        return packed
    }

    private func chunks(of block: Int64) throws -> [Bytes] {
        if let known = kept.first(where: { $0.block == block }) { return known.chunks }
        let range = JournalBlock.numbers(in: block)
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT records FROM chunk WHERE id >= ? AND id < ?"),
            arguments: [range.lowerBound, range.upperBound])
        var chunks: [Bytes] = []
        while let row = try rows.next() {
            try row.withUnsafeData(atIndex: 0) { data in
                if let data { chunks.append(data.withUnsafeBytes { Bytes(copying: $0) }) }
            }
        }
        if kept.count == Self.mostKept { kept.removeFirst() }
        kept.append((block, chunks))
        return chunks
    }
}

extension PackedRecord {
    /// Calls `body` with each record that lies there, until it returns false.
    ///
    /// - Returns: whether it never did.
    /// - Throws: ``JournalError`` for bytes that are no records; what `body` throws.
    static func forEach(
        in bytes: UnsafeRawBufferPointer, _ body: (Head, UnsafeRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        var position = 0
        while position < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            guard let head = Head(rest) else {
                throw JournalError(
                    "records of the journal cannot be read: a newer version of martlet may have written them")
            }
            guard try body(head, UnsafeRawBufferPointer(rebasing: rest[..<head.length])) else { return false }
            position += head.length
        }
        return true
    }
}

extension JournalRecord {
    /// Reads the payload and the result that lie apart.
    mutating func addContents(from db: Database) throws {
        let statement = try db.cachedStatement(sql: "SELECT payload, result FROM content WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return }
        func bytes(_ column: Int) throws -> Bytes? {
            try row.withUnsafeData(atIndex: column) { data in
                data.map { data in data.withUnsafeBytes { Bytes(copying: $0) } }
            }
        }
        take(.init(id: id, payload: try bytes(0), result: try bytes(1)))
    }
}
