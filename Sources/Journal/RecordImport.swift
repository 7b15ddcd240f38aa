// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import ServiceProtocols

/// Gives imported records numbers of this journal, and leads their causes to them.
///
/// Records are to come in the order of their numbers, as an export has them.
public struct RecordImport: Sendable {
    private var numbers: [RecordID: RecordID] = [:]

    /// An import of nothing yet.
    public init() {}

    /// A record as this journal has it; a cause that was not imported is left out.
    public mutating func renumbered(_ record: JournalRecord, as id: RecordID) -> JournalRecord {
        var renumbered = record
        renumbered.id = id
        renumbered.cause = record.cause.flatMap { numbers[$0] }
        numbers[record.id] = id
        return renumbered
    }
}

extension JournalFile {
    /// Takes an export's lines into a journal that no emulator writes to.
    ///
    /// Blocks.
    ///
    /// - Returns: how many records there were.
    /// - Throws: ``RecordQueryError`` for a line that is none of an export; the database's error.
    public func take(_ lines: Bytes) throws -> Int {
        var next = try beginRun()
        var writer = JournalWriter(file: self)
        var records = RecordImport()
        var batch: [JournalRecord] = []
        var count = 0
        try lines.withUnsafeBytes { bytes in
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let record = JournalRecord(line: Bytes(copying: UnsafeRawBufferPointer(rebasing: line))) else {
                    throw RecordQueryError("Line \(count + 1) is no record of an export.")
                }
                batch.append(records.renumbered(record, as: next))
                next += 1
                count += 1
                guard batch.count == JournalBatch.enough.records else { continue }
                try writer.write(batch)
                batch = []
            }
        }
        try writer.write(batch)
        try writer.seal()
        return count
    }
}
