// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers

/// The document of PutBucketNotificationConfiguration and GetBucketNotificationConfiguration.
///
/// AWS documentation: S3 API Reference, "PutBucketNotificationConfiguration".
struct NotificationConfiguration: Decodable, Equatable {
    struct Function: Decodable, Equatable {
        var id: String?
        var function: String
        var events: [String]
        var filter: Filter?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case function = "CloudFunction"
            case events = "Event"
            case filter = "Filter"
        }
    }

    struct Filter: Decodable, Equatable {
        var key: Key?

        enum CodingKeys: String, CodingKey { case key = "S3Key" }
    }

    struct Key: Decodable, Equatable {
        var rules: [FilterRule]?

        enum CodingKeys: String, CodingKey { case rules = "FilterRule" }
    }

    struct FilterRule: Decodable, Equatable {
        var name: String
        var value: String?

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case value = "Value"
        }
    }

    /// A destination of a kind that nothing delivers to.
    struct Other: Decodable, Equatable {}

    var functions: [Function]?
    var queues: [Other]?
    var topics: [Other]?
    var eventBridge: Other?

    enum CodingKeys: String, CodingKey {
        case functions = "CloudFunctionConfiguration"
        case queues = "QueueConfiguration"
        case topics = "TopicConfiguration"
        case eventBridge = "EventBridgeConfiguration"
    }

    /// The rules that the document states.
    ///
    /// - Parameter makeID: names rules that have no name.
    /// - Throws: `NotImplemented` for destinations other than functions; `InvalidArgument`.
    func rules(makeID: () -> String) throws(AWSError) -> [NotificationRule] {
        if queues?.isEmpty == false { throw S3Error.notImplemented("QueueConfiguration") }
        if topics?.isEmpty == false { throw S3Error.notImplemented("TopicConfiguration") }
        if eventBridge != nil { throw S3Error.notImplemented("EventBridgeConfiguration") }
        var rules: [NotificationRule] = []
        for function in functions ?? [] { rules.append(try function.rule(makeID)) }
        try NotificationRules.check(rules)
        return rules
    }

    /// The document for a bucket's rules.
    static func document(_ rules: [NotificationRule]) -> [UInt8] {
        var xml = XMLWriter()
        xml.element("NotificationConfiguration", attributes: S3XML.namespace) { xml in
            for rule in rules {
                xml.element("CloudFunctionConfiguration") { xml in
                    xml.element("Id", rule.id)
                    xml.element("CloudFunction", rule.function)
                    for event in rule.events { xml.element("Event", event) }
                    writeFilter(rule, &xml)
                }
            }
        }
        return xml.finish()
    }

    private static func writeFilter(_ rule: NotificationRule, _ xml: inout XMLWriter) {
        let filters = [("Prefix", rule.prefix), ("Suffix", rule.suffix)].filter { !$0.1.isEmpty }
        guard !filters.isEmpty else { return }
        xml.element("Filter") { xml in
            xml.element("S3Key") { xml in
                for (name, value) in filters {
                    xml.element("FilterRule") { xml in
                        xml.element("Name", name)
                        xml.element("Value", value)
                    }
                }
            }
        }
    }
}

extension NotificationConfiguration.Function {
    fileprivate func rule(_ makeID: () -> String) throws(AWSError) -> NotificationRule {
        var rule = NotificationRule(id: id ?? makeID(), function: function, events: events)
        var names: Set<String> = []
        for filter in filter?.key?.rules ?? [] {
            let name = filter.name.lowercased()
            guard name == "prefix" || name == "suffix" else {
                throw S3Error.invalidArgument(
                    "filter rule name must be either prefix or suffix", "FilterRule.Name", filter.name)
            }
            guard names.insert(name).inserted else {
                throw S3Error.invalidArgument(
                    "Cannot specify more than one \(name) rule in a filter.", "FilterRule.Name", filter.name)
            }
            let value = filter.value ?? ""
            guard value.utf8.count <= S3Limits.keyBytes else {
                throw S3Error.invalidArgument(
                    "Size of filter rule value cannot exceed 1024 bytes in UTF-8", "FilterRule.Value", value)
            }
            if name == "prefix" { rule.prefix = value } else { rule.suffix = value }
        }
        return rule
    }
}

/// What S3 demands of a bucket's rules before it asks whether it may invoke their functions.
enum NotificationRules {
    /// What happens here at all.
    ///
    /// S3 has more (restores, tagging, replication, lifecycle): a rule for those would never fire.
    private static let fired: Set<String> = [
        "s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy",
        "s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete",
        "s3:ObjectRemoved:DeleteMarkerCreated",
    ]
    private static let families = [
        "s3:ObjectRestore:", "s3:ReducedRedundancyLostObject", "s3:Replication:", "s3:LifecycleTransition",
        "s3:LifecycleExpiration:", "s3:IntelligentTiering", "s3:ObjectTagging:", "s3:ObjectAcl:", "s3:TestEvent",
    ]

    /// - Throws: `InvalidArgument`, and `NotImplemented` for events that never happen here.
    static func check(_ rules: [NotificationRule]) throws(AWSError) {
        guard rules.count <= S3Limits.notificationRules else {
            throw S3Error.invalidRequest("The notification configuration has too many rules.")
        }
        for rule in rules { try check(rule) }
        guard Set(rules.map(\.id)).count == rules.count else {
            throw S3Error.invalidArgument(
                "Same ID used for multiple configurations. IDs must be unique", "Id", nil)
        }
        for (index, rule) in rules.enumerated() {
            guard !rules[..<index].contains(where: rule.overlaps) else {
                throw S3Error.invalidArgument(
                    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the "
                        + "prefixes are overlapping for the same event type.", "Event", rule.events.first)
            }
        }
    }

    private static func check(_ rule: NotificationRule) throws(AWSError) {
        guard !rule.events.isEmpty else { throw S3Error.malformedXML }
        for event in rule.events where !fired.contains(event) {
            guard families.contains(where: event.hasPrefix) else {
                throw S3Error.invalidArgument("The event is not supported for notifications", "Event", event)
            }
            throw S3Error.notImplemented(event)
        }
        guard let arn = ARN(rule.function), arn.service == "lambda", arn.resource.hasPrefix("function:") else {
            throw S3Error.invalidArgument("The ARN could not be parsed", "CloudFunction", rule.function)
        }
    }

    /// S3's error when a function is not there, or may not be invoked.
    static func notAuthorized(_ arn: String) -> AWSError {
        AWSError(
            "InvalidArgument", "Unable to validate the following destination configurations", status: 400,
            details: [
                AWSError.Detail("ArgumentName1", "\(arn), null"),
                AWSError.Detail("ArgumentValue1", "Not authorized to invoke function [\(arn)]"),
            ])
    }
}
