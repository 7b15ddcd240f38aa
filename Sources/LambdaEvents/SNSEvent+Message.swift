// SPDX-License-Identifier: Apache-2.0

extension SNSEvent {
    /// A published message with its envelope.
    public struct Message: Codable, Sendable, Equatable {
        /// `Notification`.
        public var type: String
        /// The id that publishing returned.
        public var messageID: String
        /// The topic that the message was published to.
        public var topicARN: String
        /// Nil, and `null` in JSON, for a message without one.
        public var subject: String?
        /// The text that was published.
        public var message: String
        /// As `1970-01-01T00:00:00.000Z`.
        public var timestamp: String
        /// `1` (SHA-1) or `2` (SHA-256).
        public var signatureVersion: String
        /// The signature of the message in base64.
        public var signature: String
        /// Where the certificate for the signature is.
        public var signingCertURL: String
        /// A visit to it ends the subscription.
        public var unsubscribeURL: String
        /// Attributes by name; empty when there are none.
        public var messageAttributes: [String: Attribute]

        /// Creates one from its parts.
        public init(
            type: String = "Notification", messageID: String, topicARN: String, subject: String?, message: String,
            timestamp: String, signatureVersion: String, signature: String, signingCertURL: String,
            unsubscribeURL: String, messageAttributes: [String: Attribute] = [:]
        ) {
            self.type = type
            self.messageID = messageID
            self.topicARN = topicARN
            self.subject = subject
            self.message = message
            self.timestamp = timestamp
            self.signatureVersion = signatureVersion
            self.signature = signature
            self.signingCertURL = signingCertURL
            self.unsubscribeURL = unsubscribeURL
            self.messageAttributes = messageAttributes
        }

        // In functions' events it is "Url", where HTTP deliveries have "URL".
        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case messageID = "MessageId"
            case topicARN = "TopicArn"
            case subject = "Subject"
            case message = "Message"
            case timestamp = "Timestamp"
            case signatureVersion = "SignatureVersion"
            case signature = "Signature"
            case signingCertURL = "SigningCertUrl"
            case unsubscribeURL = "UnsubscribeUrl"
            case messageAttributes = "MessageAttributes"
        }
    }
}

extension SNSEvent.Message {
    /// Creates one from its parts.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            type: try container.decode(String.self, forKey: .type),
            messageID: try container.decode(String.self, forKey: .messageID),
            topicARN: try container.decode(String.self, forKey: .topicARN),
            subject: try container.decodeIfPresent(String.self, forKey: .subject),
            message: try container.decode(String.self, forKey: .message),
            timestamp: try container.decode(String.self, forKey: .timestamp),
            signatureVersion: try container.decode(String.self, forKey: .signatureVersion),
            signature: try container.decode(String.self, forKey: .signature),
            signingCertURL: try container.decode(String.self, forKey: .signingCertURL),
            unsubscribeURL: try container.decode(String.self, forKey: .unsubscribeURL),
            messageAttributes: try container.decodeIfPresent(
                [String: SNSEvent.Attribute].self, forKey: .messageAttributes) ?? [:])
    }

    /// Writes all keys, `Subject` as `null` when there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        try container.encode(messageID, forKey: .messageID)
        try container.encode(topicARN, forKey: .topicARN)
        try container.encode(subject, forKey: .subject)  // null when there is none: the key stays
        try container.encode(message, forKey: .message)
        try container.encode(timestamp, forKey: .timestamp)
        try container.encode(signatureVersion, forKey: .signatureVersion)
        try container.encode(signature, forKey: .signature)
        try container.encode(signingCertURL, forKey: .signingCertURL)
        try container.encode(unsubscribeURL, forKey: .unsubscribeURL)
        try container.encode(messageAttributes, forKey: .messageAttributes)
    }
}
