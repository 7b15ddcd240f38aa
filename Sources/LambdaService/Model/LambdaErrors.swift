// SPDX-License-Identifier: Apache-2.0
package import AWSWire

/// Lambda's errors in AWS's wording.
extension AWSError {
    package static func invalidParameter(_ message: String) -> AWSError {
        AWSError("InvalidParameterValueException", message, status: 400)
    }

    package static func validation(_ value: String, at field: String, _ constraint: String) -> AWSError {
        AWSError(
            "ValidationException",
            "1 validation error detected: Value '\(value)' at '\(field)' failed to satisfy constraint: \(constraint)",
            status: 400)
    }

    package static func resourceNotFound(_ message: String) -> AWSError {
        AWSError("ResourceNotFoundException", message, status: 404)
    }

    package static func functionNotFound(_ arn: String) -> AWSError {
        resourceNotFound("Function not found: \(arn)")
    }

    package static func resourceConflict(_ message: String) -> AWSError {
        AWSError("ResourceConflictException", message, status: 409)
    }

    package static func invalidRequestContent(_ message: String) -> AWSError {
        AWSError("InvalidRequestContentException", message, status: 400)
    }

    package static func requestTooLarge(_ message: String) -> AWSError {
        AWSError("RequestTooLargeException", message, status: 413)
    }

    /// More than what may be in work, in the wording of LocalStack's recorded snapshot of AWS
    /// (tests/aws/services/lambda_/test_lambda.snapshot.json).
    static func throttled(_ reason: ThrottleReason) -> AWSError {
        AWSError(
            "TooManyRequestsException", "Rate Exceeded.", status: 429,
            details: [AWSError.Detail("Reason", reason.rawValue)])
    }

    package static func service(_ message: String) -> AWSError {
        AWSError("ServiceException", message, status: 500)
    }

    /// The wording is that of the API's model.
    static let recursiveInvocation = AWSError(
        "RecursiveInvocationException",
        "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and "
            + "stopped your function's invocation.", status: 400)

    /// No such operation, or none that is emulated.
    static let unknownOperation = AWSError(
        "UnknownOperationException", "The requested operation is not recognized by the service.", status: 404)

    /// The answer in Lambda's protocol.
    ///
    /// The model names the message of most errors `message`, of a few `Message` (botocore, lambda/2015-03-31:
    /// ResourceNotFoundException, ServiceException, InvalidZipFileException, …).
    func lambdaResponse(requestID: String) -> WireResponse {
        let capital: Set = [
            "ResourceNotFoundException", "ServiceException", "InvalidZipFileException", "InvalidRuntimeException",
            "CodeSigningConfigNotFoundException",
            "RecursiveInvocationException",
        ]
        let format = ErrorFormat.restJSON(messageKey: capital.contains(code) ? "Message" : "message", hasType: true)
        return format.response(for: self, requestID: requestID)
    }
}
