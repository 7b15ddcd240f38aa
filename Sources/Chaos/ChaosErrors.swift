// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// The errors that services answer with when they are in trouble: AWS's codes and statuses.
///
/// S3: S3 API Reference, "Error responses". The others: botocore's models (sns/2010-03-31,
/// sagemaker-runtime/2017-05-13) and the "Common errors" of the API references of SNS, SQS and the SageMaker runtime;
/// `RequestThrottled` of SQS has status 403 there. Where the message is not documented, it is the documented
/// description.
enum ChaosErrors {
    /// What a model answers, not SageMaker: asynchronous requests end in the error topic.
    static let modelError = "ModelError"

    private static let errors: [String: [ServiceError]] = [
        "s3": [
            ServiceError(code: "SlowDown", message: "Please reduce your request rate.", status: 503),
            ServiceError(
                code: "InternalError", message: "We encountered an internal error. Please try again.", status: 500),
            ServiceError(
                code: "ServiceUnavailable", message: "Service is unable to handle request.", status: 503),
        ],
        "sns": [
            ServiceError(code: "InternalError", message: "Internal failure", status: 500),
            ServiceError(code: "Throttled", message: "Rate exceeded", status: 429),
            ServiceError(
                code: "ServiceUnavailable",
                message: "The request has failed due to a temporary failure of the server.", status: 503),
        ],
        "sqs": [
            ServiceError(
                code: "InternalFailure",
                message: "The request processing has failed because of an unknown error, exception or failure.",
                status: 500),
            ServiceError(
                code: "RequestThrottled", message: "The request was denied due to request throttling.", status: 403),
            ServiceError(
                code: "ServiceUnavailable",
                message: "The request has failed due to a temporary failure of the server.", status: 503),
        ],
        "sagemaker": [
            ServiceError(
                code: "ServiceUnavailable", message: "The service is unavailable. Try your call again.", status: 503),
            ServiceError(code: "InternalFailure", message: "An internal failure occurred.", status: 500),
            ServiceError(code: "ThrottlingException", message: "Rate exceeded", status: 400),
            ServiceError(code: modelError, message: "", status: 500),
        ],
    ]

    /// Reasons of TooManyRequestsException, the usual one first (botocore, lambda/2015-03-31: ThrottleReason).
    static let throttleReasons = [
        "ConcurrentInvocationLimitExceeded", "ReservedFunctionConcurrentInvocationLimitExceeded",
        "FunctionInvocationRateLimitExceeded", "ReservedFunctionInvocationRateLimitExceeded",
    ]

    /// The codes of a service, the usual one first.
    static func codes(of service: String) -> [String] { errors[service]?.map(\.code) ?? [] }

    static func error(_ code: String, of service: String) -> ServiceError? {
        errors[service]?.first { $0.code == code }
    }
}
