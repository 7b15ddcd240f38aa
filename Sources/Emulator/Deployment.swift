// SPDX-License-Identifier: Apache-2.0
import AWSWire
import CloudFormation
import EventLoop
import LambdaService
import ProxyIntegration
import S3Service
import SNSService
import SQSService
import SageMakerService
import ServiceProtocols

/// Brings the resources of a template into the services.
struct Deployment {
    var application: Application
    let services: Services
    let code: FunctionCodeFolder
    let note: @Sendable (String) -> Void

    func run() async throws {
        for queue in application.queues { try await deploy(queue, attributes: queue.attributes) }
        // A dead-letter queue is there before it is named.
        for queue in application.queues where queue.redrivePolicy != nil {
            try await deploy(queue, attributes: queue.allAttributes)
        }
        for layer in application.layers { try await deploy(layer) }
        for function in application.functions { try await deploy(function) }
        for version in application.versions { try await deploy(version) }
        for alias in application.aliases { try await deploy(alias) }
        for url in application.functionURLs { try await deploy(url) }
        for permission in application.permissions { try await deploy(permission) }
        for topic in application.topics {
            try await services.sns.addTopic(name: topic.topicName, displayName: topic.displayName)
        }
        for subscription in application.subscriptions { try await deploy(subscription) }
        for bucket in application.buckets { try await deploy(bucket) }
        // Their destinations are there now.
        for configuration in application.eventInvokeConfigs { try await deploy(configuration) }
    }

    private func deploy(_ layer: LayerResource) async throws {
        let code = try code.prepare(layer)
        do throws(ServiceError) {
            try await services.lambda.provideLayer(
                LayerVersion(
                    name: layer.layerName, description: layer.description,
                    compatibleRuntimes: layer.compatibleRuntimes,
                    compatibleArchitectures: layer.compatibleArchitectures, licenseInfo: layer.licenseInfo,
                    code: code))
        } catch {
            throw EmulatorError("\(layer.logicalID): \(error.message)")
        }
    }

    func deploy(_ function: FunctionResource) async throws {
        if !function.architectures.isEmpty, !function.architectures.contains(Architecture.ofThisMachine) {
            note(
                "\(function.logicalID) is made for \(function.architectures.joined(separator: ", ")); "
                    + "here it runs on \(Architecture.ofThisMachine).")
        }
        let runtime = try await runtime(of: function)
        let code = try code.prepare(function)
        do throws(ServiceError) {
            try await services.lambda.createFunction(
                FunctionConfiguration(function, runtime: runtime, code: code), tags: function.tags,
                layers: function.layers)
            if let loop = function.recursiveLoop.flatMap(RecursiveLoop.init(rawValue:)) {
                try await services.lambda.setRecursiveLoop(loop, of: function.functionName)
            }
            if let reserved = function.reservedConcurrency {
                try await services.lambda.reserveConcurrency(reserved, of: function.functionName)
            }
        } catch {
            throw EmulatorError("\(function.logicalID): \(error.message)")
        }
    }

    func deploy(_ resource: VersionResource) async throws {
        do throws(ServiceError) {
            let version = try await services.lambda.publishVersion(
                of: resource.functionName, description: resource.description)
            if let count = resource.provisionedConcurrency {
                try await services.lambda.provisionConcurrency(
                    count, of: resource.functionName, qualifier: version.version)
            }
        } catch {
            throw EmulatorError("\(resource.logicalID): \(error.message)")
        }
    }

    func deploy(_ resource: AliasResource) async throws {
        do throws(ServiceError) {
            try await services.lambda.createAlias(
                resource.name, of: resource.functionName, version: resource.version,
                description: resource.description, weights: resource.additionalWeights)
            if let count = resource.provisionedConcurrency {
                try await services.lambda.provisionConcurrency(
                    count, of: resource.functionName, qualifier: resource.name)
            }
        } catch {
            throw EmulatorError("\(resource.logicalID): \(error.message)")
        }
    }

    func deploy(_ resource: PermissionResource) async throws {
        var permission = FunctionPermission(
            statementID: resource.statementID, action: resource.action, principal: resource.principal)
        permission.sourceARN = resource.sourceARN
        permission.sourceAccount = resource.sourceAccount
        permission.eventSourceToken = resource.eventSourceToken
        permission.principalOrgID = resource.principalOrgID
        permission.functionURLAuthType = resource.functionURLAuthType
        permission.invokedViaFunctionURL = resource.invokedViaFunctionURL
        do throws(ServiceError) {
            try await services.lambda.addPermission(permission, to: resource.functionName)
        } catch {
            throw EmulatorError("\(resource.logicalID): \(error.message)")
        }
    }

