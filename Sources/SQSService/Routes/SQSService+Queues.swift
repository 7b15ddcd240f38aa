// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON
public import ServiceProtocols

// Queues and their attributes. AWS documentation: SQS API Reference.
extension SQSService {
    /// What a name may be made of.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Creates a queue, or gives the one of that name these attributes.
    ///
    /// A dead-letter queue is created before the queues that name it.
    ///
    /// - Parameter attributes: as SetQueueAttributes takes them; others are as by default.
    /// - Throws: the error that CreateQueue answers with.
    public func deploy(_ name: String, attributes: [String: String]) async throws(ServiceError) {
        do throws(AWSError) {
            let wanted = try attributeValues(attributes.map { ($0.key, $0.value) }, over: QueueAttributes())
            if queues[name] == nil {
                try await create(name, wanted)
            } else {
                try await set(wanted, of: name)
            }
        } catch {
            throw ServiceError(error)
        }
    }

    func createQueue(_ request: SQSRequest) async throws(AWSError) -> SQSValue {
        let name = try request.required("QueueName")
        guard try request.map("tags").isEmpty, request.members["tags"] == nil else {
            throw SQSError.unsupported("The parameter tags")
        }
        let given = try texts(request)
        let attributes = try attributeValues(given, over: QueueAttributes())
        if let existing = queues[name]?.state.attributes {
            // What is not given may be as it is.
            let asked = try attributeValues(given, over: existing)
            if let difference = asked.difference(from: existing) { throw SQSError.nameExists(differing: difference) }
        } else {
            try await create(name, attributes)
        }
        return .object([("QueueUrl", .text(url(of: name)))])
    }

    private func create(_ name: String, _ attributes: QueueAttributes) async throws(AWSError) {
        guard !name.hasSuffix(".fifo") else { throw SQSError.unsupported("A FIFO queue (\(name))") }
        guard (1...80).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte) else {
            throw SQSError.invalid(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
        }
        let now = now
        deleted = deleted.filter { now - $0.value < SQSLimits.pause }
        guard deleted[name] == nil else { throw SQSError.deletedRecently }
        let number = try await stored { db in try SQSTables.insert(name, attributes, now: now, db) }
        queues[name] = Queue(
            number: number, name: name, state: MessageQueue(attributes: attributes), created: now, modified: now)
    }

    func deleteQueue(_ request: SQSRequest) async throws(AWSError) {
        let name = try queueName(request)
        guard let number = queues[name]?.number else { throw SQSError.noQueue }
        wakeWaiters(of: name)
        queues[name] = nil
        deleted[name] = now
        try await stored { db in try SQSTables.deleteQueue(number, db) }
    }

    func getQueueURL(_ request: SQSRequest) throws(AWSError) -> SQSValue {
        let name = try request.required("QueueName")
        let owner = try request.text("QueueOwnerAWSAccountId") ?? environment.account
        guard queues[name] != nil, owner == environment.account else { throw SQSError.noQueue }
        return .object([("QueueUrl", .text(url(of: name)))])
    }

    func listQueues(_ request: SQSRequest) throws(AWSError) -> SQSValue {
        let prefix = try request.text("QueueNamePrefix") ?? ""
        let after = try request.text("NextToken")
        let most = try request.integer("MaxResults")
        guard (1...1000).contains(most ?? 1) else {
            throw SQSError.invalid(most ?? 0, for: "MaxResults", "Must be an integer between 1 and 1000, if provided.")
        }
        let names = queues.keys.filter { $0.hasPrefix(prefix) && $0 > after ?? "" }.sorted()
        let page = names.prefix(most ?? 1000)
        var members: [(name: String, value: SQSValue)] = [
            ("QueueUrls", .list(element: "QueueUrl", page.map { .text(url(of: $0)) }))
        ]
        // Only who asks for pages is told that there are more.
        if most != nil, page.count < names.count, let last = page.last { members.append(("NextToken", .text(last))) }
        return .object(members)
    }

