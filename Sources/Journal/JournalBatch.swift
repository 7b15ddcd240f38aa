// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// Records that wait to be written, and when that is to be.
struct JournalBatch {
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

    private(set) var records: [JournalRecord] = []
    private var bytes = 0
    private var isToldToWrite = false
    private var isToldToWriteNow = false
    /// How many records found no room since the last batch.
    private(set) var dropped = 0

    mutating func add(_ record: JournalRecord) -> Step {
        guard records.count < Self.most.records, bytes < Self.most.bytes else {
            dropped += 1
            return .none
        }
        records.append(record)
        bytes += (record.payload?.bytes.count ?? 0) + (record.result?.bytes.count ?? 0)
        if !isToldToWriteNow, records.count >= Self.enough.records || bytes >= Self.enough.bytes {
            isToldToWrite = true
            isToldToWriteNow = true
            return .writeNow
        }
        guard !isToldToWrite else { return .none }
        isToldToWrite = true
        return .writeSoon
    }

    /// Gives up what is there, and begins anew.
    mutating func take() -> (records: [JournalRecord], dropped: Int) {
        let taken = (records, dropped)
        self = JournalBatch()
        // As much will come again.
        records.reserveCapacity(min(taken.0.count, Self.enough.records))
        return taken
    }
}
