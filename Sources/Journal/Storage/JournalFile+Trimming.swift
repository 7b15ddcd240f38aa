// SPDX-License-Identifier: Apache-2.0
import Buffers
import GRDB
import ServiceProtocols

// Records age by the machine's clock from when they came into this journal, whatever their own times say: those of an
// emulator that runs ahead, or of a run that is imported a month later, stay as long as others.
extension JournalFile {
    /// How many numbers are removed in one transaction, so that writing never waits long.
    private static let step: Int64 = 8 * JournalBlock.size
    /// How exactly it is known when a record came.
    private static let arrivalInterval = Duration.seconds(600)

    /// Notes what is there by now, unless that was done shortly before.
    func noteArrivals(at now: Timestamp) throws {
        try database.write { db in
            let noted = try Int64.fetchOne(db, sql: "SELECT MAX(moment) FROM arrival") ?? .min
            guard noted < (now + (.zero - Self.arrivalInterval)).milliseconds,
                let last = try db.lastRecord()
            else { return }
            try db.execute(
                sql: "INSERT INTO arrival (moment, last) VALUES (?, ?)", arguments: [now.milliseconds, last])
        }
    }

    /// Removes some of the oldest records of a journal that is too large, and of those that came too long ago.
    ///
    /// - Parameters:
    ///   - size: how many bytes records may take.
    ///   - moment: what was noted before is to go.
    /// - Returns: whether there may be more to remove.
    func trim(to size: Int, arrivedBefore moment: Timestamp) throws -> Bool {
        let (first, expired) = try database.read { db in
            let expired = try RecordID.fetchOne(
                db, sql: "SELECT MAX(last) FROM arrival WHERE moment < ?", arguments: [moment.milliseconds])
            return (try db.firstRecord(), expired)
        }
        guard let first else { return false }
        var end = (first / Self.step + 1) * Self.step
        if try self.size() <= size {
            guard let expired, first <= expired else { return false }
            end = min(end, expired + 1)
        }
        try database.write { [end] db in
            try Self.removeChunks(before: end, db)
            try db.execute(sql: "DELETE FROM content WHERE id < ?", arguments: [end])
            // What is left of what those caused still names them.
            try db.execute(sql: "DELETE FROM link WHERE cause < ?1 AND id < ?1", arguments: [end])
            try db.execute(sql: "DELETE FROM block WHERE id < ?", arguments: [JournalBlock.number(of: end)])
            try db.execute(sql: "DELETE FROM arrival WHERE last < ?", arguments: [end])
        }
        return true
    }

    private static func removeChunks(before end: RecordID, _ db: Database) throws {
        let block = JournalBlock.number(of: end)
        let first = JournalBlock.numbers(in: block).lowerBound
        try db.execute(sql: "DELETE FROM chunk WHERE id < ?", arguments: [first])
        guard end > first else { return }
        // What is left of the block in which the end lies becomes one chunk.
        var left = BytesBuilder()
        var smallest = RecordID.max
        try ChunkReader(db).forEach(inBlock: block) { head, bytes in
            if head.id >= end {
                left.append(bytes)
                smallest = min(smallest, head.id)
            }
            return true
        }
        try db.execute(
            sql: "DELETE FROM chunk WHERE id >= ? AND id < ?",
            arguments: [first, JournalBlock.numbers(in: block).upperBound])
        guard left.count > 0 else { return }
        try ChunkInsertion(db).insert(smallest, left.finish())
    }
}
