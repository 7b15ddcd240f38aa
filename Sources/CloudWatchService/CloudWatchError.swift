// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The errors of CloudWatch, with the codes of its query protocol
/// (botocore, cloudwatch/2010-08-01; wording recorded in LocalStack's test_put_metric_data_validation and
/// test_get_metric_data_invalid_* and in users' reports).
enum CloudWatchError {
    static let namespace = "http://monitoring.amazonaws.com/doc/2010-08-01/"

    static let badToken = AWSError("InvalidNextToken", "The specified nextToken is invalid.", status: 400)
    static let notReadable = AWSError("SerializationException", "The request cannot be read.", status: 400)
    static let tooLarge = AWSError("RequestEntityTooLarge", "The request is too large.", status: 413)
    static let startAfterEnd = invalid("The parameter StartTime must be less than the parameter EndTime.")

    static func invalid(_ message: String) -> AWSError {
        AWSError("InvalidParameterValue", message, status: 400)
    }

    static func missing(_ parameter: String) -> AWSError {
        AWSError("MissingParameter", "The parameter \(parameter) is required.", status: 400)
    }

    static func combination(_ message: String) -> AWSError {
        AWSError("InvalidParameterCombination", message, status: 400)
    }

    static func exclusive(_ one: String, _ other: String) -> AWSError {
        combination("The parameters \(one) and \(other) are mutually exclusive and you have specified both.")
    }

    /// What GetMetricData answers with.
    static func validation(_ message: String) -> AWSError {
        AWSError("ValidationError", message, status: 400)
    }

    static func unknownOperation(_ name: some StringProtocol, in wire: WireProtocol) -> AWSError {
        switch wire {
        case .query:
            AWSError(
                "InvalidAction", "The action \(name) is not valid for this web service.", status: 400)
        case .json, .cbor:
            AWSError(
                "UnknownOperationException", "The requested operation is not recognized by the service.", status: 400)
        }
    }
}
