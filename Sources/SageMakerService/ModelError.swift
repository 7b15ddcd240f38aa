// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// How SageMaker tells that a model failed.
struct ModelError {
    let endpoint: String
    let region: String
    let account: String

    /// The error of InvokeEndpoint.
    ///
    /// - Parameters:
    ///   - status: the model's; 0 when it gave none.
    ///   - message: what it answered.
    func error(status: Int, message: String) -> AWSError {
        let kind = (400..<500).contains(status) ? "client" : "server"
        return AWSError(
            "ModelError",
            "Received \(kind) error (\(status)) from primary with message \"\(message)\". See \(logURL) in account "
                + "\(account) for more information.", status: 424,
            details: [
                AWSError.Detail("LogStreamArn", "arn:aws:logs:\(region):\(account):log-group:\(logGroup)"),
                AWSError.Detail("OriginalMessage", message),
                AWSError.Detail("OriginalStatusCode", status),
            ])
    }

    /// The reason in the notification of an asynchronous request.
    static func reason(status: Int) -> String {
        let kind = (400..<500).contains(status) ? "client" : "server"
        return "ClientError: Received \(kind) error (\(status)) from model. See the SageMaker Endpoint logs in your "
            + "account for more information."
    }

    private var logGroup: String { "/aws/sagemaker/Endpoints/\(endpoint)" }

    private var logURL: String {
        "https://\(region).console.aws.amazon.com/cloudwatch/home?region=\(region)#logEventViewer:group=\(logGroup)"
    }
}
