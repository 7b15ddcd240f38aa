// SPDX-License-Identifier: Apache-2.0

/// A bucket: `AWS::S3::Bucket`, with the notifications that it and functions' events declare.
public struct BucketResource: Sendable, Equatable {
    /// Objects whose events go to a function.
    public struct Notification: Sendable, Equatable {
        /// The configuration id that the events carry.
        public var id: String
        /// `s3:ObjectCreated:*` and the like.
        public var events: [String]
        public var prefix: String
        public var suffix: String
        /// With the alias where the function has one.
        public var functionARN: String
    }

    public var logicalID: String
    public var bucketName: String
    public var notifications: [Notification]
}
