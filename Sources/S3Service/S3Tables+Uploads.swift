// SPDX-License-Identifier: Apache-2.0
import AWSWire
import GRDB
import Store

/// A multipart upload that is under way.
struct UploadRecord: Sendable {
    var id: String
    var bucket: String
    var key: String
    /// Milliseconds since 1970.
    var initiated: Int64
    var attributes: ObjectAttributes
}

/// One part of a multipart upload.
struct PartRecord: Sendable, Equatable {
    var number: Int
    var size: Int
    /// Without quotation marks.
    var etag: String
    /// Milliseconds since 1970.
    var modified: Int64
    /// Empty for an empty part.
    var file: String
}

extension S3Tables {
    /// - Throws: `NoSuchBucket`.
    static func insert(_ upload: UploadRecord, _ db: Database) throws {
        do {
            try db.run(
                "INSERT INTO s3_upload (id, bucket, key, initiated, attributes) VALUES (?, ?, ?, ?, ?)",
                [upload.id, upload.bucket, upload.key, upload.initiated, upload.attributes.stored])
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY {
            throw S3Error.noSuchBucket(upload.bucket)
        }
    }

    /// - Throws: `NoSuchUpload`, also when the upload is another object's.
    static func upload(_ id: String, _ bucket: String, _ key: String, _ db: Database) throws -> UploadRecord {
        let row = try db.row(
            "SELECT initiated, attributes FROM s3_upload WHERE id = ? AND bucket = ? AND key = ?", [id, bucket, key])
        guard let row else { throw S3Error.noSuchUpload(id) }
        return UploadRecord(
            id: id, bucket: bucket, key: key, initiated: row[0], attributes: ObjectAttributes(stored: row[1]))
    }

    static func uploads(_ bucket: String, _ db: Database) throws -> [UploadRecord] {
        try db.rows("SELECT id, key, initiated FROM s3_upload WHERE bucket = ? ORDER BY key, initiated, id", [bucket])
            .map { row in
                UploadRecord(id: row[0], bucket: bucket, key: row[1], initiated: row[2], attributes: ObjectAttributes())
            }
    }

    static func parts(_ upload: String, _ db: Database) throws -> [PartRecord] {
        try db.rows(
            "SELECT number, size, etag, modified, file FROM s3_part WHERE upload = ? ORDER BY number", [upload]
        ).map { row in PartRecord(number: row[0], size: row[1], etag: row[2], modified: row[3], file: row[4]) }
    }

    /// - Returns: the file of the part that had the number before.
    static func put(_ part: PartRecord, of upload: String, _ db: Database) throws -> [String] {
        let old = try db.row("SELECT file FROM s3_part WHERE upload = ? AND number = ?", [upload, part.number])
        try db.run(
            "INSERT OR REPLACE INTO s3_part (upload, number, size, etag, modified, file) VALUES (?, ?, ?, ?, ?, ?)",
            [upload, part.number, part.size, part.etag, part.modified, part.file])
        return old.map { [$0[0]] } ?? []
    }

    /// - Returns: the files of its parts.
    static func removeUpload(_ id: String, _ db: Database) throws -> [String] {
        let files = try parts(id, db).map(\.file)
        try db.run("DELETE FROM s3_upload WHERE id = ?", [id])
        guard db.changesCount == 1 else { throw S3Error.noSuchUpload(id) }
        return files
    }
}
