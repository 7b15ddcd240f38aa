// SPDX-License-Identifier: Apache-2.0

/// A bucket: `AWS::S3::Bucket`, with the notifications that it and functions' events declare.
public struct BucketResource: Sendable, Equatable, Encodable {
    /// Objects whose events go to a function.
    public struct Notification: Sendable, Equatable, Encodable {
        /// The configuration id that the events carry.
        public var id: String
        /// `s3:ObjectCreated:*` and the like.
        public var events: [String]
        /// What keys begin with; empty for any.
        public var prefix: String
        /// What keys end with; empty for any.
        public var suffix: String
        /// With the alias where the function has one.
        public var functionARN: String
    }

    /// The resource's name in the template.
    public var logicalID: String
    /// `BucketName`, or a generated one.
    public var bucketName: String
    /// The bucket's own first, then those of functions' events.
    public var notifications: [Notification]
}
