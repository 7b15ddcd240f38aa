// SPDX-License-Identifier: Apache-2.0

extension ApplicationReader {
    private static let serverlessTable = PropertyTable(
        executed: sharedProperties.union([
            "CodeUri", "AutoPublishAlias", "Events", "EventInvokeConfig", "ProvisionedConcurrencyConfig",
            "DeadLetterQueue", "FunctionUrlConfig", "VersionDescription",
        ]),
        noted: [
            "Role", "Policies", "AssumeRolePolicyDocument", "PermissionsBoundary", "RolePath", "CodeSigningConfigArn",
            "AutoPublishCodeSha256", "AutoPublishAliasAllProperties", "VersionDeletionPolicy",
            "PropagateTags",
        ],
        ignored: sharedIgnored.union([
            "DeploymentPreference", "Tracing", "SourceKMSKeyArn",
        ]),
        rejected: sharedRejected.merging([
            "InlineCode": "a bootstrap is an executable, it cannot stand in the template",
            "ImageUri": "functions come as folders and zip files, not as container images",
        ]) { first, _ in first })

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
    private static let functionTable = PropertyTable(
        executed: sharedProperties.union(["Code", "DeadLetterConfig"]), noted: ["Role", "CodeSigningConfigArn"],
        ignored: sharedIgnored.union(["TracingConfig"]), rejected: sharedRejected)

    private static let sharedProperties: Set<String> = [
        "FunctionName", "Description", "Runtime", "Handler", "Timeout", "MemorySize", "Environment", "Architectures",
        "LoggingConfig", "PackageType", "ReservedConcurrentExecutions", "EphemeralStorage", "Layers", "Tags",
        "RecursiveLoop",
    ]

    private static let sharedIgnored: Set<String> = [
        "VpcConfig", "KmsKeyArn", "FileSystemConfigs", "SnapStart", "RuntimeManagementConfig",
        "CapacityProviderConfig", "FunctionScalingConfig", "PublishToLatestPublished", "TenancyConfig", "DurableConfig",
    ]

    private static let sharedRejected = [
        "ImageConfig": "functions come as folders and zip files, not as container images"
    ]

    /// How the names of AWS's runtimes begin; which of them can be run here, the machine decides.
    private static let runtimes = ["provided", "python", "nodejs", "ruby", "java", "dotnet"]

