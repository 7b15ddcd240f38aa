// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import ServiceWire

/// What a function URL itself answers when no result can be passed on.
enum FunctionURLError {
    /// Wording: LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda.snapshot.json.
    static let forbidden = AWSError(
        "AccessDeniedException",
        "Forbidden. For troubleshooting Function URL authorization issues, see: "
            + "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html", status: 403)
    static let functionFailed = AWSError("InternalServerErrorException", "Internal Server Error", status: 502)
    /// The limit: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; AWS documents no wording.
    static let requestTooLarge = AWSError.requestTooLarge(
        "Request must be smaller than \(LambdaLimits.synchronousPayload) bytes for the InvokeFunction operation")

    /// An error of Lambda as the caller of a URL gets it: that the alias behind it is gone is nothing for strangers.
    static func asSeenByCaller(_ error: AWSError) -> AWSError {
        error.code == "ResourceNotFoundException" ? forbidden : error
    }
}

extension AWSError {
    /// The answer to the caller of a function URL.
    func lambdaResponse(_ requestID: String) -> HTTPResponse {
        guard status != 502 else {
            return HTTPResponse(
                status: 502, headers: ["content-type": "application/json", "x-amzn-requestid": requestID],
                body: Bytes(message))
        }
        guard code == FunctionURLError.forbidden.code else { return HTTPResponse(lambdaResponse(requestID: requestID)) }
        return HTTPResponse(ErrorFormat.restJSON(messageKey: "Message").response(for: self, requestID: requestID))
    }
}
