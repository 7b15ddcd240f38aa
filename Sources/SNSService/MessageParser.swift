// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// Reads and checks the message of a Publish request, or of one entry of a batch.
///
/// AWS documentation: SNS API Reference, "Publish"; Developer Guide, "Amazon SNS message attributes".
struct MessageParser {
    /// Bytes, attributes included.
    static let sizeLimit = 262_144
    private static let subjectLimit = 100

    let parameters: QueryParameters

    func message() throws(AWSError) -> Message {
        guard let text = parameters["Message"] else { throw SNSErrors.missing("message") }
        guard !text.isEmpty else { throw SNSErrors.invalidParameter("Empty message") }
        let subject = try checkedSubject()
        let attributes = try checkedAttributes()
        let size = attributes.reduce(text.utf8.count) { $0 + $1.size }
        guard size <= Self.sizeLimit else { throw SNSErrors.invalidParameter("Message too long") }
        guard parameters["MessageDeduplicationId"] == nil else {
            throw SNSErrors.invalidParameter(
                "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid "
                    + "for this topic type")
        }
        return Message(body: try body(of: text), subject: subject, attributes: attributes, size: size)
    }

    private func checkedSubject() throws(AWSError) -> String? {
        guard let subject = parameters["Subject"] else { return nil }
        guard Self.isValid(subject: subject) else { throw SNSErrors.invalidParameter("Subject") }
        return subject
    }

    /// At most 100 characters, no line breaks or control characters; not empty.
    static func isValid(subject: String) -> Bool {
        !subject.isEmpty && subject.unicodeScalars.count <= subjectLimit
            && subject.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// With the structure `json`, the message is an object with one text for each protocol.
    private func body(of text: String) throws(AWSError) -> String {
        guard let structure = parameters["MessageStructure"], !structure.isEmpty else { return text }
        guard structure == "json" else {
            throw SNSErrors.invalidParameter("Invalid message structure. Must be json")
        }
        guard case .object(let entries)? = JSONValue(parsing: text) else {
            throw SNSErrors.invalidParameter("Message Structure - JSON message body failed to parse")
        }
        guard case .string(let general)? = entries["default"] else {
            throw SNSErrors.invalidParameter("Message Structure - No default entry in JSON message body")
        }
        if case .string(let special)? = entries[Subscription.protocolName] { return special }
        return general
    }

    private func checkedAttributes() throws(AWSError) -> [MessageAttribute] {
        var attributes: [MessageAttribute] = []
        for (name, value) in parameters.map("MessageAttributes", key: "Name", value: "Value") {
            try checkName(name)
            attributes.append(try attribute(name, value))
        }
        return attributes
    }

    private func checkName(_ name: String) throws(AWSError) {
        guard name.utf8.count <= 256 else {
            throw SNSErrors.invalidValue("Length of message attribute name must be less than 256 bytes.")
        }
        let isAllowed = name.utf8.allSatisfy { byte in
            Topic.isValid(name: String(UnicodeScalar(byte))) || byte == UInt8(ascii: ".")
        }
        guard !name.isEmpty, isAllowed else {
            throw SNSErrors.invalidValue(
                "Invalid non-alphanumeric character was found in the message attribute name. Can only include "
                    + "alphanumeric characters, hyphens, underscores, or dots.")
        }
        guard !name.hasPrefix("."), !name.hasSuffix("."), !name.contains("..") else {
            throw SNSErrors.invalidValue("Invalid message attribute name, it must not begin, end or double a dot.")
        }
    }

    private func attribute(_ name: String, _ sent: QueryParameters) throws(AWSError) -> MessageAttribute {
        guard let type = sent["DataType"], !type.isEmpty else {
            throw SNSErrors.invalidValue(
                "The message attribute '\(name)' must contain non-empty message attribute type.")
        }
        let kind = type.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)[0]
        guard ["String", "Number", "Binary"].contains(kind) else {
            throw SNSErrors.invalidValue(
                "The message attribute '\(name)' has an invalid message attribute type, the set of supported type "
                    + "prefixes is Binary, Number, and String.")
        }
        let field = kind == "Binary" ? "Binary" : "String"
        guard let value = sent["\(field)Value"] else {
            throw SNSErrors.invalidValue(
                "The message attribute '\(name)' with type '\(type)' must use field '\(field)'.")
        }
        guard !value.isEmpty else {
            throw SNSErrors.invalidValue(
                "The message attribute '\(name)' must contain non-empty message attribute value for message attribute "
                    + "type '\(type)'.")
        }
        if kind == "Number", Double(value)?.isFinite != true {
            throw SNSErrors.invalidValue("Could not cast message attribute '\(name)' value to number.")
        }
        if kind == "Binary", Base64.decode(value) == nil {
            throw SNSErrors.invalidValue("The message attribute '\(name)' has a binary value that is not base64.")
        }
        return MessageAttribute(name: name, type: type, value: value)
    }
}
