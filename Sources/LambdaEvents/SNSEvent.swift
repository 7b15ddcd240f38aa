// SPDX-License-Identifier: Apache-2.0

/// What SNS sends to a subscribed function: always one record.
///
/// Shape: AWS documentation, "Using AWS Lambda with Amazon SNS". `Subject` is null when there is none and
/// `MessageAttributes` is always there; both differ from what SNS posts to HTTP endpoints.
public struct SNSEvent: Codable, Sendable, Equatable {
    /// S3 and SNS send one record an event.
    public var records: [Record]

    /// Creates one from its parts.
    public init(records: [Record]) {
        self.records = records
    }

    enum CodingKeys: String, CodingKey {
        case records = "Records"
    }

    /// One notification with its source.
    public struct Record: Codable, Sendable, Equatable {
        /// `aws:sns`.
        public var eventSource: String
        /// `1.0`.
        public var eventVersion: String
        /// The subscription that brought it.
        public var eventSubscriptionARN: String
        /// The message with its envelope.
        public var sns: Message

        /// Creates one from its parts.
        public init(
            eventSource: String = "aws:sns", eventVersion: String = "1.0", eventSubscriptionARN: String, sns: Message
        ) {
            self.eventSource = eventSource
            self.eventVersion = eventVersion
            self.eventSubscriptionARN = eventSubscriptionARN
            self.sns = sns
        }

        enum CodingKeys: String, CodingKey {
            case eventSource = "EventSource"
            case eventVersion = "EventVersion"
            case eventSubscriptionARN = "EventSubscriptionArn"
            case sns = "Sns"
        }
    }

    /// One attribute of a message.
    public struct Attribute: Codable, Sendable, Equatable {
        /// `String`, `String.Array`, `Number` or `Binary`.
        public var type: String
        /// The value as text; base64 for `Binary`.
        public var value: String

        /// Creates one from its parts.
        public init(type: String, value: String) {
            self.type = type
            self.value = value
        }

        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case value = "Value"
        }
    }
}
