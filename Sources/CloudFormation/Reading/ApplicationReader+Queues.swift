// SPDX-License-Identifier: Apache-2.0

// Queues.
extension ApplicationReader {
    private static let queueAttributes: [(name: String, range: ClosedRange<Int>)] = [
        ("DelaySeconds", 0...900), ("MaximumMessageSize", 1024...1_048_576),
        ("MessageRetentionPeriod", 60...1_209_600), ("ReceiveMessageWaitTimeSeconds", 0...20),
        ("VisibilityTimeout", 0...43_200),
    ]

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
    private static let queueTable = PropertyTable(
        executed: Set(queueAttributes.map(\.name)).union(["QueueName", "RedrivePolicy", "FifoQueue"]),
        noted: ["Tags"],
        ignored: [
            "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit", "KmsDataKeyReusePeriodSeconds",
            "KmsMasterKeyId", "RedriveAllowPolicy", "SqsManagedSseEnabled",
        ])

    mutating func readQueue(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.queueTable)
        let name = try evaluator.name(of: resource)
        if try fields.bool("FifoQueue") == true || name.hasSuffix(".fifo") {
            throw fields.located.fault("not supported: FIFO queues")
        }
        var attributes: [String: String] = [:]
        for attribute in Self.queueAttributes {
            attributes[attribute.name] = try fields.integer(attribute.name, in: attribute.range).map { "\($0)" }
        }
        application.queues.append(
            QueueResource(
                logicalID: resource.logicalID, queueName: name, arn: try evaluator.arn(of: resource),
                attributes: attributes, redrivePolicy: try redrivePolicy(fields["RedrivePolicy"])))
    }

    private func redrivePolicy(_ value: Located?) throws(Fault) -> String? {
        guard let value else { return nil }
        guard value.node.members != nil else { throw value.fault("expected an object, found \(value.node.kind)") }
        return value.node.json
    }
}
