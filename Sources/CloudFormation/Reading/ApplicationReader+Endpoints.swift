// SPDX-License-Identifier: Apache-2.0

// Endpoints, with the configuration and the model that they name.
extension ApplicationReader {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-endpointconfig.html
    private static let configurationTable = PropertyTable(
        executed: ["EndpointConfigName", "ProductionVariants", "AsyncInferenceConfig"],
        noted: ["ExecutionRoleArn", "Tags"],
        ignored: [
            "DataCaptureConfig", "EnableNetworkIsolation", "ExplainerConfig", "KmsKeyId", "ShadowProductionVariants",
            "VpcConfig",
        ])

    // What runs is a process on this machine: how big a machine it would have been is not asked.
    private static let variantTable = PropertyTable(
        executed: ["ModelName", "VariantName"],
        noted: ["InitialInstanceCount", "InitialVariantWeight", "InstanceType", "VolumeSizeInGB"],
        ignored: [
            "CapacityReservationConfig", "ContainerStartupHealthCheckTimeoutInSeconds", "EnableSSMAccess",
            "InferenceAmiVersion", "ManagedInstanceScaling", "ModelDataDownloadTimeoutInSeconds", "RoutingConfig",
            "ServerlessConfig",
        ])

    mutating func readEndpoint(_ resource: Template.Resource, among all: [Template.Resource]) throws(Fault) {
        let fields = try self.fields(
            resource.properties,
            PropertyTable(
                executed: ["EndpointName", "EndpointConfigName"], noted: ["Tags"],
                ignored: [
                    "DeploymentConfig", "ExcludeRetainedVariantProperties", "RetainAllVariantProperties",
                    "RetainDeploymentConfig",
                ]))
        let configurationName = try fields.required("EndpointConfigName")
        let configuration = try find(ResourceType.endpointConfig, named: configurationName, among: all)
        let settings = try self.fields(configuration.properties, Self.configurationTable)
        let variants = try settings.list("ProductionVariants")
        guard variants.count == 1, let first = variants.first else {
            throw settings.located.fault("expected one production variant, found \(variants.count)")
        }
        let variant = try self.fields(first, Self.variantTable)
        let model = try find(ResourceType.model, named: try variant.required("ModelName"), among: all)
        let (process, environment) = try readModel(model)
        application.endpoints.append(
            EndpointResource(
                logicalID: resource.logicalID, endpointName: try evaluator.name(of: resource),
                configurationName: try evaluator.name(of: configuration), modelName: try evaluator.name(of: model),
                variantName: try variant.text("VariantName") ?? "AllTraffic", process: process,
                environment: environment, asyncInference: try asyncInference(settings["AsyncInferenceConfig"])))
    }

    private mutating func find(
        _ type: String, named name: Located, among all: [Template.Resource]
    ) throws(Fault) -> Template.Resource {
        let wanted = try name.asText()
        for resource in all where resource.type == type {
            // `Ref` gives the ARN, which CloudFormation takes for the name.
            let names = [try evaluator.name(of: resource), try evaluator.arn(of: resource)]
            if names.contains(wanted) { return resource }
        }
        throw name.fault("no \(type) of this template is named \(wanted)")
    }

    private mutating func readModel(
        _ resource: Template.Resource
    ) throws(Fault) -> (EndpointResource.Process, [String: String]) {
        let fields = try self.fields(
            resource.properties,
            PropertyTable(
                executed: ["ModelName", "PrimaryContainer"], noted: ["ExecutionRoleArn", "Tags"],
                ignored: ["EnableNetworkIsolation", "InferenceExecutionConfig", "VpcConfig"],
                rejected: ["Containers": "a model is one process here: name its PrimaryContainer"]))
        let container = try optionalFields(
            fields["PrimaryContainer"],
            PropertyTable(
                executed: ["Environment"], noted: ["ContainerHostname", "Image", "ModelDataUrl"],
                ignored: [
                    "ImageConfig", "InferenceSpecificationName", "Mode", "ModelDataSource", "ModelPackageName",
                    "MultiModelConfig",
                ]))
        guard let metadata = try metadata(of: resource, ["Command", "SwiftProduct"]) else {
            throw resource.body.fault(
                "what serves the model is missing: \"Metadata\": {\"Martlet\": {\"Command\": […]}} or {\"SwiftProduct\": …}"
            )
        }
        let command = try metadata.texts("Command")
        let product = try metadata.text("SwiftProduct")
        let process: EndpointResource.Process
        switch (command.isEmpty, product) {
        case (false, nil): process = .command(command)
        case (true, let product?): process = .swiftProduct(product)
        default: throw metadata.located.fault("expected either Command or SwiftProduct")
        }
        return (process, try container?.dictionary("Environment") ?? [:])
    }

    private mutating func asyncInference(_ value: Located?) throws(Fault) -> EndpointResource.AsyncInference? {
        guard let fields = try optionalFields(value, PropertyTable(executed: ["OutputConfig", "ClientConfig"])) else {
            return nil
        }
        let output = try self.fields(
            try fields.required("OutputConfig"),
            PropertyTable(executed: ["S3OutputPath", "S3FailurePath", "NotificationConfig"], ignored: ["KmsKeyId"]))
        let topics = try optionalFields(
            output["NotificationConfig"],
            PropertyTable(executed: ["SuccessTopic", "ErrorTopic", "IncludeInferenceResponseIn"]))
        var failurePath: String?
        if let path = output["S3FailurePath"] { failurePath = try s3Address(path) }
        let included = try topics?.texts("IncludeInferenceResponseIn") ?? []
        return EndpointResource.AsyncInference(
            outputPath: try s3Address(try output.required("S3OutputPath")),
            failurePath: failurePath,
            successTopicARN: try topics?.text("SuccessTopic"), errorTopicARN: try topics?.text("ErrorTopic"),
            responseInSuccess: included.contains("SUCCESS_NOTIFICATION_TOPIC"),
            responseInError: included.contains("ERROR_NOTIFICATION_TOPIC"),
            maximumConcurrentInvocations: try optionalFields(
                fields["ClientConfig"], PropertyTable(executed: ["MaxConcurrentInvocationsPerInstance"]))?
                .integer("MaxConcurrentInvocationsPerInstance", in: 1...1000))
    }

    private func s3Address(_ value: Located) throws(Fault) -> String {
        let address = try value.asText()
        guard address.hasPrefix("s3://"), address.count > 5 else {
            throw value.fault("expected s3://BUCKET/PREFIX, found \(address)")
        }
        return address
    }
}
