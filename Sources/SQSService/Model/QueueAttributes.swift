// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// What of a queue can be set
/// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html).
struct QueueAttributes: Codable, Equatable, Sendable {
    /// Where messages go that were received too often.
    struct RedrivePolicy: Codable, Equatable, Sendable {
        var target: String
        var maximumReceives: Int

        /// As AWS gives it back.
        var text: String {
            var json = JSONObjectWriter()
            json.add("deadLetterTargetArn", target)
            json.add("maxReceiveCount", maximumReceives)
            return String(decoding: json.finish(), as: UTF8.self)
        }
    }

    /// Seconds.
    var visibilityTimeout = 30
    /// Seconds.
    var delay = 0
    /// Bytes.
    var maximumMessageSize = SQSLimits.message.upperBound
    /// Seconds.
    var retention = 345_600
    /// Seconds.
    var receiveWait = 0
    var redrive: RedrivePolicy?

    /// What AWS would carry out, and Martlet does not.
    private static let unsupported: Set = [
        "Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "RedriveAllowPolicy",
        "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
    ]

    /// Sets one attribute from its text.
    ///
    /// - Throws: the error that SetQueueAttributes answers with.
    mutating func set(_ name: String, to text: String) throws(AWSError) {
        switch name {
        case "VisibilityTimeout": visibilityTimeout = try Self.number(text, in: SQSLimits.visibility, name)
        case "DelaySeconds": delay = try Self.number(text, in: SQSLimits.delay, name)
        case "MaximumMessageSize": maximumMessageSize = try Self.number(text, in: SQSLimits.message, name)
        case "MessageRetentionPeriod": retention = try Self.number(text, in: SQSLimits.retention, name)
        case "ReceiveMessageWaitTimeSeconds": receiveWait = try Self.number(text, in: SQSLimits.wait, name)
        case "RedrivePolicy": redrive = try Self.redrivePolicy(text)
        case "FifoQueue" where text == "true": throw SQSError.unsupported("A FIFO queue")
        case _ where Self.unsupported.contains(name): throw SQSError.unsupported("The attribute \(name)")
        default: throw SQSError.unknownAttribute(name)
        }
    }

    private static func number(_ text: String, in range: ClosedRange<Int>, _ name: String) throws(AWSError) -> Int {
        guard let number = Int(text), range.contains(number) else { throw SQSError.invalidAttribute(name) }
        return number
    }

    private static func redrivePolicy(_ text: String) throws(AWSError) -> RedrivePolicy? {
        if text.isEmpty { return nil }
        func invalid(_ reason: String) -> AWSError { SQSError.invalid(text, for: "RedrivePolicy", reason) }
        guard case .object(let members)? = JSONValue(parsing: text) else {
            throw invalid("Redrive policy is not a valid JSON map.")
        }
        guard Set(members.keys).isSubset(of: ["deadLetterTargetArn", "maxReceiveCount"]) else {
            throw invalid("Redrive policy has unknown parameters.")
        }
        guard let target = members["deadLetterTargetArn"]?.string else {
            throw invalid("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
        }
        guard let count = members["maxReceiveCount"]?.scalarText else {
            throw invalid("Redrive policy does not contain mandatory attribute: maxReceiveCount.")
        }
        guard let arn = ARN(target), arn.service == "sqs" else {
            throw invalid("Invalid value for deadLetterTargetArn.")
        }
        guard let maximum = Int(count), SQSLimits.receives.contains(maximum) else {
            throw invalid(
                "Invalid value for maxReceiveCount: \(count), valid values are from 1 to 1000 both inclusive.")
        }
        return RedrivePolicy(target: target, maximumReceives: maximum)
    }

    /// All of them as texts.
    var texts: [(name: String, value: String)] {
        var texts = [
            ("VisibilityTimeout", "\(visibilityTimeout)"), ("DelaySeconds", "\(delay)"),
            ("MaximumMessageSize", "\(maximumMessageSize)"), ("MessageRetentionPeriod", "\(retention)"),
            ("ReceiveMessageWaitTimeSeconds", "\(receiveWait)"),
        ]
        if let redrive { texts.append(("RedrivePolicy", redrive.text)) }
        return texts
    }

    /// The first attribute that differs.
    func difference(from other: QueueAttributes) -> String? {
        if self == other { return nil }
        return zip(texts, other.texts).first { $0.value != $1.value }?.0.name ?? "RedrivePolicy"
    }
}
