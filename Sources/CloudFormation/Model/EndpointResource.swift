// SPDX-License-Identifier: Apache-2.0

/// An inference endpoint: `AWS::SageMaker::Endpoint` with its configuration and its model.
public struct EndpointResource: Sendable, Equatable, Encodable {
    /// The process that serves the model, by SageMaker's container contract.
    public enum Process: Sendable, Equatable, Encodable {
        /// An executable and its arguments; run in the template's folder.
        case command([String])
        /// An executable product of the Swift package in the template's folder.
        case swiftProduct(String)
    }

    /// Where asynchronous inference puts its results, and whom it tells.
    public struct AsyncInference: Sendable, Equatable, Encodable {
        /// `s3://BUCKET/PREFIX`.
        public var outputPath: String
        /// `s3://BUCKET/PREFIX` of what went wrong; nil keeps it in the notification only.
        public var failurePath: String?
        /// Who hears of results.
        public var successTopicARN: String?
        /// Who hears of failures.
        public var errorTopicARN: String?
        /// Whether the response stands in the notification too.
        public var responseInSuccess: Bool
        /// The same for the Error topic.
        public var responseInError: Bool
        /// 1 to 1,000; nil leaves it to SageMaker.
        public var maximumConcurrentInvocations: Int?
    }

    /// The resource's name in the template.
    public var logicalID: String
    /// `EndpointName`, or a generated one.
    public var endpointName: String
    /// The name of its `AWS::SageMaker::EndpointConfig`.
    public var configurationName: String
    /// The name of its `AWS::SageMaker::Model`.
    public var modelName: String
    /// The one production variant.
    public var variantName: String
    /// What serves the model.
    public var process: Process
    /// What the model's container definition adds to the process's environment.
    public var environment: [String: String]
    /// Nil for an endpoint that serves synchronous requests only.
    public var asyncInference: AsyncInference?
}
