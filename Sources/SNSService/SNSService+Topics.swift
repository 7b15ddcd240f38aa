// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

// Operations on topics. AWS documentation: SNS API Reference.
extension SNSService {
    /// Attributes of topics that AWS knows and that would have an effect which is not emulated.
    private static let unsupportedAttributes: Set<String> = [
        "ApplicationFailureFeedbackRoleArn", "ApplicationSuccessFeedbackRoleArn",
        "ApplicationSuccessFeedbackSampleRate", "ArchivePolicy", "ContentBasedDeduplication", "DataProtectionPolicy",
        "DeliveryPolicy", "FifoThroughputScope", "FifoTopic", "FirehoseFailureFeedbackRoleArn",
        "FirehoseSuccessFeedbackRoleArn", "FirehoseSuccessFeedbackSampleRate", "HTTPFailureFeedbackRoleArn",
        "HTTPSuccessFeedbackRoleArn", "HTTPSuccessFeedbackSampleRate", "KmsMasterKeyId",
        "LambdaFailureFeedbackRoleArn", "LambdaSuccessFeedbackRoleArn", "LambdaSuccessFeedbackSampleRate", "Policy",
        "SQSFailureFeedbackRoleArn", "SQSSuccessFeedbackRoleArn", "SQSSuccessFeedbackSampleRate", "TracingConfig",
    ]

    func createTopic(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        var displayName: String?
        var signatureVersion: String?
        for (name, value) in parameters.map("Attributes") {
            let text = value.value ?? ""
            switch name {
            case "DisplayName": displayName = try Self.checked(displayName: text, "Attributes Reason: ")
            case "SignatureVersion":
                signatureVersion = try Self.checked(signatureVersion: text, "Attributes Reason: ")
            case "FifoTopic" where text == "false": break
            case let name where Self.unsupportedAttributes.contains(name):
                throw SNSErrors.unsupported("Attributes Reason: \(name)")
            default: throw SNSErrors.invalidParameter("Attributes Reason: Unknown attribute \(name)")
            }
        }
        guard parameters["DataProtectionPolicy"] == nil else { throw SNSErrors.unsupported("DataProtectionPolicy") }
        let arn = try topics.createTopic(
            name: try parameters.required("Name"), displayName: displayName, signatureVersion: signatureVersion,
            tags: try Self.tags(parameters))
        return { $0.element("TopicArn", arn) }
    }

    func deleteTopic(_ parameters: QueryParameters) throws(AWSError) -> SNSResult? {
        topics.deleteTopic(try parameters.requiredARN("TopicArn"))
        return nil
    }

    func listTopics(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        let page = try topics.listTopics(after: parameters["NextToken"])
        return { xml in
            xml.element("Topics") { xml in
                for topic in page.items {
                    xml.element("member") { $0.element("TopicArn", topic.arn) }
                }
            }
            if let token = page.nextToken { xml.element("NextToken", token) }
        }
    }

    func getTopicAttributes(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        let topic = try topics.topic(try parameters.requiredARN("TopicArn"))
        var attributes = [
            ("TopicArn", topic.arn), ("DisplayName", topic.displayName), ("Owner", environment.account),
            ("Policy", DefaultPolicies.accessPolicy(topic: topic.arn, account: environment.account)),
            ("EffectiveDeliveryPolicy", DefaultPolicies.effectiveDeliveryPolicy),
            ("SubscriptionsConfirmed", String(topics.subscriptionCount(of: topic.arn))),
            ("SubscriptionsPending", "0"), ("SubscriptionsDeleted", String(topic.deletedSubscriptions)),
        ]
        if let version = topic.signatureVersion { attributes.append(("SignatureVersion", version)) }
        return { [attributes] xml in xml.attributes(attributes.map { (name: $0.0, value: $0.1) }) }
    }

    func setTopicAttributes(_ parameters: QueryParameters) throws(AWSError) -> SNSResult? {
        let arn = try parameters.requiredARN("TopicArn")
        let name = try parameters.required("AttributeName")
        let value = parameters["AttributeValue"] ?? ""
        try topics.updateTopic(arn) { topic throws(AWSError) in
            switch name {
            case "DisplayName": topic.displayName = try Self.checked(displayName: value, "")
            case "SignatureVersion": topic.signatureVersion = try Self.checked(signatureVersion: value, "")
            case let name where Self.unsupportedAttributes.contains(name):
                throw SNSErrors.unsupported("AttributeName Reason: \(name)")
            default: throw SNSErrors.invalidParameter("AttributeName")
            }
        }
        return nil
    }

    // MARK: Tags

    func listTags(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        let tags = try taggedTopic(parameters).tags
        return { xml in
            xml.element("Tags") { xml in
                for tag in tags {
                    xml.element("member") { xml in
                        xml.element("Key", tag.key)
                        xml.element("Value", tag.value)
                    }
                }
            }
        }
    }

    func tag(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        let arn = try taggedTopic(parameters).arn
        let tags = try Self.tags(parameters)
        try topics.updateTopic(arn) { topic throws(AWSError) in
            let kept = topic.tags.filter { old in !tags.contains { $0.key == old.key } }
            guard kept.count + tags.count <= 50 else {
                throw AWSError(
                    "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded", status: 400)
            }
            topic.tags = kept + tags
        }
        return { _ in }
    }

    func untag(_ parameters: QueryParameters) throws(AWSError) -> SNSResult {
        let arn = try taggedTopic(parameters).arn
        let keys = parameters.list("TagKeys").compactMap(\.value)
        try topics.updateTopic(arn) { topic throws(AWSError) in topic.tags.removeAll { keys.contains($0.key) } }
        return { _ in }
    }

    private func taggedTopic(_ parameters: QueryParameters) throws(AWSError) -> Topic {
        let arn = try parameters.requiredARN("ResourceArn")
        guard let topic = try? topics.topic(arn) else { throw SNSErrors.noResource }
        return topic
    }

    private static func tags(_ parameters: QueryParameters) throws(AWSError) -> [Topic.Tag] {
        let tags = parameters.list("Tags").map { Topic.Tag(key: $0["Key"] ?? "", value: $0["Value"] ?? "") }
        guard Set(tags.map(\.key)).count == tags.count else {
            throw SNSErrors.invalidParameter("Duplicated keys are not allowed.")
        }
        return tags
    }

    // MARK: Values

    private static func checked(displayName: String, _ prefix: String) throws(AWSError) -> String {
        guard displayName.unicodeScalars.count <= 100 else {
            throw SNSErrors.invalidParameter("\(prefix)DisplayName must be at most 100 characters long")
        }
        return displayName
    }

    private static func checked(signatureVersion: String, _ prefix: String) throws(AWSError) -> String {
        guard ["1", "2"].contains(signatureVersion) else {
            throw SNSErrors.invalidParameter("\(prefix)SignatureVersion")
        }
        return signatureVersion
    }
}
