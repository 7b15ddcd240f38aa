// SPDX-License-Identifier: Apache-2.0

/// What S3 sends to a function when objects change.
///
/// Shape: AWS documentation, "Event message structure" of S3 notifications (version 2.1; 2.3 for tagging, ACL and
/// lifecycle events, which have no sequencer). A key that does not apply is absent, never null.
public struct S3Event: Codable, Sendable, Equatable {
    /// S3 and SNS send one record an event.
    public var records: [Record]

    /// Creates one from its parts.
    public init(records: [Record]) {
        self.records = records
    }

    enum CodingKeys: String, CodingKey {
        case records = "Records"
    }

    /// One change of one object.
    public struct Record: Codable, Sendable, Equatable {
        /// `2.1`, or `2.3` for tagging, ACL and lifecycle events.
        public var eventVersion: String
        /// `aws:s3`.
        public var eventSource: String
        /// The Region that it happened in.
        public var awsRegion: String
        /// When S3 finished the request, as `1970-01-01T00:00:00.000Z`.
        public var eventTime: String
        /// `ObjectCreated:Put` and the like, without the `s3:` that event filters have.
        public var eventName: String
        /// Who caused the event.
        public var userIdentity: Identity
        /// Where the request came from.
        public var requestParameters: RequestParameters
        /// The ids of the request.
        public var responseElements: ResponseElements
        /// The bucket, the object and the rule.
        public var s3: Entity
        /// Present for `ObjectRestore:*` only.
        public var glacierEventData: GlacierEventData?

        /// Creates one from its parts.
        public init(
            eventVersion: String = "2.1", eventSource: String = "aws:s3", awsRegion: String, eventTime: String,
            eventName: String, userIdentity: Identity, requestParameters: RequestParameters,
            responseElements: ResponseElements, s3: Entity, glacierEventData: GlacierEventData? = nil
        ) {
            self.eventVersion = eventVersion
            self.eventSource = eventSource
            self.awsRegion = awsRegion
            self.eventTime = eventTime
            self.eventName = eventName
            self.userIdentity = userIdentity
            self.requestParameters = requestParameters
            self.responseElements = responseElements
            self.s3 = s3
            self.glacierEventData = glacierEventData
        }
    }

    /// Who did something, or owns something.
    public struct Identity: Codable, Sendable, Equatable {
        /// The unique id of a user, a role or an account.
        public var principalId: String

        /// Creates one from its parts.
        public init(principalId: String) {
            self.principalId = principalId
        }
    }

    /// Where the request came from.
    public struct RequestParameters: Codable, Sendable, Equatable {
        /// The client's address.
        public var sourceIPAddress: String

        /// Creates one from its parts.
        public init(sourceIPAddress: String) {
            self.sourceIPAddress = sourceIPAddress
        }
    }

    /// The ids that S3 gave the request, for its support.
    public struct ResponseElements: Codable, Sendable, Equatable {
        /// `x-amz-request-id` of the request.
        public var requestID: String
        /// `x-amz-id-2` of the request.
        public var hostID: String

        /// Creates one from its parts.
        public init(requestID: String, hostID: String) {
            self.requestID = requestID
            self.hostID = hostID
        }

        enum CodingKeys: String, CodingKey {
            case requestID = "x-amz-request-id"
            case hostID = "x-amz-id-2"
        }
    }

    /// The bucket and the object, and the rule of the bucket that asked for the event.
    public struct Entity: Codable, Sendable, Equatable {
        /// `1.0`.
        public var s3SchemaVersion: String
        /// The id of the notification rule.
        public var configurationId: String
        /// The bucket of the object.
        public var bucket: Bucket
        /// The object that changed.
        public var object: Object

        /// Creates one from its parts.
        public init(s3SchemaVersion: String = "1.0", configurationId: String, bucket: Bucket, object: Object) {
            self.s3SchemaVersion = s3SchemaVersion
            self.configurationId = configurationId
            self.bucket = bucket
            self.object = object
        }
    }

    /// A bucket and its owner.
    public struct Bucket: Codable, Sendable, Equatable {
        /// The name of the bucket.
        public var name: String
        /// The owner of the bucket.
        public var ownerIdentity: Identity
        /// The ARN of the bucket.
        public var arn: String

        /// Creates one from its parts.
        public init(name: String, ownerIdentity: Identity, arn: String) {
            self.name = name
            self.ownerIdentity = ownerIdentity
            self.arn = arn
        }
    }
}

extension S3Event {
    /// The object of a record.
    ///
    /// Removals carry no size and no ETag; ``sequencer`` orders the events of one key.
    public struct Object: Codable, Sendable, Equatable {
        /// The key in the form of an HTML form (`red flower.jpg` is `red+flower.jpg`); see ``decodedKey``.
        public var key: String
        /// In bytes.
        public var size: Int64?
        /// Without quotation marks.
        public var eTag: String?
        /// Present when the bucket has versions.
        public var versionId: String?
        /// Hexadecimal; compare as text after padding the shorter one with zeros on its right.
        public var sequencer: String?

        /// Creates one from its parts.
        public init(
            key: String, size: Int64? = nil, eTag: String? = nil, versionId: String? = nil, sequencer: String? = nil
        ) {
            self.key = key
            self.size = size
            self.eTag = eTag
            self.versionId = versionId
            self.sequencer = sequencer
        }

        /// The key as the object has it, or the undecoded key when its escapes are not valid.
        public var decodedKey: String {
            FormEncoding.decode(key) ?? key
        }
    }

    /// What is told of a restored object.
    public struct GlacierEventData: Codable, Sendable, Equatable {
        /// How long the restored copy stays, and where the object is.
        public var restoreEventData: RestoreEventData

        /// Creates one from its parts.
        public init(restoreEventData: RestoreEventData) {
            self.restoreEventData = restoreEventData
        }
    }

    /// How long a restored copy stays, and where the object is.
    public struct RestoreEventData: Codable, Sendable, Equatable {
        /// When the copy is deleted, as `1970-01-01T00:00:00.000Z`.
        public var lifecycleRestorationExpiryTime: String
        /// The storage class that the object was restored from.
        public var lifecycleRestoreStorageClass: String

        /// Creates one from its parts.
        public init(lifecycleRestorationExpiryTime: String, lifecycleRestoreStorageClass: String) {
            self.lifecycleRestorationExpiryTime = lifecycleRestorationExpiryTime
            self.lifecycleRestoreStorageClass = lifecycleRestoreStorageClass
        }
    }
}
