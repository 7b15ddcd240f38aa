// SPDX-License-Identifier: Apache-2.0

/// Who gets the messages of a topic.
///
/// Martlet delivers to functions, so the protocol is always `lambda`.
public struct Subscription: Sendable, Equatable {
    /// The topic's ARN, a colon and an id.
    public let arn: String
    /// The ARN of the topic.
    public let topic: String
    /// The ARN of a function, with or without a qualifier.
    public let endpoint: String
    /// Which messages it gets; nil for all.
    public var filter: FilterPolicy?

    /// The protocol of every subscription here.
    public static let protocolName = "lambda"

    /// The protocols that SNS knows.
    static let knownProtocols: Set<String> = [
        "http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose",
    ]
}
