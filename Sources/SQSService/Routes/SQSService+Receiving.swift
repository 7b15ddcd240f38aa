// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

// ReceiveMessage (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html).
extension SQSService {
    func receiveMessage(_ request: SQSRequest) async throws(AWSError) -> SQSValue {
        let name = try queueName(request)
        guard let queue = queues[name] else { throw SQSError.noQueue }
        let most = try request.integer("MaxNumberOfMessages") ?? 1
        guard (1...10).contains(most) else {
            throw SQSError.invalid(most, for: "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
        }
        let wait = try request.integer("WaitTimeSeconds") ?? queue.state.attributes.receiveWait
        guard SQSLimits.wait.contains(wait) else {
            throw SQSError.invalid(wait, for: "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
        }
        let visibility = try Self.visibilityTimeout(request)
        let view = MessageView(
            systemNames: try request.texts("AttributeNames") + request.texts("MessageSystemAttributeNames"),
            attributeNames: try request.texts("MessageAttributeNames"))
        let received = try await receive(
            from: name, number: queue.number, most: most, visibility, until: now + .seconds(wait))
        return .object([
            ("Messages", .list(element: "Message", received.map { view.document(of: $0, in: queue.number) }))
        ])
    }

    /// Takes messages out, at once or when some come.
    private func receive(
        from name: String, number: Int64, most: Int, _ visibility: Int?, until deadline: Timestamp
    ) async throws(AWSError) -> [QueuedMessage] {
        while true {
            try await expire(name)
            guard queues[name]?.number == number else { throw SQSError.noQueue }
            guard queues[name]?.state.isOverLimit == false else { throw SQSError.overLimit }
            let target = deadLetterQueue(of: name)
            let taken = try await take(from: name, most: most, visibility, movingTo: target)
            if !taken.received.isEmpty || now >= deadline || isStopped { return taken.received }
            // Nothing ran since the look at the queue: what comes now wakes.
            guard taken.redriven.isEmpty else { continue }
            let visible = queues[name]?.state.nextVisible()
            await change(
                of: name, until: min(deadline, visible ?? deadline), isDue: visible.map { $0 < deadline } ?? false)
        }
    }

    /// Takes what there is, and stores that it was taken.
    private func take(
        from name: String, most: Int, _ visibility: Int?, movingTo target: String?
    ) async throws(AWSError) -> MessageQueue.Taken {
        if let chaos = environment.chaos {
            let (taken, kept, lost) = try take(from: name, most: most, visibility, redrives: target != nil, chaos)
            try await keep(.init(received: kept, redriven: taken.redriven), lost, of: name, movingTo: target)
            return taken
        }
        guard
            let taken = queues[name]?.state.receive(
                most: most, visibilityTimeout: visibility, redrives: target != nil, now: now)
        else { throw SQSError.noQueue }
        try await keep(taken, of: name, movingTo: target)
        return taken
    }

    private func deadLetterQueue(of name: String) -> String? {
        guard let target = queues[name]?.state.attributes.redrive?.target.split(separator: ":").last else { return nil }
        return queues[String(target)] == nil ? nil : String(target)
    }

    /// Stores who has what, and moves what was received too often.
    private func keep(
        _ taken: MessageQueue.Taken, _ lost: [Int64] = [], of name: String, movingTo target: String?
    ) async throws(AWSError) {
        guard !taken.received.isEmpty || !taken.redriven.isEmpty || !lost.isEmpty else { return }
        let source = arn(of: name)
        let number = target.flatMap { queues[$0]?.number }
        try await stored { db in
            for message in taken.received { try SQSTables.update(message, db) }
            for sequence in lost { try SQSTables.delete(sequence, db) }
            guard let number else { return }
            for message in taken.redriven { try SQSTables.move(message.sequence, to: number, from: source, db) }
        }
        guard let target, !taken.redriven.isEmpty else { return }
        for var message in taken.redriven {
            message.source = source
            queues[target]?.state.add(message)
        }
        wakeWaiters(of: target)
    }

    static func visibilityTimeout(_ request: SQSRequest) throws(AWSError) -> Int? {
        guard let seconds = try request.integer("VisibilityTimeout") else { return nil }
        guard SQSLimits.visibility.contains(seconds) else {
            throw SQSError.invalid(seconds, for: "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.")
        }
        return seconds
    }
}

/// What of a message a receiver asked for.
struct MessageView {
    let systemNames: [String]
    let attributeNames: [String]

    func document(of message: QueuedMessage, in queue: Int64) -> SQSValue {
        let handle = ReceiptHandle(queue: queue, sequence: message.sequence, receive: message.receiveCount)
        var members: [(name: String, value: SQSValue)] = [
            ("MessageId", .text(message.id)), ("ReceiptHandle", .text(handle.text)),
            ("MD5OfBody", .text(message.bodyDigest)), ("Body", .text(message.body)),
        ]
        let system = systemAttributes(of: message)
        if !system.isEmpty {
            members.append(("Attributes", .map(element: "Attribute", system.map { ($0.name, .text($0.value)) })))
        }
        let attributes = message.attributes.filter(isWanted)
        if let digest = attributes.digest {
            members.append(("MD5OfMessageAttributes", .text(digest)))
            members.append(
                (
                    "MessageAttributes",
                    .map(element: "MessageAttribute", attributes.map { ($0.name, Self.document(of: $0)) })
                ))
        }
        return .object(members)
    }

    private func systemAttributes(of message: QueuedMessage) -> [(name: String, value: String)] {
        var all = [
            ("SenderId", message.sender), ("SentTimestamp", "\(message.sent.milliseconds)"),
            ("ApproximateReceiveCount", "\(message.receiveCount)"),
        ]
        if let first = message.firstReceived {
            all.append(("ApproximateFirstReceiveTimestamp", "\(first.milliseconds)"))
        }
        if let trace = message.trace { all.append(("AWSTraceHeader", trace)) }
        if let source = message.source { all.append(("DeadLetterQueueSourceArn", source)) }
        return systemNames.contains("All") ? all : all.filter { systemNames.contains($0.0) }
    }

    /// All of them, those of a name, or those whose names begin with what stands before `.*`.
    private func isWanted(_ attribute: MessageAttribute) -> Bool {
        attributeNames.contains { name in
            name == "All" || name == ".*" || name == attribute.name
                || (name.hasSuffix(".*") && attribute.name.hasPrefix(name.dropLast(2)))
        }
    }

    private static func document(of attribute: MessageAttribute) -> SQSValue {
        .object([
            (attribute.isBinary ? "BinaryValue" : "StringValue", .text(attribute.value)),
            ("DataType", .text(attribute.type)),
        ])
    }
}
