// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

/// SQS's errors, their code the name that the JSON protocol has for them.
///
/// Wording, names and statuses: LocalStack's recorded snapshots of AWS (tests/aws/services/sqs/test_sqs.snapshot.json)
/// where they have the error, else the SQS API Reference.
enum SQSError {
    /// The names that the query protocol has for errors, and that `x-amzn-query-error` carries.
    private static let queryCodes = [
        "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
        "QueueNameExists": "QueueAlreadyExists",
        "InvalidParameterValueException": "InvalidParameterValue",
        "MissingRequiredParameterException": "MissingParameter",
        "UnknownOperationException": "InvalidAction",
    ]
    private static let prefixed: Set = [
        "BatchEntryIdsNotDistinct", "BatchRequestTooLong", "EmptyBatchRequest", "InvalidBatchEntryId",
        "PurgeQueueInProgress", "QueueDeletedRecently", "TooManyEntriesInBatchRequest", "UnsupportedOperation",
    ]

    /// The name in the query protocol, and in the failed entries of a batch.
    static func queryCode(_ error: AWSError) -> String {
        prefixed.contains(error.code)
            ? "AWS.SimpleQueueService.\(error.code)" : queryCodes[error.code] ?? error.code
    }

    static let noQueue = AWSError("QueueDoesNotExist", "The specified queue does not exist.", status: 400)
    static let overLimit = AWSError("OverLimit", "Too many messages are in flight in this queue.", status: 403)
    static let storeFailed = AWSError("InternalError", "The queue could not be stored.", status: 500)
    static let deletedRecently = AWSError(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.", status: 400
    )
    static let noJSON = AWSError("SerializationException", "The request is not a JSON object.", status: 400)

    static func invalid(_ message: String) -> AWSError {
        AWSError("InvalidParameterValueException", message, status: 400)
    }

    static func invalid(_ value: some CustomStringConvertible, for name: String, _ reason: String) -> AWSError {
        invalid("Value \(value) for parameter \(name) is invalid. Reason: \(reason)")
    }

    /// For what AWS does and Martlet does not.
    static func unsupported(_ what: String) -> AWSError { invalid("\(what) is not supported by Martlet.") }

    static func missing(_ member: String) -> AWSError {
        AWSError(
            "MissingRequiredParameterException", "The request must contain the parameter \(member).", status: 400)
    }

    static func unknownAttribute(_ name: String) -> AWSError {
        AWSError("InvalidAttributeName", "Unknown Attribute \(name).", status: 400)
    }

    static func invalidAttribute(_ name: String) -> AWSError {
        AWSError("InvalidAttributeValue", "Invalid value for the parameter \(name).", status: 400)
    }

    static func nameExists(differing attribute: String) -> AWSError {
        AWSError(
            "QueueNameExists",
            "A queue already exists with the same name and a different value for attribute \(attribute)", status: 400)
    }

    static func purgeInProgress(_ queue: String) -> AWSError {
        AWSError(
            "PurgeQueueInProgress", "Only one PurgeQueue operation on \(queue) is allowed every 60 seconds.",
            status: 403)
    }

    static func badHandle(_ handle: String) -> AWSError {
        AWSError(
            "ReceiptHandleIsInvalid", "The input receipt handle \"\(handle)\" is not a valid receipt handle.",
            status: 400)
    }

    static func unknownOperation(_ operation: String) -> AWSError {
        AWSError(
            "UnknownOperationException", "The action \(operation) is not valid for this endpoint.", status: 400)
    }

    // MARK: Batches

    static func emptyBatch(_ entry: String) -> AWSError {
        AWSError("EmptyBatchRequest", "There should be at least one \(entry) in the request.", status: 400)
    }

    static func tooManyEntries(_ count: Int) -> AWSError {
        AWSError(
            "TooManyEntriesInBatchRequest",
            "Maximum number of entries per request are 10. You have sent \(count).", status: 400)
    }

    static func batchTooLong(_ bytes: Int) -> AWSError {
        AWSError(
            "BatchRequestTooLong",
            "Batch requests cannot be longer than \(SQSLimits.message.upperBound) bytes. You have sent \(bytes) bytes.",
            status: 400)
    }

    static func repeatedID(_ id: String) -> AWSError {
        AWSError("BatchEntryIdsNotDistinct", "Id \(id) repeated.", status: 400)
    }

    static let invalidEntryID = AWSError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 "
            + "letters long.", status: 400)
}

/// SQS's quotas that are enforced here
/// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html).
enum SQSLimits {
    /// Seconds.
    static let visibility = 0...43_200
    /// Seconds.
    static let delay = 0...900
    /// Seconds.
    static let retention = 60...1_209_600
    /// Seconds.
    static let wait = 0...20
    /// Bytes of a body and its attributes.
    static let message = 1024...1_048_576
    /// How often a message is received before it is moved to a dead-letter queue.
    static let receives = 1...1000
    static let entries = 10
    static let attributes = 10
    /// Messages of one queue that were received and neither deleted nor visible again.
    static let inFlight = 120_000
    /// How long after a queue was deleted or purged the next such call for it waits.
    static let pause = Duration.seconds(60)
}

extension ServiceError {
    init(_ error: AWSError) {
        self.init(code: SQSError.queryCode(error), message: error.message, status: error.status)
    }
}
