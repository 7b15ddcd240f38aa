// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The errors of CloudWatch Logs, in its words.
enum LogsError {
    static let noGroup = AWSError(
        "ResourceNotFoundException", "The specified log group does not exist.", status: 400)
    static let noStream = AWSError(
        "ResourceNotFoundException", "The specified log stream does not exist.", status: 400)
    static let groupExists = AWSError(
        "ResourceAlreadyExistsException", "The specified log group already exists", status: 400)
    static let streamExists = AWSError(
        "ResourceAlreadyExistsException", "The specified log stream already exists", status: 400)
    static let unknownOperation = AWSError(
        "UnknownOperationException", "The requested operation is not recognized by the service.", status: 400)
    static let noJSON = AWSError("SerializationException", "The request is not a JSON object.", status: 400)
    static let notInOrder = invalid("Log events in a single PutLogEvents request must be in chronological order.")
    static let badToken = invalid("The specified nextToken is invalid.")

    static func invalid(_ message: String) -> AWSError {
        AWSError("InvalidParameterException", message, status: 400)
    }

    static func missing(_ member: String) -> AWSError {
        invalid(
            "1 validation error detected: Value null at '\(member)' failed to satisfy constraint: "
                + "Member must not be null")
    }
}
