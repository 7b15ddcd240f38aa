// SPDX-License-Identifier: Apache-2.0
import AWSClient
import Buffers

/// A bucket of S3.
struct S3Storage: ObjectStorage {
    let s3: S3Client
    let bucket: String

    func get(_ location: S3Location) async throws -> StoredFile? {
        do {
            let object = try await s3.getObject(bucket: location.bucket, key: location.key)
            return StoredFile(body: object.body.array, eTag: object.eTag)
        } catch let error as AWSServiceError where error.code == "NoSuchKey" {
            return nil
        }
    }

    func put(_ key: String, _ body: [UInt8], contentType: String, if condition: WriteCondition) async throws {
        var ifMatch: String?
        if case .matches(let eTag) = condition { ifMatch = eTag }
        do {
            try await s3.putObject(
                bucket: bucket, key: key, body: Bytes(body), contentType: contentType, ifMatch: ifMatch,
                ifNoneMatch: condition == .absent ? "*" : nil)
        } catch let error as AWSServiceError where error.isPreconditionFailed {
            throw WriteConflict()
        } catch let error as AWSServiceError where ifMatch != nil && error.code == "NoSuchKey" {
            // Somebody deleted the object after it was read.
            throw WriteConflict()
        }
    }

    func presignedURL(_ key: String, expiresIn: Duration) throws -> String {
        s3.presignedGetURL(bucket: bucket, key: key, expiresIn: expiresIn)
    }
}
