// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers

/// What the Runtime API answers a runtime that did something wrong.
///
/// Shapes and wording are those of AWS's aws-lambda-runtime-interface-emulator (internal/lambda/rapi/rendering).
struct RuntimeAPIError: Error, Equatable {
    var status: Int
    var type: String
    var message: String

    static let invalidRequestID = RuntimeAPIError(
        status: 400, type: "InvalidRequestID", message: "Invalid request ID")
    static let invalidResponseMode = RuntimeAPIError(
        status: 400, type: "InvalidFunctionResponseMode", message: "Invalid function response mode")
    static let truncated = RuntimeAPIError(
        status: 400, type: "TruncatedHTTPRequest", message: "HTTP request detected as truncated")
    static func tooLarge(limit: Int) -> RuntimeAPIError {
        RuntimeAPIError(
            status: 413, type: "RequestEntityTooLarge",
            message: "Exceeded maximum allowed payload size (\(limit) bytes).")
    }
    static let internalError = RuntimeAPIError(
        status: 500, type: "InternalServerError", message: "Internal Server Error")

    static func invalidTransition(
        from state: String, to target: String, reason: String = "State transition is not allowed"
    ) -> RuntimeAPIError {
        RuntimeAPIError(
            status: 403, type: "InvalidStateTransition",
            message: "State transition from \(state) to \(target) failed for runtime. Error: \(reason)")
    }

    var body: Bytes {
        var json = JSONObjectWriter()
        json.add("errorMessage", message)
        json.add("errorType", type)
        return Bytes(json.finish())
    }
}
