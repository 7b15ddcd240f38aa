// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// Puts records, one after the other, into one piece of memory, as they are stored.
///
/// Who adds them needs no more than the copies of their texts; no reference is held beyond that, and none counted where
/// they are written.
struct RecordPacker: ~Copyable {
    private var bytes: BytesBuilder
    private var packed = PackedRecords()

    /// - Parameter capacity: how many bytes there is room for at first.
    init(capacity: Int = 0) {
        bytes = BytesBuilder(capacity: capacity)
    }

    /// How many records there are.
    var count: Int { packed.entries.count }
    /// How many bytes they take, without those that lie apart.
    var used: Int { bytes.count }
    /// How many bytes they hold, those that lie apart among them.
    private(set) var size = 0

    mutating func add(_ record: JournalRecord) {
        let start = bytes.count
        let isApart = PackedRecord.isApart(record)
        let memory = bytes.unusedCapacity(minimum: PackedRecord.mostBytes(for: record))
        let length = PackedRecord.write(record, contents: !isApart, to: memory)
        bytes.didFill(length)
        packed.entries.append(.init(id: record.id, cause: record.cause, place: start..<(start + length)))
        size += length
        guard isApart else { return }
        packed.apart.append(.init(id: record.id, payload: record.payload?.bytes, result: record.result?.bytes))
        size += (record.payload?.bytes.count ?? 0) + (record.result?.bytes.count ?? 0)
    }

    consuming func finish() -> PackedRecords {
        var packed = packed
        packed.bytes = bytes.finish()
        return packed
    }
}

/// Records in one piece of memory.
struct PackedRecords: Sendable {
    struct Entry: Sendable {
        var id: RecordID
        var cause: RecordID?
        /// Where its bytes lie.
        var place: Range<Int>
    }

    /// The payload and the result of a record that are too large to lie among others.
    struct Apart: Sendable {
        var id: RecordID
        var payload: Bytes?
        var result: Bytes?
    }

    fileprivate(set) var bytes = Bytes()
    /// In the order in which they were added.
    fileprivate(set) var entries: [Entry] = []
    fileprivate(set) var apart: [Apart] = []

    /// The records themselves.
    var records: [JournalRecord] {
        let apart = Dictionary(apart.map { ($0.id, $0) }) { $1 }
        return bytes.withUnsafeBytes { bytes in
            entries.compactMap { entry in
                let packed = PackedRecord(UnsafeRawBufferPointer(rebasing: bytes[entry.place]))
                guard var record = packed?.record else { return nil }
                if let contents = apart[record.id] { record.take(contents) }
                return record
            }
        }
    }

    /// The bytes of some of them.
    func chunk(of entries: ArraySlice<Entry>) -> Bytes {
        if entries.count == self.entries.count { return bytes }
        var chunk = BytesBuilder(capacity: entries.reduce(0) { $0 + $1.place.count })
        bytes.withUnsafeBytes { bytes in
            for entry in entries { chunk.append(UnsafeRawBufferPointer(rebasing: bytes[entry.place])) }
        }
        return chunk.finish()
    }

    /// The same after a change of each record.
    func mapped(_ change: (inout JournalRecord) -> Void) -> PackedRecords {
        var packer = RecordPacker(capacity: bytes.count)
        for var record in records {
            change(&record)
            packer.add(record)
        }
        return packer.finish()
    }
}

extension JournalRecord {
    /// Takes the contents that lay apart.
    mutating func take(_ contents: PackedRecords.Apart) {
        if let bytes = contents.payload { payload?.bytes = bytes }
        if let bytes = contents.result { result?.bytes = bytes }
    }
}
