// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1

/// Headers of requests that write: what S3 would do on their word and the emulator does not is refused, not ignored.
enum WriteHeaders {
    private static let storageClasses: Set<String> = [
        "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "OUTPOSTS",
        "GLACIER_IR", "SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS",
    ]
    private static let notImplemented: Set<String> = [
        "x-amz-tagging", "x-amz-website-redirect-location", "x-amz-write-offset-bytes",
        "x-amz-bucket-object-lock-enabled", "x-amz-bucket-namespace",
    ]

    /// - Throws: S3's error for the first header that cannot be honoured.
    static func check(_ headers: HTTPHeaders) throws(AWSError) {
        for (name, value) in headers { try check(name.lowercased(), value) }
    }

    private static func check(_ name: String, _ value: String) throws(AWSError) {
        switch name {
        case "x-amz-acl":
            // What new buckets accept, whose access control lists are off; both leave access as it is.
            guard value == "private" || value == "bucket-owner-full-control" else { throw noAccessControlLists }
        case _ where name.hasPrefix("x-amz-grant-"):
            throw noAccessControlLists
        case "x-amz-object-ownership":
            guard value == "BucketOwnerEnforced" else { throw S3Error.notImplemented(name) }
        case "x-amz-server-side-encryption":
            // What S3 does unasked. Nobody who reads the object through S3 can see it.
            guard value == "AES256" else { throw S3Error.notImplemented(name) }
        case _ where name.contains("server-side-encryption"):
            throw S3Error.notImplemented(name)
        case "x-amz-storage-class":
            guard value != "STANDARD" else { return }
            guard !storageClasses.contains(value) else { throw S3Error.notImplemented(name) }
            throw AWSError("InvalidStorageClass", "The storage class you specified is not valid", status: 400)
        case _ where name.hasPrefix("x-amz-object-lock-"):
            throw S3Error.invalidRequest("Bucket is missing Object Lock Configuration")
        case _ where notImplemented.contains(name):
            if name == "x-amz-bucket-object-lock-enabled", value.lowercased() == "false" { return }
            throw S3Error.notImplemented(name)
        default: return
        }
    }

    private static let noAccessControlLists = AWSError(
        "AccessControlListNotSupported", "The bucket does not allow ACLs", status: 400)
}
