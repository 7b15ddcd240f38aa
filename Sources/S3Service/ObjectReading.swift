// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import GRDB
import Store

/// What a request wants to read of an object.
struct ObjectReading: Sendable {
    /// How much of a long object is read at once.
    static let piece = 256 << 10

    var bucket: String
    var key: String
    var conditions: ReadConditions?
    var range: ByteRange?
    /// The range as it was sent, for the error's text.
    var rangeText: String?
    var opensFile = true

    /// Reads the object's row, and its bytes when they are few, in one go on the database's thread.
    ///
    /// - Returns: nil when its file is gone: it was written anew meanwhile, and is to be read again.
    /// - Throws: `NoSuchKey`, `PreconditionFailed`, `InvalidRange`.
    func perform(_ files: ObjectFiles, _ db: Database) throws -> FoundObject? {
        guard let record = try S3Tables.object(bucket, key, db) else { throw S3Error.noSuchKey(key) }
        var found = FoundObject(record: record, positions: 0..<record.size)
        switch conditions?.verdict(etag: record.etag, modified: record.modified) {
        case .failed(let header): throw S3Error.preconditionFailed(header)
        case .notModified:
            found.isNotModified = true
            return found
        case .met, nil: break
        }
        if let range {
            guard let positions = range.positions(in: record.size) else {
                throw S3Error.invalidRange(rangeText ?? "", size: record.size)
            }
            found.positions = positions
            found.isWhole = false
        }
        guard opensFile, !found.positions.isEmpty else { return found }
        guard let file = try files.open(record.file) else { return nil }
        if found.positions.count <= Self.piece {
            found.bytes = try file.read(found.positions)
        } else {
            found.file = file
        }
        return found
    }
}

/// An object that was found, with its bytes or the file that they are in.
struct FoundObject: Sendable {
    var record: ObjectRecord
    /// What was asked for.
    var positions: Range<Int>
    /// Whether the request asked for no range.
    var isWhole = true
    var isNotModified = false
    /// The bytes at `positions`, unless `file` is there to be read.
    var bytes = Bytes()
    var file: OpenFile?
}
