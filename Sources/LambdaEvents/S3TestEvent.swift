// SPDX-License-Identifier: Apache-2.0

/// What S3 sends to a destination once, when a notification to it is configured.
///
/// Shape: AWS documentation, "Event message structure" of S3 notifications.
public struct S3TestEvent: Codable, Sendable, Equatable {
    /// `Amazon S3`.
    public var service: String
    /// `s3:TestEvent`.
    public var event: String
    /// As `2014-10-13T15:57:02.089Z`.
    public var time: String
    /// The name of the bucket.
    public var bucket: String
    /// `x-amz-request-id` of the request.
    public var requestID: String
    /// `x-amz-id-2` of the request.
    public var hostID: String

    /// Creates one from its parts.
    public init(
        service: String = "Amazon S3", event: String = "s3:TestEvent", time: String, bucket: String, requestID: String,
        hostID: String
    ) {
        self.service = service
        self.event = event
        self.time = time
        self.bucket = bucket
        self.requestID = requestID
        self.hostID = hostID
    }

    enum CodingKeys: String, CodingKey {
        case service = "Service"
        case event = "Event"
        case time = "Time"
        case bucket = "Bucket"
        case requestID = "RequestId"
        case hostID = "HostId"
    }
}
