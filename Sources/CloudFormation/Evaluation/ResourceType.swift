// SPDX-License-Identifier: Apache-2.0

/// The types of resource that are read.
enum ResourceType {
    static let serverlessFunction = "AWS::Serverless::Function"
    static let httpAPI = "AWS::Serverless::HttpApi"
    static let stage = "AWS::ApiGatewayV2::Stage"
    static let plainAPI = "AWS::ApiGatewayV2::Api"
    static let integration = "AWS::ApiGatewayV2::Integration"
    static let route = "AWS::ApiGatewayV2::Route"
    static let function = "AWS::Lambda::Function"
    static let version = "AWS::Lambda::Version"
    static let alias = "AWS::Lambda::Alias"
    static let functionURL = "AWS::Lambda::Url"
    static let serverlessLayer = "AWS::Serverless::LayerVersion"
    static let layer = "AWS::Lambda::LayerVersion"
    static let permission = "AWS::Lambda::Permission"
    static let bucket = "AWS::S3::Bucket"
    static let topic = "AWS::SNS::Topic"
    static let queue = "AWS::SQS::Queue"
    static let eventInvokeConfig = "AWS::Lambda::EventInvokeConfig"
    static let subscription = "AWS::SNS::Subscription"
    static let model = "AWS::SageMaker::Model"
    static let endpointConfig = "AWS::SageMaker::EndpointConfig"
    static let endpoint = "AWS::SageMaker::Endpoint"
    static let role = "AWS::IAM::Role"
    static let connector = "AWS::Serverless::Connector"
    /// What says who may do what, where nothing checks it here.
    static let policies: Set<String> = [
        role, "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    ]

    /// The property that names a resource of a type; API ids are never given.
    static let nameProperty = [
        serverlessFunction: "FunctionName", function: "FunctionName", bucket: "BucketName", topic: "TopicName",
        serverlessLayer: "LayerName", layer: "LayerName",
        queue: "QueueName",
        model: "ModelName", endpointConfig: "EndpointConfigName", endpoint: "EndpointName", role: "RoleName",
    ]
}
