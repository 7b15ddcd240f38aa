// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
public import ServiceProtocols
import Store

extension S3Service: ObjectStoring {
    /// Reads a whole object into memory, without a check of who asks.
    ///
    /// - Throws: ``ServiceError``: `NoSuchBucket`, `NoSuchKey`, or `InternalError` when the store or the disk fails.
    public func getObject(bucket: String, key: String) async throws(ServiceError) -> StoredObject {
        do {
            let reading = ObjectReading(bucket: try self.bucket(bucket).name, key: key)
            let found = try await read(reading)
            var body = found.bytes
            if let file = found.file {
                body = try await loop.offload { try file.read(found.positions) }
            }
            return StoredObject(body: body, contentType: found.record.attributes.contentType)
        } catch {
            throw ServiceError(S3Error.from(error))
        }
    }

    /// Whether a bucket is there.
    public func exists(bucket: String) -> Bool { buckets[bucket] != nil }

    /// Writes an object as PutObject does, with its `ObjectCreated:Put` event; returns when both are committed.
    ///
    /// Without a type it gets `binary/octet-stream`, as on AWS.
    ///
    /// The key is not empty.
    ///
    /// - Throws: ``ServiceError``: `NoSuchBucket`, `KeyTooLongError` for a key of more than 1024 bytes, or
    ///   `InternalError` when the store or the disk fails.
    public func putObject(bucket: String, key: String, _ object: StoredObject) async throws(ServiceError) {
        do {
            precondition(!key.isEmpty, "an object has a key")
            guard key.utf8.count <= S3Limits.keyBytes else { throw S3Error.keyTooLong(key.utf8.count) }
            let md5 = try await loop.offload {
                Hex.encode(object.body.withUnsafeBytes { Checksum.value(.md5, of: $0) })
            }
            let type = object.contentType ?? ObjectAttributes.defaultContentType
            try await write(
                NewObject(
                    bucket: bucket, key: key, content: .memory([object.body]), size: object.body.count, etag: md5,
                    attributes: ObjectAttributes([ObjectAttributes.Field(name: "Content-Type", value: type)]),
                    event: "ObjectCreated:Put", origin: serviceOrigin))
        } catch {
            throw ServiceError(S3Error.from(error))
        }
    }

    /// Removes an object as DeleteObject does, with its `ObjectRemoved:Delete` event; one that is not there stays so.
    ///
    /// - Throws: ``ServiceError``: `NoSuchBucket`, or `InternalError` when the store fails.
    public func removeObject(bucket: String, key: String) async throws(ServiceError) {
        do {
            let change = removal(of: key, in: try self.bucket(bucket), serviceOrigin)
            let account = environment.account
            await finish(try await store.write { db in try change.remove(.none, account: account, db) })
        } catch {
            throw ServiceError(S3Error.from(error))
        }
    }

    /// Another service of the emulator, as the one who changes an object.
    private var serviceOrigin: ChangeOrigin {
        ChangeOrigin(
            principal: Caller(accessKeyID: "service").principal, address: "127.0.0.1",
            ids: RequestIDs(uuid: environment.makeID()))
    }
}
