// SPDX-License-Identifier: Apache-2.0

/// A standard queue: `AWS::SQS::Queue`.
public struct QueueResource: Sendable, Equatable, Encodable {
    /// The resource's name in the template.
    public var logicalID: String
    /// `QueueName`, or a generated one.
    public var queueName: String
    /// `arn:aws:sqs:REGION:ACCOUNT:NAME`.
    public var arn: String
    /// As SetQueueAttributes takes them, without the redrive policy.
    public var attributes: [String: String]
    /// As JSON text; nil without one.
    public var redrivePolicy: String?

    /// As SetQueueAttributes takes them.
    public var allAttributes: [String: String] {
        var all = attributes
        all["RedrivePolicy"] = redrivePolicy
        return all
    }
}