    func purgeQueue(_ request: SQSRequest) async throws(AWSError) {
        let name = try queueName(request)
        guard let queue = queues[name] else { throw SQSError.noQueue }
        if let last = queue.purged, now - last < SQSLimits.pause { throw SQSError.purgeInProgress(name) }
        queues[name]?.purged = now
        queues[name]?.state.purge()
        try await stored { db in try SQSTables.purge(queue.number, db) }
    }

    // MARK: Attributes

    func getAttributes(_ request: SQSRequest) async throws(AWSError) -> SQSValue {
        let name = try queueName(request)
        try await expire(name)
        queues[name]?.state.advance(to: now)
        guard let queue = queues[name] else { throw SQSError.noQueue }
        let wanted = Set(try request.texts("AttributeNames"))
        let counts = queue.state.counts
        let all =
            queue.state.attributes.texts + [
                ("QueueArn", arn(of: name)),
                ("CreatedTimestamp", "\(queue.created.milliseconds / 1000)"),
                ("LastModifiedTimestamp", "\(queue.modified.milliseconds / 1000)"),
                ("ApproximateNumberOfMessages", "\(counts.visible)"),
                ("ApproximateNumberOfMessagesNotVisible", "\(counts.inFlight)"),
                ("ApproximateNumberOfMessagesDelayed", "\(counts.delayed)"),
            ]
        for unknown in wanted.sorted() where !Self.readable.contains(unknown) {
            throw SQSError.unknownAttribute(unknown)
        }
        let chosen = all.filter { wanted.contains("All") || wanted.contains($0.0) }
        return .object(
            chosen.isEmpty ? [] : [("Attributes", .map(element: "Attribute", chosen.map { ($0.0, .text($0.1)) }))])
    }

    /// What may be asked for; what is not there is left out of the answer.
    private static let readable: Set = [
        "All", "Policy", "VisibilityTimeout", "MaximumMessageSize", "MessageRetentionPeriod",
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "CreatedTimestamp",
        "LastModifiedTimestamp", "QueueArn", "ApproximateNumberOfMessagesDelayed", "DelaySeconds",
        "ReceiveMessageWaitTimeSeconds", "RedrivePolicy", "FifoQueue", "ContentBasedDeduplication", "KmsMasterKeyId",
        "KmsDataKeyReusePeriodSeconds", "DeduplicationScope", "FifoThroughputLimit", "RedriveAllowPolicy",
        "SqsManagedSseEnabled",
    ]

    func setAttributes(_ request: SQSRequest) async throws(AWSError) {
        let name = try queueName(request)
        guard let current = queues[name]?.state.attributes else { throw SQSError.noQueue }
        let given = try texts(request)
        guard !given.isEmpty else { throw SQSError.missing("Attributes") }
        try await set(try attributeValues(given, over: current), of: name)
    }

    private func set(_ attributes: QueueAttributes, of name: String) async throws(AWSError) {
        guard let number = queues[name]?.number else { throw SQSError.noQueue }
        let now = now
        try await stored { db in try SQSTables.update(number, attributes, now: now, db) }
        guard queues[name]?.number == number else { throw SQSError.noQueue }
        queues[name]?.state.attributes = attributes
        queues[name]?.modified = now
        wakeWaiters(of: name)
    }

    private func texts(_ request: SQSRequest) throws(AWSError) -> [(String, String)] {
        var texts: [(String, String)] = []
        for (name, value) in try request.map("Attributes") {
            guard let text = value.scalarText else { throw SQSError.invalidAttribute(name) }
            texts.append((name, text))
        }
        return texts
    }

    private func attributeValues(
        _ texts: [(String, String)], over attributes: QueueAttributes
    ) throws(AWSError) -> QueueAttributes {
        var attributes = attributes
        for (name, text) in texts {
            try attributes.set(name, to: text)
            if name == "RedrivePolicy", let target = attributes.redrive?.target,
                self.name(ofARN: target).flatMap({ queues[$0] }) == nil
            {
                throw SQSError.invalid(text, for: "RedrivePolicy", "Dead letter target does not exist.")
            }
        }
        return attributes
    }
}
