// SPDX-License-Identifier: Apache-2.0

// Topics and subscriptions.
extension ApplicationReader {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
    private static let topicTable = PropertyTable(
        executed: ["TopicName", "DisplayName", "Subscription", "FifoTopic"],
        noted: ["DataProtectionPolicy", "Tags"],
        ignored: [
            "ArchivePolicy", "ContentBasedDeduplication", "DeliveryStatusLogging", "FifoThroughputScope",
            "KmsMasterKeyId", "SignatureVersion", "TracingConfig",
        ])

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
    private static let subscriptionTable = PropertyTable(
        executed: ["Protocol", "Endpoint", "TopicArn", "FilterPolicy", "FilterPolicyScope"],
        noted: ["SubscriptionRoleArn"],
        ignored: ["DeliveryPolicy", "RawMessageDelivery", "RedrivePolicy", "Region", "ReplayPolicy"])

    mutating func readTopic(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.topicTable)
        if try fields.bool("FifoTopic") == true {
            throw fields.located.fault("not supported: FIFO topics")
        }
        let topic = TopicResource(
            logicalID: resource.logicalID, topicName: try evaluator.name(of: resource),
            arn: try evaluator.arn(of: resource), displayName: try fields.text("DisplayName"))
        application.topics.append(topic)
        for (index, item) in try fields.list("Subscription").enumerated() {
            let subscription = try self.fields(item, PropertyTable(executed: ["Protocol", "Endpoint"]))
            try add(subscription, "\(resource.logicalID)-\(index)", to: topic.arn)
        }
    }

    mutating func readSubscription(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.subscriptionTable)
        try add(fields, resource.logicalID, to: try fields.requiredText("TopicArn"))
    }

    private mutating func add(_ fields: Fields, _ logicalID: String, to topicARN: String) throws(Fault) {
        let kind = try fields.required("Protocol")
        guard try kind.asText() == "lambda" else {
            remark(.warning, [kind.fault("ignored: subscriptions over \(try kind.asText()) are not supported")])
            return
        }
        application.subscriptions.append(
            SubscriptionResource(
                logicalID: logicalID, topicARN: topicARN, functionARN: try fields.requiredText("Endpoint"),
                filterPolicy: try filterPolicy(fields), filterScope: try filterScope(fields)))
    }

    func filterPolicy(_ fields: Fields) throws(Fault) -> String? {
        guard let policy = fields["FilterPolicy"] else { return nil }
        // CloudFormation declares the property as JSON, which may come as an object or as its text.
        if case .text(let text) = policy.node.value { return text }
        guard policy.node.members != nil else { throw policy.fault("expected an object, found \(policy.node.kind)") }
        return policy.node.json
    }

    func filterScope(_ fields: Fields) throws(Fault) -> SubscriptionResource.FilterScope {
        let text = try fields.text("FilterPolicyScope", oneOf: ["MessageAttributes", "MessageBody"])
        return text.flatMap { SubscriptionResource.FilterScope(rawValue: $0) } ?? .messageAttributes
    }
}
