// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import GRDB
import ServiceProtocols
import Store

/// A bucket as it is stored.
struct Bucket: Sendable, Equatable {
    var name: String
    var region: String
    /// Milliseconds since 1970.
    var created: Int64
    var notifications: [NotificationRule] = []
}

/// An object as it is stored, without its bytes.
struct ObjectRecord: Sendable, Equatable {
    var size: Int
    /// Without quotation marks.
    var etag: String
    /// Milliseconds since 1970.
    var modified: Int64
    /// The file with its bytes; empty for an empty object.
    var file: String
    var attributes: ObjectAttributes
}

/// S3's tables.
///
/// Keys are TEXT: SQLite compares it byte by byte, which is the order in which S3 lists keys.
enum S3Tables {
    static let steps = ["s3-1", "s3-2", "s3-3", "s3-4"]

    static func migrate(_ store: Store) throws {
        try store.migrate("s3-1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE s3_bucket (
                        name TEXT PRIMARY KEY, region TEXT NOT NULL, created INTEGER NOT NULL,
                        notifications TEXT NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE s3_object (
                        bucket TEXT NOT NULL REFERENCES s3_bucket (name), key TEXT NOT NULL, size INTEGER NOT NULL,
                        etag TEXT NOT NULL, modified INTEGER NOT NULL, file TEXT NOT NULL, attributes TEXT NOT NULL,
                        PRIMARY KEY (bucket, key)
                    ) WITHOUT ROWID;
                    CREATE INDEX s3_object_file ON s3_object (file) WHERE file <> '';
                    CREATE TABLE s3_upload (
                        id TEXT PRIMARY KEY, bucket TEXT NOT NULL REFERENCES s3_bucket (name), key TEXT NOT NULL,
                        initiated INTEGER NOT NULL, attributes TEXT NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE s3_part (
                        upload TEXT NOT NULL REFERENCES s3_upload (id) ON DELETE CASCADE, number INTEGER NOT NULL,
                        size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL, file TEXT NOT NULL,
                        PRIMARY KEY (upload, number)
                    ) WITHOUT ROWID;
                    CREATE TABLE s3_event (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, function TEXT NOT NULL, payload BLOB NOT NULL
                    );
                    CREATE TABLE s3_sequence (last INTEGER NOT NULL);
                    INSERT INTO s3_sequence VALUES (0);
                    """)
        }
        // Events name their bucket, for which a function's policy lets S3 invoke it.
        try store.migrate("s3-2") { db in
            try db.execute(
                sql: """
                    ALTER TABLE s3_event ADD COLUMN bucket TEXT NOT NULL DEFAULT '';
                    UPDATE s3_event SET bucket = json_extract(CAST(payload AS TEXT), '$.Records[0].s3.bucket.name');
                    """)
        }
        try store.migrate("s3-3") { db in try db.execute(sql: "ALTER TABLE s3_event ADD COLUMN trace TEXT") }
        try store.migrate("s3-4") { db in try db.execute(sql: "ALTER TABLE s3_event ADD COLUMN cause INTEGER") }
    }

    // MARK: Buckets

    static func insert(_ bucket: Bucket, _ db: Database) throws {
        try db.run(
            "INSERT INTO s3_bucket (name, region, created, notifications) VALUES (?, ?, ?, ?)",
            [bucket.name, bucket.region, bucket.created, try NotificationRule.stored(bucket.notifications)])
    }

    static func setNotifications(_ rules: [NotificationRule], of bucket: String, _ db: Database) throws {
        try db.run(
            "UPDATE s3_bucket SET notifications = ? WHERE name = ?", [try NotificationRule.stored(rules), bucket])
    }

    static func buckets(_ db: Database) throws -> [Bucket] {
        try db.rows("SELECT name, region, created, notifications FROM s3_bucket").map { row in
            Bucket(
                name: row[0], region: row[1], created: row[2],
                notifications: try NotificationRule.rules(stored: row[3]))
        }
    }

    /// Removes a bucket with the uploads that were never completed, which do not keep it.
    ///
    /// - Returns: the files of those uploads' parts.
    /// - Throws: `BucketNotEmpty`; `NoSuchBucket`.
    static func removeBucket(_ name: String, _ db: Database) throws -> [String] {
        let isUsed = try db.row("SELECT 1 FROM s3_object WHERE bucket = ? LIMIT 1", [name])
        guard isUsed == nil else { throw S3Error.bucketNotEmpty(name) }
        let files = try uploads(name, db).flatMap { upload in try removeUpload(upload.id, db) }
        try db.run("DELETE FROM s3_bucket WHERE name = ?", [name])
        guard db.changesCount == 1 else { throw S3Error.noSuchBucket(name) }
        return files
    }

    // MARK: Objects

    static func object(_ bucket: String, _ key: String, _ db: Database) throws -> ObjectRecord? {
        try db.row(
            "SELECT size, etag, modified, file, attributes FROM s3_object WHERE bucket = ? AND key = ?", [bucket, key]
        ).map { row in
            ObjectRecord(
                size: row[0], etag: row[1], modified: row[2], file: row[3],
                attributes: ObjectAttributes(stored: row[4]))
        }
    }

    /// The ETag and the file of the object that is about to be written or removed.
    static func current(_ bucket: String, _ key: String, _ db: Database) throws -> (etag: String, file: String)? {
        try db.row("SELECT etag, file FROM s3_object WHERE bucket = ? AND key = ?", [bucket, key]).map {
            ($0[0], $0[1])
        }
    }

    /// - Throws: `NoSuchBucket`.
    static func put(_ record: ObjectRecord, _ bucket: String, _ key: String, _ db: Database) throws {
        do {
            try db.run(
                """
                INSERT INTO s3_object (bucket, key, size, etag, modified, file, attributes) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (bucket, key) DO UPDATE SET size = excluded.size, etag = excluded.etag,
                    modified = excluded.modified, file = excluded.file, attributes = excluded.attributes
                """,
                [bucket, key, record.size, record.etag, record.modified, record.file, record.attributes.stored])
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY {
            throw S3Error.noSuchBucket(bucket)
        }
    }

    static func removeObject(_ bucket: String, _ key: String, _ db: Database) throws {
        try db.run("DELETE FROM s3_object WHERE bucket = ? AND key = ?", [bucket, key])
    }

    static func isReferenced(file: String, _ db: Database) throws -> Bool {
        try db.row(
            "SELECT 1 FROM s3_object WHERE file = ?1 AND file <> '' UNION ALL SELECT 1 FROM s3_part WHERE file = ?1",
            [file]) != nil
    }

    // MARK: Events

    /// The next sequencer, never given again.
    static func nextSequencer(now: Int64, _ db: Database) throws -> Sequencer {
        let last: Int64 = try db.row("SELECT last FROM s3_sequence")?[0] ?? 0
        let next = Sequencer(after: UInt64(last), now: now)
        try db.run("UPDATE s3_sequence SET last = ?", [Int64(next.number)])
        return next
    }

    /// - Returns: the event's id.
    static func insertEvent(
        bucket: String, function: String, payload: [UInt8], trace: String?, cause: RecordID?, _ db: Database
    ) throws -> Int64 {
        try db.run(
            "INSERT INTO s3_event (bucket, function, payload, trace, cause) VALUES (?, ?, ?, ?, ?)",
            [bucket, function, Data(payload), trace, cause])
        return db.lastInsertedRowID
    }

    static func events(_ db: Database) throws -> [PendingNotification] {
        try db.rows("SELECT id, bucket, function, payload, trace, cause FROM s3_event ORDER BY id").map { row in
            PendingNotification(
                id: row[0], bucket: row[1], function: row[2], payload: Bytes(row[3] as Data), trace: row[4],
                cause: row[5])
        }
    }

    static func removeEvent(_ id: Int64, _ db: Database) throws {
        try db.run("DELETE FROM s3_event WHERE id = ?", [id])
    }
}
