// SPDX-License-Identifier: Apache-2.0

/// A standard topic: `AWS::SNS::Topic`.
public struct TopicResource: Sendable, Equatable, Encodable {
    /// The resource's name in the template.
    public var logicalID: String
    /// `TopicName`, or a generated one.
    public var topicName: String
    /// `arn:aws:sns:REGION:ACCOUNT:NAME`.
    public var arn: String
    /// `DisplayName`.
    public var displayName: String?
}

/// A function's subscription to a topic, from whichever of the three places that can declare one.
public struct SubscriptionResource: Sendable, Equatable, Encodable {
    /// What a filter policy looks at.
    public enum FilterScope: String, Sendable, Encodable {
        case messageAttributes = "MessageAttributes"
        case messageBody = "MessageBody"
    }

    /// Of the subscription, or of what declares it.
    public var logicalID: String
    /// The topic, in this template or elsewhere.
    public var topicARN: String
    /// With the alias where the function has one.
    public var functionARN: String
    /// As JSON text.
    public var filterPolicy: String?
    /// `FilterPolicyScope`; message attributes unless it says otherwise.
    public var filterScope: FilterScope
}
