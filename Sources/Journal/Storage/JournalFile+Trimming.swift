// SPDX-License-Identifier: Apache-2.0
import GRDB
import ServiceProtocols

extension JournalFile {
    /// How many numbers are removed in one transaction, so that writing never waits long.
    private static let step: Int64 = 8 * JournalBlock.size

    /// Removes the oldest records of a journal that is too large, and those that are too old.
    ///
    /// - Parameters:
    ///   - size: how many bytes records may take.
    ///   - oldest: what began before goes.
    /// - Returns: whether there may be more to remove.
    func trim(to size: Int, since oldest: Timestamp) throws -> Bool {
        let extent = try extent()
        guard let first = extent.first, let last = extent.last else { return false }
        let end = (first / Self.step + 1) * Self.step
        let isTooOld = try newestTime(before: end).map { $0 < oldest } ?? true
        guard extent.bytes > size || isTooOld else {
            return false
        }
        let limit = min(end, last + 1)
        try database.write { db in
            try db.execute(sql: "DELETE FROM record WHERE id < ?", arguments: [limit])
            try db.execute(
                sql: "DELETE FROM block WHERE id < ?", arguments: [JournalBlock.number(of: limit)])
        }
        return limit <= last
    }

    private func newestTime(before end: RecordID) throws -> Timestamp? {
        try database.read { db in
            let time = try Int64.fetchOne(db, sql: "SELECT MAX(time) FROM record WHERE id < ?", arguments: [end])
            return time.map(Timestamp.init(milliseconds:))
        }
    }
}
