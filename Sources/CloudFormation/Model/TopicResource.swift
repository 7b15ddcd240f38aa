// SPDX-License-Identifier: Apache-2.0

/// A standard topic: `AWS::SNS::Topic`.
public struct TopicResource: Sendable, Equatable {
    public var logicalID: String
    public var topicName: String
    public var arn: String
    public var displayName: String?
}

/// A function's subscription to a topic, from whichever of the three places that can declare one.
public struct SubscriptionResource: Sendable, Equatable {
    public enum FilterScope: String, Sendable {
        case messageAttributes = "MessageAttributes"
        case messageBody = "MessageBody"
    }

    /// Of the subscription, or of what declares it.
    public var logicalID: String
    public var topicARN: String
    /// With the alias where the function has one.
    public var functionARN: String
    /// As JSON text.
    public var filterPolicy: String?
    public var filterScope: FilterScope
}