    mutating func readServerlessFunction(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.serverlessTable)
        if let policies = resource.properties.node["Policies"] {
            try FunctionPolicies.check(Located(node: policies, path: resource.properties.path.member("Policies")))
        }
        let product = try swiftProduct(of: resource)
        let code = if let product { product } else { try serverlessCode(try fields.required("CodeUri")) }
        var function = try function(resource, fields, code: code)
        function.deadLetterTarget = try deadLetterQueue(fields["DeadLetterQueue"])
        function.tags["lambda:createdBy"] = "SAM"
        application.functions.append(function)
        let alias = try fields.text("AutoPublishAlias")
        let provisionedConcurrency = try provisionedConcurrency(fields)
        if let alias {
            addAlias(
                alias, of: function, description: try fields.text("VersionDescription") ?? "",
                provisionedConcurrency: provisionedConcurrency)
        } else if let value = fields["ProvisionedConcurrencyConfig"] {
            // As the serverless transform has it.
            throw value.fault("To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function")
        }
        try readEventInvoke(fields["EventInvokeConfig"], of: function, alias: alias)
        guard let events = fields["Events"] else { return }
        guard let members = events.node.members else { throw events.fault("expected an object") }
        for member in members {
            let event = Located(node: member.value, path: events.path.member(member.key))
            let target = EventTarget(function: function, alias: alias)
            attempt { reader throws(Fault) in try reader.readEvent(member.key, event, of: target) }
        }
    }

    mutating func readFunction(_ resource: Template.Resource) throws(Fault) {
        let fields = try self.fields(resource.properties, Self.functionTable)
        let product = try swiftProduct(of: resource)
        let code = if let product { product } else { try plainCode("Code", fields, of: resource) }
        var function = try function(resource, fields, code: code)
        let deadLetter = try optionalFields(fields["DeadLetterConfig"], PropertyTable(executed: ["TargetArn"]))
        function.deadLetterTarget = try deadLetter?.text("TargetArn")
        application.functions.append(function)
    }

    private mutating func function(
        _ resource: Template.Resource, _ fields: Fields, code: FunctionResource.Code
    ) throws(Fault) -> FunctionResource {
        _ = try fields.text("PackageType", oneOf: ["Zip"])
        let architectures = try fields.texts("Architectures")
        if let unknown = architectures.first(where: { $0 != "x86_64" && $0 != "arm64" }) {
            throw fields.located.fault("\"\(unknown)\" is no architecture")
        }
        return FunctionResource(
            logicalID: resource.logicalID, functionName: try functionName(resource),
            arn: try evaluator.arn(of: resource), runtime: try runtime(fields),
            handler: try fields.requiredText("Handler"),
            description: try fields.text("Description") ?? "", code: code,
            timeoutSeconds: try fields.integer("Timeout", in: 1...900) ?? 3,
            memorySize: try fields.integer("MemorySize", in: 128...10_240) ?? 128,
            ephemeralStorageMegabytes: try optionalFields(
                fields["EphemeralStorage"], PropertyTable(executed: ["Size"]))?
                .integer("Size", in: 512...10_240) ?? 512,
            architectures: architectures,
            environment: try optionalFields(fields["Environment"], PropertyTable(executed: ["Variables"]))?
                .dictionary("Variables") ?? [:],
            layers: try fields.texts("Layers"), tags: try tags(fields),
            logging: try logging(fields["LoggingConfig"]),
            reservedConcurrency: try fields.integer("ReservedConcurrentExecutions", in: 0...Int(Int32.max)),
            recursiveLoop: try fields.text("RecursiveLoop", oneOf: ["Allow", "Terminate"]))
    }

    /// A map, as the serverless types have it, or a list of `Key` and `Value`.
    private mutating func tags(_ properties: Fields) throws(Fault) -> [String: String] {
        guard properties["Tags"]?.node.items != nil else { return try properties.dictionary("Tags") }
        var tags: [String: String] = [:]
        for item in try properties.list("Tags") {
            let tag = try fields(item, PropertyTable(executed: ["Key", "Value"]))
            tags[try tag.requiredText("Key")] = try tag.requiredText("Value")
        }
        return tags
    }

    private mutating func functionName(_ resource: Template.Resource) throws(Fault) -> String {
        let name = try evaluator.name(of: resource)
        let isValid = name.utf8.allSatisfy {
            UInt8.isASCIILetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        guard isValid, 1...64 ~= name.utf8.count else {
            throw resource.properties.fault(
                "\"\(name)\" is no function name: 1 to 64 letters, digits, hyphens and underscores")
        }
        return name
    }

    private func runtime(_ fields: Fields) throws(Fault) -> String {
        let runtime = try fields.required("Runtime")
        let name = try runtime.asText()
        guard Self.runtimes.contains(where: name.hasPrefix) else {
            throw runtime.fault(
                "the runtime \(name) is not supported; AWS's begin with \(Self.runtimes.joined(separator: ", "))"
            )
        }
        return name
    }

    private mutating func logging(_ value: Located?) throws(Fault) -> FunctionResource.Logging {
        let executed: Set = ["LogFormat", "ApplicationLogLevel", "SystemLogLevel", "LogGroup"]
        guard let fields = try optionalFields(value, PropertyTable(executed: executed)) else { return .init() }
        let format = try fields.text("LogFormat", oneOf: ["Text", "JSON"]) ?? "Text"
        // https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html: levels are for JSON.
        if format == "Text", let level = fields["ApplicationLogLevel"] ?? fields["SystemLogLevel"] {
            throw level.fault("log levels need the LogFormat JSON")
        }
        return FunctionResource.Logging(
            format: format,
            applicationLevel: try fields.text(
                "ApplicationLogLevel", oneOf: ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
            systemLevel: try fields.text("SystemLogLevel", oneOf: ["DEBUG", "INFO", "WARN"]),
            group: try fields.text("LogGroup"))
    }
}
