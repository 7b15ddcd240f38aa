// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
public import ServiceProtocols

// SendMessage and SendMessageBatch. AWS documentation: SQS API Reference.
extension SQSService {
    func sendMessage(_ request: SQSRequest) async throws(AWSError) -> SQSValue {
        let name = try queueName(request)
        return .object(Self.document(of: try await send(try draft(request, for: name), to: name)))
    }

    func sendBatch(_ request: SQSRequest) async throws(AWSError) -> SQSValue {
        let name = try queueName(request)
        let entries = try request.entries(of: "SendMessageBatch")
        var drafts: [(id: String, draft: Result<MessageReader.Draft, AWSError>)] = []
        var size = 0
        for entry in entries {
            do throws(AWSError) {
                let draft = try self.draft(entry.request, for: name)
                size += draft.size
                drafts.append((entry.id, .success(draft)))
            } catch {
                drafts.append((entry.id, .failure(error)))
            }
        }
        guard size <= SQSLimits.message.upperBound else { throw SQSError.batchTooLong(size) }
        var batch = BatchAnswer(element: "SendMessageBatchResultEntry")
        for (id, draft) in drafts {
            do throws(AWSError) {
                let message = try await send(try draft.get(), to: name)
                batch.succeeded(id, Self.document(of: message))
            } catch {
                batch.failed(id, error)
            }
        }
        return batch.value
    }

    private func draft(_ request: SQSRequest, for name: String) throws(AWSError) -> MessageReader.Draft {
        guard let attributes = queues[name]?.state.attributes else { throw SQSError.noQueue }
        let draft = try MessageReader(request: request).draft(for: attributes)
        guard draft.size <= attributes.maximumMessageSize else { throw Self.tooLong(attributes.maximumMessageSize) }
        return draft
    }

    private static func tooLong(_ limit: Int) -> AWSError {
        SQSError.invalid("One or more parameters are invalid. Reason: Message must be shorter than \(limit) bytes.")
    }

    /// Stores a message and shows it to receivers.
    func send(_ draft: MessageReader.Draft, to name: String) async throws(AWSError) -> QueuedMessage {
        guard let number = queues[name]?.number else { throw SQSError.noQueue }
        let now = now
        var delay = Duration.seconds(draft.delay)
        if let more = delayByChaos(draft.body, to: name) { delay += more }
        let mark = environment.mark("sqs")
        let message = QueuedMessage(
            sequence: nextSequence(), id: environment.makeID(), body: draft.body, attributes: draft.attributes,
            sender: environment.account, trace: draft.trace, sent: now,
            hiddenUntil: delay > .zero ? now + delay : nil)
        try await stored { db in try SQSTables.insert(message, into: number, db) }
        if let mark { record(message, to: name, mark) }
        guard queues[name]?.number == number else { throw SQSError.noQueue }
        queues[name]?.state.add(message)
        wakeWaiters(of: name)
        return message
    }

    private func record(_ message: QueuedMessage, to name: String, _ mark: JournalMark) {
        var record = JournalRecord(mark, kind: .message)
        record.operation = "SendMessage"
        record.resource = "arn:aws:sqs:\(environment.region):\(environment.account):\(name)"
        record.requestID = message.id
        record.traceHeader = message.trace
        record.payload = JournalRecord.Content(Bytes(message.body))
        environment.journal?.append(record)
    }

    private static func document(of message: QueuedMessage) -> [(name: String, value: SQSValue)] {
        var members: [(name: String, value: SQSValue)] = [("MD5OfMessageBody", .text(message.bodyDigest))]
        if let digest = message.attributes.digest { members.append(("MD5OfMessageAttributes", .text(digest))) }
        members.append(("MessageId", .text(message.id)))
        return members
    }
}

extension SQSService: Queueing {
    /// Sends a message to a queue, by its ARN; returns the message id when it is stored.
    ///
    /// - Throws: `AWS.SimpleQueueService.NonExistentQueue` without the queue, `InvalidParameterValue` for a message
    ///   that it does not take.
    public func send(queue arn: String, _ message: OutgoingMessage) async throws(ServiceError) -> String {
        do throws(AWSError) {
            guard let name = name(ofARN: arn), let attributes = queues[name]?.state.attributes else {
                throw SQSError.noQueue
            }
            let draft = MessageReader.Draft(
                body: message.body,
                attributes: message.attributes.map { MessageAttribute(name: $0.name, type: $0.type, value: $0.value) },
                trace: message.traceHeader, delay: attributes.delay)
            try MessageReader.check(draft.body)
            guard draft.size <= attributes.maximumMessageSize else { throw Self.tooLong(attributes.maximumMessageSize) }
            return try await send(draft, to: name).id
        } catch {
            throw ServiceError(error)
        }
    }

    /// Whether a queue is there, by its ARN.
    public func exists(queue arn: String) -> Bool {
        name(ofARN: arn).flatMap { queues[$0] } != nil
    }
}

/// The answer to a batch: what became of each entry.
struct BatchAnswer {
    /// What the query protocol calls an entry that succeeded.
    let element: String
    private var successful: [SQSValue] = []
    private var failed: [SQSValue] = []

    init(element: String) {
        self.element = element
    }

    mutating func succeeded(_ id: String, _ members: [(name: String, value: SQSValue)] = []) {
        successful.append(.object([("Id", .text(id))] + members))
    }

    mutating func failed(_ id: String, _ error: AWSError) {
        failed.append(
            .object([
                ("Id", .text(id)), ("SenderFault", .bool(error.fault == .sender)),
                ("Code", .text(SQSError.queryCode(error))), ("Message", .text(error.message)),
            ]))
    }

    var value: SQSValue {
        .object([
            ("Successful", .list(element: element, successful)),
            ("Failed", .list(element: "BatchResultErrorEntry", failed)),
        ])
    }
}
