// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ServiceProtocols

/// SNS's errors.
///
/// Codes and statuses are those of its API model; the wording is recorded from AWS where it is known.
enum SNSErrors {
    static let namespace = "http://sns.amazonaws.com/doc/2010-03-31/"

    static func invalidParameter(_ reason: String) -> AWSError {
        AWSError("InvalidParameter", "Invalid parameter: \(reason)", status: 400)
    }

    static func invalidValue(_ message: String) -> AWSError {
        AWSError("ParameterValueInvalid", message, status: 400)
    }

    /// For what AWS does and Martlet does not.
    static func unsupported(_ what: String) -> AWSError {
        invalidParameter("\(what) is not supported by Martlet")
    }

    static let noTopic = AWSError("NotFound", "Topic does not exist", status: 404)
    static let noSubscription = AWSError("NotFound", "Subscription does not exist", status: 404)
    static let noResource = AWSError("ResourceNotFound", "Resource does not exist", status: 404)

    static func missing(_ member: String) -> AWSError {
        AWSError(
            "ValidationError",
            "1 validation error detected: Value null at '\(member)' failed to satisfy constraint: "
                + "Member must not be null", status: 400)
    }

    static func unknownAction(_ action: String, version: String?) -> AWSError {
        AWSError(
            "InvalidAction", "Could not find operation \(action) for version \(version ?? "NO_VERSION_SPECIFIED")",
            status: 400)
    }

    static let missingAction = AWSError("MissingAction", "Missing Action", status: 400)
    static let internalFailure = AWSError("InternalError", "Internal failure", status: 500)

    static let emptyBatch = AWSError(
        "EmptyBatchRequest", "The batch request doesn't contain any entries.", status: 400)
    static let tooManyEntries = AWSError(
        "TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.", status: 400)
    static let duplicateEntryIDs = AWSError(
        "BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.", status: 400)
    static let invalidEntryID = AWSError(
        "InvalidBatchEntryId", "The Id of a batch entry in a batch request doesn't abide by the specification.",
        status: 400)
    static let batchTooLong = AWSError(
        "BatchRequestTooLong", "The length of all the messages put together is more than the limit.", status: 400)
}

extension ServiceError {
    init(_ error: AWSError) {
        self.init(code: error.code, message: error.message, status: error.status)
    }
}
