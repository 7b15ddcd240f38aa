// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON
import ServiceProtocols

/// Reads and checks the message of a SendMessage request, or of one entry of a batch
/// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
struct MessageReader {
    /// A message before it has a place in a queue.
    struct Draft {
        var body: String
        var attributes: [MessageAttribute]
        var trace: String?
        var delay: Int

        /// What counts against the limit.
        var size: Int { attributes.reduce(body.utf8.count) { $0 + $1.size } }
    }

    let request: SQSRequest

    /// - Parameter queue: the attributes of the queue that it is for.
    func draft(for queue: QueueAttributes) throws(AWSError) -> Draft {
        // Standard queues take a group since 2025, for fair shares among tenants, which are not carried out here.
        try request.refuse("MessageDeduplicationId", "MessageGroupId")
        let delay = try request.integer("DelaySeconds") ?? queue.delay
        guard SQSLimits.delay.contains(delay) else {
            throw SQSError.invalid(delay, for: "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
        }
        let draft = Draft(
            body: try request.required("MessageBody"), attributes: try attributes("MessageAttributes"),
            trace: try trace(), delay: delay)
        try Self.check(draft.body)
        return draft
    }

    /// A message is not empty and holds what XML 1.0 can.
    static func check(_ body: String) throws(AWSError) {
        guard !body.isEmpty else { throw SQSError.missing("MessageBody") }
        let isValid = body.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
            default: false
            }
        }
        guard isValid else {
            throw AWSError(
                "InvalidMessageContents",
                "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 "
                    + "to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF", status: 400)
        }
    }

    /// Of the attribute, or of the request itself.
    private func trace() throws(AWSError) -> String? {
        let attributes = try attributes("MessageSystemAttributes")
        if let other = attributes.first(where: { $0.name != "AWSTraceHeader" }) {
            throw SQSError.invalid("Message system attribute name '\(other.name)' is invalid.")
        }
        return attributes.first?.value ?? request.trace
    }

    private func attributes(_ member: String) throws(AWSError) -> [MessageAttribute] {
        var attributes: [MessageAttribute] = []
        for (name, value) in try request.map(member) { attributes.append(try attribute(name, value)) }
        guard attributes.count <= SQSLimits.attributes else {
            throw SQSError.invalid(
                "Number of message attributes [\(attributes.count)] exceeds the allowed maximum [10].")
        }
        return attributes
    }

    private func attribute(_ name: String, _ sent: JSONValue) throws(AWSError) -> MessageAttribute {
        let isName = name.utf8.allSatisfy { SQSService.isNameByte($0) || $0 == UInt8(ascii: ".") }
        guard isName, (1...256).contains(name.utf8.count), !name.hasPrefix("."), !name.hasSuffix("."),
            !name.contains(".."), !name.lowercased().hasPrefix("aws."), !name.lowercased().hasPrefix("amazon.")
        else { throw SQSError.invalid("The message attribute name '\(name)' is invalid.") }
        guard let type = sent["DataType"]?.string, !type.isEmpty else {
            throw SQSError.invalid("The message attribute '\(name)' must contain non-empty message attribute type.")
        }
        let kind = String(type.prefix { $0 != "." })
        guard ["String", "Number", "Binary"].contains(kind) else {
            throw SQSError.invalid(
                "The message attribute '\(name)' has an invalid message attribute type, the set of supported type prefixes "
                    + "is Binary, Number, and String.")
        }
        guard let value = sent[kind == "Binary" ? "BinaryValue" : "StringValue"]?.string, !value.isEmpty else {
            throw SQSError.invalid(
                "Message (user) attribute '\(name)' must contain a non-empty value of type '\(kind)'.")
        }
        if kind == "Number", Double(value)?.isFinite != true {
            throw SQSError.invalid("Can't cast the value of message (user) attribute '\(name)' to a number.")
        }
        if kind == "Binary", Base64.decode(value) == nil {
            throw SQSError.invalid("The value of message (user) attribute '\(name)' is not base64.")
        }
        return MessageAttribute(name: name, type: type, value: value)
    }
}
