// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// What S3 answers about configurations that were never set.
///
/// Setting them is not emulated, so this is always true here.
enum AbsentConfiguration: Sendable, Equatable {
    case versioning, policy, cors, lifecycle, website, bucketTagging, objectTagging, replication, objectLock, logging
    case requestPayment

    /// - Throws: the error that AWS answers with where an absent configuration is one.
    func document(bucket: String) throws(AWSError) -> [UInt8] {
        var xml = XMLWriter()
        switch self {
        case .versioning: xml.element("VersioningConfiguration", attributes: S3XML.namespace, "")
        case .logging: xml.element("BucketLoggingStatus", attributes: S3XML.namespace, "")
        case .requestPayment:
            xml.element("RequestPaymentConfiguration", attributes: S3XML.namespace) {
                $0.element("Payer", "BucketOwner")
            }
        case .objectTagging:
            xml.element("Tagging", attributes: S3XML.namespace) { $0.empty("TagSet") }
        case .policy: throw missing("NoSuchBucketPolicy", "The bucket policy does not exist", bucket)
        case .cors: throw missing("NoSuchCORSConfiguration", "The CORS configuration does not exist", bucket)
        case .lifecycle:
            throw missing("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", bucket)
        case .website:
            throw missing(
                "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration", bucket)
        case .bucketTagging: throw missing("NoSuchTagSet", "The TagSet does not exist", bucket)
        case .replication:
            throw missing(
                "ReplicationConfigurationNotFoundError", "The replication configuration was not found", bucket)
        case .objectLock:
            throw missing(
                "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket",
                bucket)
        }
        return xml.finish()
    }

    private func missing(_ code: String, _ message: String, _ bucket: String) -> AWSError {
        AWSError(code, message, status: 404, details: [AWSError.Detail("BucketName", bucket)])
    }
}
