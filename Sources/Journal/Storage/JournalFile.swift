// SPDX-License-Identifier: Apache-2.0
public import Foundation
import GRDB
import ServiceProtocols

/// The journal's database, a file of its own so that it never keeps the services waiting for theirs.
///
/// Records lie together in rows of `chunk`, each with some of one block, as ``PackedRecord`` has them: a row for each
/// would cost more than the records themselves. Searches pass over blocks by ``JournalBlock``; `link` leads from a
/// cause to what it caused, and `content` has payloads and results that are too large to lie among others.
public final class JournalFile: Sendable {
    /// The name of the file in the state folder.
    public static let fileName = "journal.sqlite"
    /// Each page is written by calls of its own, so that larger ones cost less; of much larger ones the copies that
    /// SQLite makes cost more.
    private static let pageSize = 8 << 10
    /// How much is in the log when its pages are moved into the file.
    private static let logSize = 16 << 20
    /// The layout of the tables, in SQLite's `user_version`.
    private static let format = 3
    /// How many numbers lie between the beginnings of two runs, at least.
    ///
    /// What an emulator that was killed had given out and not written is not given out again.
    private static let runLength: RecordID = 1_000_000

    let database: any DatabaseWriter
    /// Whether there was a journal of an earlier layout, which is gone: there is no way to read it.
    public let isBegunAnew: Bool

    /// Opens the journal in a state folder, and makes it where it is missing.
    ///
    /// Blocks.
    ///
    /// - Parameter replacesOlder: whether one of an earlier layout is begun anew; who only reads leaves it as it is.
    /// - Throws: ``JournalError``.
    public init(directory: URL, replacesOlder: Bool = true) throws {
        let path = directory.appendingPathComponent(Self.fileName).path
        do {
            var configuration = Configuration()
            configuration.label = "martlet.journal"
            configuration.busyMode = .timeout(5)
            let (pageSize, logSize) = (Self.pageSize, Self.logSize)
            configuration.prepareDatabase { db in
                // Before the first table is made; later it has no effect.
                try db.execute(sql: "PRAGMA page_size = \(pageSize)")
                // Searches read much, and copy nothing then.
                try db.execute(sql: "PRAGMA mmap_size = \(1 << 30); PRAGMA temp_store = MEMORY")
                // Moving pages from the log into the file waits for the disk: it is done seldom.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(logSize / pageSize)")
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            isBegunAnew = try pool.writeWithoutTransaction { db in try Self.prepare(db, replacesOlder: replacesOlder) }
            database = pool
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError("cannot use the journal \(path): \(error)")
        }
    }

    /// Whether a state folder has a journal.
    public static func exists(in directory: URL) -> Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent(fileName).path)
    }

    /// Makes the tables, unless they are there.
    ///
    /// - Returns: whether there were others.
    private static func prepare(_ db: Database, replacesOlder: Bool) throws -> Bool {
        try db.execute(sql: "PRAGMA synchronous = NORMAL")
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= format else {
            throw JournalError("\(fileName) was written by a newer version of martlet; use that, or another --state")
        }
        guard found < format else { return false }
        guard found == 0 || replacesOlder else {
            throw JournalError(
                "\(fileName) was written by an older version of martlet: read it with that one, or remove it")
        }
        try db.inTransaction {
            try db.execute(
                sql: """
                    DROP TABLE IF EXISTS record;
                    DROP TABLE IF EXISTS block;
                    DROP TABLE IF EXISTS arrival;
                    DROP TABLE IF EXISTS chunk;
                    DROP TABLE IF EXISTS content;
                    DROP TABLE IF EXISTS link;
                    CREATE TABLE chunk (id INTEGER PRIMARY KEY, records BLOB NOT NULL);
                    CREATE TABLE content (id INTEGER PRIMARY KEY, payload BLOB, result BLOB);
                    CREATE TABLE link (
                        cause INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (cause, id)
                    ) WITHOUT ROWID;
                    CREATE TABLE block (
                        id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, flags INTEGER NOT NULL,
                        filter BLOB NOT NULL
                    );
                    CREATE TABLE IF NOT EXISTS run (first INTEGER PRIMARY KEY);
                    CREATE TABLE arrival (moment INTEGER PRIMARY KEY, last INTEGER NOT NULL);
                    PRAGMA user_version = \(format);
                    """)
            return .commit
        }
        return found > 0
    }

    /// Begins a run of an emulator, or an import.
    ///
    /// - Returns: the first number that it may give out; no earlier run has given out that number or a greater one.
    func beginRun() throws -> RecordID {
        try database.write { db in
            let last = try RecordID.fetchOne(db, sql: "SELECT MAX(first) FROM run") ?? 0
            let greatest = try db.lastRecord() ?? 0
            let given = max(last, greatest + RecordID(JournalBatch.most.records))
            let first = last == 0 && greatest == 0 ? 1 : (given / Self.runLength + 1) * Self.runLength + 1
            try db.execute(sql: "INSERT INTO run (first) VALUES (?)", arguments: [first])
            return first
        }
    }

    /// Finishes what was begun and closes the file; later calls fail.
    public func close() {
        try? database.close()
    }
}

/// Why the journal cannot be used.
public struct JournalError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and what to do about it.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
