// SPDX-License-Identifier: Apache-2.0
import AWSWire
import GRDB
import HTTP1
import Store

/// One object that becomes another, or the same one with other metadata.
struct ObjectCopy: Sendable {
    let source: CopySource
    private let bucket: Bucket
    private let key: String
    /// Nil when the copy keeps what the source has.
    private let attributes: ObjectAttributes?
    private let sourceConditions: ReadConditions
    private let condition: WriteCondition
    private let account: String
    private let origin: ChangeOrigin

    /// - Throws: S3's error for headers that contradict each other.
    init(_ request: S3Request, into bucket: Bucket, account: String) throws(AWSError) {
        source = try CopySource(request.headers)
        self.bucket = bucket
        key = request.key
        switch request.headers["x-amz-metadata-directive"]?.uppercased() {
        case nil, "COPY": attributes = nil
        case "REPLACE": attributes = try ObjectAttributes(request.headers)
        case let other?:
            throw S3Error.invalidArgument("Unknown metadata directive.", "x-amz-metadata-directive", other)
        }
        sourceConditions = ReadConditions(request.headers, prefix: "x-amz-copy-source-")
        condition = try WriteCondition(request.headers)
        self.account = account
        origin = request.origin
        guard attributes != nil || source != CopySource(bucket: bucket.name, key: key) else {
            throw S3Error.invalidRequest(
                "This copy request is illegal because it is trying to copy an object to itself without changing the "
                    + "object's metadata, storage class, website redirect location or encryption attributes.")
        }
    }

    /// Copies, in one transaction: the source cannot change while it is copied.
    func perform(now: Int64, name: String, _ files: ObjectFiles, _ db: Database) throws -> (ObjectRecord, ChangeOutcome)
    {
        guard let original = try S3Tables.object(source.bucket, source.key, db) else {
            throw S3Error.noSuchKey(source.key)
        }
        switch sourceConditions.verdict(etag: original.etag, modified: original.modified) {
        case .met: break
        case .failed(let header): throw S3Error.preconditionFailed(header)
        case .notModified: throw S3Error.preconditionFailed("x-amz-copy-source-If-None-Match")
        }
        let current = try S3Tables.current(bucket.name, key, db)
        try condition.check(current?.etag, key: key)
        let record = ObjectRecord(
            size: original.size, etag: original.etag, modified: now, file: original.size == 0 ? "" : name,
            attributes: copied(original.attributes))
        try S3Tables.put(record, bucket.name, key, db)
        let change = ObjectChange(
            event: "ObjectCreated:Copy", bucket: bucket, key: key, size: record.size, etag: record.etag, time: now,
            origin: origin)
        let events = try change.store(account: account, db)
        if original.size > 0, try !files.link(original.file, as: name) { throw S3Error.internalError }
        return (record, ChangeOutcome(unused: current.map { [$0.file] } ?? [], events: events))
    }

    private func copied(_ original: ObjectAttributes) -> ObjectAttributes {
        guard var attributes else { return original }
        attributes.keepChecksum(of: original)
        return attributes
    }
}

extension CopySource {
    init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }
}