    /// Before the code is looked for, which may take a build.
    func runtime(of function: FunctionResource) async throws -> FunctionConfiguration.Runtime {
        do throws(ServiceError) {
            return try await services.lambda.runtime(named: function.runtime)
        } catch {
            throw EmulatorError("\(function.logicalID): \(error.message)")
        }
    }

    private func deploy(_ resource: FunctionURLResource) async throws {
        do throws(ServiceError) {
            try await services.lambda.createFunctionURL(
                id: resource.urlID, of: resource.functionName, qualifier: resource.qualifier,
                FunctionURL.Settings(
                    authType: FunctionURL.AuthType(rawValue: resource.authType) ?? .iam,
                    cors: resource.cors.map { cors in
                        CORSRules(
                            allowCredentials: cors.allowCredentials, allowHeaders: cors.allowHeaders,
                            allowMethods: cors.allowMethods, allowOrigins: cors.allowOrigins,
                            exposeHeaders: cors.exposeHeaders, maxAge: cors.maxAge)
                    }, invokeMode: FunctionURL.InvokeMode(rawValue: resource.invokeMode) ?? .buffered))
        } catch {
            throw EmulatorError("\(resource.logicalID): \(error.message)")
        }
    }

    private func deploy(_ queue: QueueResource, attributes: [String: String]) async throws {
        do throws(ServiceError) {
            try await services.sqs.deploy(queue.queueName, attributes: attributes)
        } catch {
            throw EmulatorError("\(queue.logicalID): \(error.message)")
        }
    }

    private func deploy(_ configuration: EventInvokeConfigResource) async throws {
        do throws(ServiceError) {
            try await services.lambda.configureEvents(
                of: "\(configuration.function):\(configuration.qualifier)",
                EventInvokeConfiguration(
                    maximumRetryAttempts: configuration.maximumRetryAttempts,
                    maximumEventAgeSeconds: configuration.maximumEventAgeSeconds, onSuccess: configuration.onSuccess,
                    onFailure: configuration.onFailure))
        } catch {
            throw EmulatorError("\(configuration.logicalID): \(error.message)")
        }
    }

    private func deploy(_ subscription: SubscriptionResource) async throws {
        do throws(AWSError) {
            let filter = try filter(of: subscription)
            try await services.sns.subscribe(
                topic: subscription.topicARN, function: subscription.functionARN, filter: filter)
        } catch {
            throw EmulatorError("\(subscription.logicalID): \(error.message)")
        }
    }

    private func filter(of subscription: SubscriptionResource) throws(AWSError) -> FilterPolicy? {
        guard let policy = subscription.filterPolicy else { return nil }
        return try FilterPolicy(policy, scope: subscription.filterScope == .messageBody ? .body : .attributes)
    }

    private func deploy(_ bucket: BucketResource) async throws {
        do throws(ServiceError) {
            try await services.s3.createBucket(bucket.bucketName)
            try await services.s3.setNotifications(
                bucket.notifications.map {
                    NotificationRule(
                        id: $0.id, function: $0.functionARN, events: $0.events, prefix: $0.prefix, suffix: $0.suffix)
                }, of: bucket.bucketName)
        } catch {
            throw EmulatorError("\(bucket.logicalID): \(error.message)")
        }
    }
}

extension FunctionConfiguration {
    init(_ function: FunctionResource, runtime: Runtime, code: FunctionCode) {
        self.init(
            name: function.functionName, runtime: runtime, handler: function.handler,
            description: function.description, timeoutSeconds: function.timeoutSeconds,
            memoryMegabytes: function.memorySize, ephemeralStorageMegabytes: function.ephemeralStorageMegabytes,
            environment: function.environment, code: code, logging: LoggingConfiguration(function.logging),
            deadLetterTarget: function.deadLetterTarget)
    }
}

extension LoggingConfiguration {
    fileprivate init(_ resource: FunctionResource.Logging) {
        self.init(
            format: Format(rawValue: resource.format) ?? .text,
            applicationLevel: resource.applicationLevel ?? "INFO",
            systemLevel: resource.systemLevel.flatMap(SystemLevel.init(rawValue:)) ?? .info, group: resource.group)
    }
}
