// SPDX-License-Identifier: Apache-2.0
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
                let last = try RecordID.fetchOne(db, sql: "SELECT MAX(id) FROM record")
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
        let extent = try extent()
        guard let first = extent.first else { return false }
        let expired = try database.read { db in
            try RecordID.fetchOne(
                db, sql: "SELECT MAX(last) FROM arrival WHERE moment < ?", arguments: [moment.milliseconds])
        }
        var end = (first / Self.step + 1) * Self.step
        if extent.bytes <= size {
            guard let expired, first <= expired else { return false }
            end = min(end, expired + 1)
        }
        try database.write { [end] db in
            try db.execute(sql: "DELETE FROM record WHERE id < ?", arguments: [end])
            try db.execute(sql: "DELETE FROM block WHERE id < ?", arguments: [JournalBlock.number(of: end)])
            try db.execute(sql: "DELETE FROM arrival WHERE last < ?", arguments: [end])
        }
        return true
    }
}
