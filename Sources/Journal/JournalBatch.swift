// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// Records that wait to be written, and when that is to be.
struct JournalBatch: ~Copyable {
    /// What follows from a record that was added.
    enum Step: Equatable {
        /// Somebody will write it already.
        case none
        /// Write in a moment: more will come until then.
        case writeSoon
        /// Write at once: it is enough.
        case writeNow
    }

    /// Enough for one transaction.
    static let enough = (records: 1000, bytes: 4 << 20)
    /// More is not kept: the disk is too slow, or full.
    static let most = (records: 200_000, bytes: 256 << 20)
    /// The room that a batch has at first, in bytes, unless the one before needed more.
    private static let (least, mostRoom) = (16 << 10, 1 << 20)

    private var packer: RecordPacker
    private var isToldToWrite = false
    private var isToldToWriteNow = false
    /// How many records found no room since the last batch.
    private var dropped = 0

    init() {
        self.init(room: Self.least)
    }

    private init(room: Int) {
        packer = RecordPacker(capacity: room)
    }

    mutating func add(_ record: JournalRecord) -> Step {
        guard packer.count < Self.most.records, packer.size < Self.most.bytes else {
            dropped += 1
            return .none
        }
        packer.add(record)
        if !isToldToWriteNow, packer.count >= Self.enough.records || packer.size >= Self.enough.bytes {
            isToldToWrite = true
            isToldToWriteNow = true
            return .writeNow
        }
        guard !isToldToWrite else { return .none }
        isToldToWrite = true
        return .writeSoon
    }

    /// Gives up what is there, and begins anew.
    ///
    /// - Returns: the records, and how many found no room.
    mutating func take() -> (records: PackedRecords, dropped: Int) {
        let dropped = dropped
        // As much will come again.
        let next = JournalBatch(room: min(max(packer.used, Self.least), Self.mostRoom))
        let taken = consume self
        self = next
        return (taken.packer.finish(), dropped)
    }
}
