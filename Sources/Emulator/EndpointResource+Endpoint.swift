// SPDX-License-Identifier: Apache-2.0
import CloudFormation
import Foundation
import SageMakerService

extension Endpoint {
    /// The endpoint that a template describes.
    ///
    /// - Throws: ``EmulatorError`` for what is not carried out.
    init(_ resource: EndpointResource, code: FunctionCodeFolder) throws {
        self.init(
            name: resource.endpointName, variant: resource.variantName, model: try Model(resource, code: code),
            asyncInference: try resource.asyncInference.map { try AsyncInference($0, of: resource) })
    }
}

extension Endpoint.Model {
    fileprivate init(_ resource: EndpointResource, code: FunctionCodeFolder) throws {
        var environment = resource.environment
        environment["PATH"] = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        switch resource.process {
        case .swiftProduct(let product):
            self.init(
                executable: try code.executable(product).path, environment: environment,
                workingDirectory: code.templateFolder.path)
        case .command(let command):
            guard let executable = command.first else {
                throw EmulatorError("\(resource.logicalID): the command of its model is empty.")
            }
            self.init(
                executable: executable, arguments: Array(command.dropFirst()), environment: environment,
                workingDirectory: code.templateFolder.path)
        }
    }
}

extension Endpoint.AsyncInference {
    fileprivate init(_ inference: EndpointResource.AsyncInference, of resource: EndpointResource) throws {
        guard !inference.responseInSuccess, !inference.responseInError else {
            throw EmulatorError("\(resource.logicalID): IncludeInferenceResponseIn is not supported; leave it out.")
        }
        guard let output = S3Location(inference.outputPath) else {
            throw EmulatorError("\(resource.logicalID): S3OutputPath '\(inference.outputPath)' is no s3:// address.")
        }
        self.init(
            output: output, failure: inference.failurePath.flatMap { S3Location($0) },
            successTopic: inference.successTopicARN, errorTopic: inference.errorTopicARN,
            concurrency: inference.maximumConcurrentInvocations)
    }
}
