// SPDX-License-Identifier: Apache-2.0

/// What an asynchronous SageMaker endpoint publishes to its Success or Error topic, as the text of the SNS message.
///
/// Shape: AWS documentation, "Check prediction results" of asynchronous inference. A key that does not apply is absent.
public struct SageMakerAsyncNotification: Codable, Sendable, Equatable {
    /// The Region that it happened in.
    public var awsRegion: String
    /// When the result was there, as `2022-01-25T22:46:00.608Z`.
    public var eventTime: String
    /// When the request was accepted, in the same form.
    public var receivedTime: String
    /// `Completed` or `Failed`; see ``isCompleted``.
    public var invocationStatus: String
    /// What was asked for.
    public var requestParameters: RequestParameters
    /// Present after success.
    public var responseParameters: ResponseParameters?
    /// Present after failure.
    public var failureReason: String?
    /// Where the model's own error is, as `s3://bucket/key`, if the endpoint keeps it.
    public var failureLocation: String?
    /// The id that the caller gave, or that SageMaker made.
    public var inferenceId: String
    /// `1.0`.
    public var eventVersion: String
    /// `aws:sagemaker`.
    public var eventSource: String
    /// `InferenceResult`.
    public var eventName: String

    /// The notification of a result that was written to `outputLocation`.
    public static func completed(
        awsRegion: String, eventTime: String, receivedTime: String, requestParameters: RequestParameters,
        responseParameters: ResponseParameters, inferenceId: String
    ) -> SageMakerAsyncNotification {
        SageMakerAsyncNotification(
            awsRegion: awsRegion, eventTime: eventTime, receivedTime: receivedTime, invocationStatus: "Completed",
            requestParameters: requestParameters, responseParameters: responseParameters, inferenceId: inferenceId)
    }

    /// The notification of a request that gave no result.
    public static func failed(
        awsRegion: String, eventTime: String, receivedTime: String, requestParameters: RequestParameters,
        failureReason: String, failureLocation: String? = nil, inferenceId: String
    ) -> SageMakerAsyncNotification {
        SageMakerAsyncNotification(
            awsRegion: awsRegion, eventTime: eventTime, receivedTime: receivedTime, invocationStatus: "Failed",
            requestParameters: requestParameters, failureReason: failureReason, failureLocation: failureLocation,
            inferenceId: inferenceId)
    }

    init(
        awsRegion: String, eventTime: String, receivedTime: String, invocationStatus: String,
        requestParameters: RequestParameters, responseParameters: ResponseParameters? = nil,
        failureReason: String? = nil, failureLocation: String? = nil, inferenceId: String
    ) {
        self.awsRegion = awsRegion
        self.eventTime = eventTime
        self.receivedTime = receivedTime
        self.invocationStatus = invocationStatus
        self.requestParameters = requestParameters
        self.responseParameters = responseParameters
        self.failureReason = failureReason
        self.failureLocation = failureLocation
        self.inferenceId = inferenceId
        eventVersion = "1.0"
        eventSource = "aws:sagemaker"
        eventName = "InferenceResult"
    }

    /// Whether there is a result to read.
    public var isCompleted: Bool { invocationStatus == "Completed" }

    /// What was asked for.
    public struct RequestParameters: Codable, Sendable, Equatable {
        /// The media type of the object, if it is known.
        public var contentType: String?
        /// The endpoint that was called.
        public var endpointName: String
        /// `s3://bucket/key`.
        public var inputLocation: String

        /// Creates one from its parts.
        public init(contentType: String? = nil, endpointName: String, inputLocation: String) {
            self.contentType = contentType
            self.endpointName = endpointName
            self.inputLocation = inputLocation
        }
    }

    /// Where the result is.
    public struct ResponseParameters: Codable, Sendable, Equatable {
        /// The media type of the object, if it is known.
        public var contentType: String?
        /// `s3://bucket/key`.
        public var outputLocation: String

        /// Creates one from its parts.
        public init(contentType: String? = nil, outputLocation: String) {
            self.contentType = contentType
            self.outputLocation = outputLocation
        }
    }
}
