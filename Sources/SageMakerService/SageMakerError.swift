// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers

/// Errors of the SageMaker runtime.
///
/// AWS documentation: SageMaker Runtime API Reference, "InvokeEndpoint", "InvokeEndpointAsync", "Common errors".
enum SageMakerError {
    static func validation(_ message: String) -> AWSError {
        AWSError("ValidationError", message, status: 400)
    }

    static func endpointNotFound(_ name: String, account: String) -> AWSError {
        validation("Endpoint \(name) of account \(account) not found.")
    }

    /// A value that the model of the API does not allow.
    static func constraint(_ value: String?, _ member: String, _ constraint: String) -> AWSError {
        let shown = value.map { "'\($0)'" } ?? "null"
        return validation(
            "1 validation error detected: Value \(shown) at '\(member)' failed to satisfy constraint: \(constraint)")
    }

    static func notReady(_ reason: String) -> AWSError {
        AWSError("ServiceUnavailable", "The model is not ready: \(reason)", status: 503)
    }

    static let unknownOperation = AWSError(
        "UnknownOperationException", "The requested operation is not recognized by the service.", status: 404)
    static let bodyTruncated = validation("The request body ended before its announced length.")
    static let bodyTooLarge = AWSError(
        "RequestEntityTooLarge", "HTTP content length exceeded \(SageMakerLimits.bodyBytes) bytes.", status: 413)
    static let internalFailure = AWSError("InternalFailure", "An internal failure occurred.", status: 500)
}

/// Quotas of the SageMaker runtime (AWS documentation: SageMaker Runtime API Reference).
enum SageMakerLimits {
    static let bodyBytes = 6_291_456
    /// Seconds for a synchronous answer.
    static let invocation = Duration.seconds(60)
    static let timeToLive = 60...21_600
    static let defaultTimeToLive = 21_600
    static let timeout = 1...3_600
    static let defaultTimeout = 900
    static let inputBytes = 1 << 30
}

/// What came of asking a model.
enum ModelAnswer: Sendable {
    case answered(ModelResponse)
    /// No answer came: the reason.
    case failed(ModelFailure)
}

struct ModelResponse: Sendable, Equatable {
    var status: Int
    var contentType: String?
    var customAttributes: String?
    var body: Bytes

    var isSuccess: Bool { (200..<300).contains(status) }
}

enum ModelFailure: Sendable, Equatable {
    case timedOut
    /// It went away before it had answered.
    case disconnected(String)
    /// It could not be started.
    case notReady(String)

    var message: String {
        switch self {
        case .timedOut:
            "Your invocation timed out while waiting for a response from container primary. Review the latency metrics "
                + "for each container in Amazon CloudWatch, resolve the issue, and try again."
        case .disconnected(let reason): "The container closed the connection before it answered: \(reason)"
        case .notReady(let reason): "The container is not ready: \(reason)"
        }
    }
}
