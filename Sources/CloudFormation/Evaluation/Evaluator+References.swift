// SPDX-License-Identifier: Apache-2.0

// `Ref` and `Fn::GetAtt`.
extension Evaluator {
    /// `Ref`: a parameter, a pseudo parameter, or a resource; nil for `AWS::NoValue`.
    mutating func reference(_ value: Located) throws(Fault) -> Node? {
        guard case .text(let name) = value.node.value else {
            throw value.fault("expected a name, found \(value.node.kind)")
        }
        if name == "AWS::NoValue" { return nil }
        if let pseudo = pseudoParameter(name) { return .text(pseudo, at: value.node.offset) }
        switch parameters[name] {
        case .text(let text): return .text(text, at: value.node.offset)
        case .list(let items):
            return Node(value: .list(items.map { .text($0, at: value.node.offset) }), offset: value.node.offset)
        case nil where unknownParameters.contains(name):
            throw value.fault(
                "there is no Systems Manager here: give the value of the parameter \(name) with --parameter")
        case nil: break
        }
        if isPublishedPart(name) {
            let parts = name.split(separator: ".")
            return .text(
                try published(String(parts[1]), of: try resource(String(parts[0]), value), value), at: value.node.offset
            )
        }
        return .text(try referenceValue(of: try resource(name, value)), at: value.node.offset)
    }

    /// `Fn::GetAtt`: [logical id, attribute] or `"LogicalID.Attribute"`.
    mutating func attribute(_ value: Located) throws(Fault) -> String {
        var parts: [String] = []
        if value.node.items != nil {
            for argument in try arguments(value, count: 2...2) { parts.append(try text(argument)) }
        } else if let dot = value.node.scalar?.firstIndex(of: "."), let text = value.node.scalar {
            parts = [String(text[..<dot]), String(text[text.index(after: dot)...])]
        }
        guard parts.count == 2 else { throw value.fault("expected a logical id and an attribute") }
        let resource = try resource(parts[0], value)
        guard let attribute = try attributes(of: resource)[parts[1]] else {
            throw value.fault("the attribute \(parts[1]) of \(resource.type) is not supported")
        }
        return attribute
    }

    private func pseudoParameter(_ name: String) -> String? {
        switch name {
        case "AWS::AccountId": settings.account
        case "AWS::Partition": settings.partition
        case "AWS::Region": settings.region
        case "AWS::StackName": settings.stackName
        case "AWS::StackId":
            arn("cloudformation", "stack/\(settings.stackName)/\(GeneratedName.api("", in: settings.stackName))")
        case "AWS::URLSuffix": settings.urlSuffix
        default: nil
        }
    }

    private mutating func resource(_ logicalID: String, _ place: Located) throws(Fault) -> Template.Resource {
        guard let resource = resources[logicalID] else {
            throw place.fault(
                "Template format error: Unresolved resource dependencies [\(logicalID)] in the template")
        }
        guard try isIncluded(resource) else {
            throw place.fault("\(logicalID) is left out by its condition")
        }
        return resource
    }

    /// Whether a resource's condition lets it be.
    mutating func isIncluded(_ resource: Template.Resource) throws(Fault) -> Bool {
        guard let place = resource.condition else { return true }
        guard case .text(let name) = place.node.value else { throw place.fault("expected the name of a condition") }
        return try condition(named: name, place)
    }

    /// What `Ref` gives, by type.
    private mutating func referenceValue(of resource: Template.Resource) throws(Fault) -> String {
        switch resource.type {
        case ResourceType.topic, ResourceType.model, ResourceType.endpointConfig, ResourceType.endpoint,
            ResourceType.serverlessLayer, ResourceType.layer:
            try arn(of: resource)
        case ResourceType.queue:
            try queueURL(of: resource)
        case ResourceType.stage:
            try text(
                Located(
                    node: resource.properties.node["StageName"] ?? resource.properties.node,
                    path: resource.properties.path.member("StageName")))
        case ResourceType.functionURL:
            try functionARN(ofURL: resource)
        case ResourceType.version:
            "\(try functionARN(of: resource)):\(try number(ofVersion: resource))"
        case ResourceType.alias:
            "\(try functionARN(of: resource)):\(try required("Name", of: resource))"
        default:
            try name(of: resource)
        }
    }

    private mutating func required(_ property: String, of resource: Template.Resource) throws(Fault) -> String {
        guard let node = resource.properties.node[property] else {
            throw resource.properties.fault("the property \(property) is missing")
        }
        return try text(Located(node: node, path: resource.properties.path.member(property)))
    }

    /// The function of a version or of an alias.
    private mutating func functionARN(of resource: Template.Resource) throws(Fault) -> String {
        functionARN(try required("FunctionName", of: resource))
    }

    /// The ARN for a name, which may have a qualifier, or for an ARN.
    func functionARN(_ text: String) -> String {
        text.hasPrefix("arn:") ? text : arn("lambda", "function:\(text)")
    }

    /// Each start publishes the versions of a function anew, in the order of the template.
    private mutating func number(ofVersion version: Template.Resource) throws(Fault) -> Int {
        let function = try functionARN(of: version)
        var number = 1
        for logicalID in versions {
            guard let other = resources[logicalID], logicalID != version.logicalID else { break }
            if try isIncluded(other), try functionARN(of: other) == function { number += 1 }
        }
        return number
    }

    private mutating func attributes(of resource: Template.Resource) throws(Fault) -> [String: String] {
        let name = try name(of: resource)
        switch resource.type {
        case ResourceType.serverlessFunction, ResourceType.function, ResourceType.role:
            return ["Arn": try arn(of: resource)]
        case ResourceType.serverlessLayer, ResourceType.layer:
            return ["LayerVersionArn": try arn(of: resource)]
        case ResourceType.topic:
            return ["TopicArn": try arn(of: resource), "TopicName": name]
        case ResourceType.queue:
            return [
                "Arn": try arn(of: resource), "QueueName": name, "QueueUrl": try queueURL(of: resource),
            ]
        case ResourceType.bucket:
            return [
                "Arn": try arn(of: resource), "DomainName": "\(name).s3.\(settings.urlSuffix)",
                "RegionalDomainName": "\(name).s3.\(settings.region).\(settings.urlSuffix)",
            ]
        case ResourceType.version:
            return ["Version": "\(try number(ofVersion: resource))", "FunctionArn": try functionARN(of: resource)]
        case ResourceType.alias:
            return ["AliasArn": try referenceValue(of: resource)]
        case ResourceType.httpAPI, ResourceType.plainAPI:
            return [
                "ApiId": name,
                "ApiEndpoint": "https://\(name).execute-api.\(settings.region).\(settings.urlSuffix)",
            ]
        case ResourceType.functionURL:
            return [
                "FunctionArn": try functionARN(ofURL: resource),
                "FunctionUrl": "https://\(name).lambda-url.\(settings.region).on.aws/",
            ]
        case ResourceType.model: return ["ModelName": name]
        case ResourceType.endpointConfig: return ["EndpointConfigName": name]
        case ResourceType.endpoint: return ["EndpointName": name]
        default: return [:]
        }
    }

    /// Where this emulator answers for a queue, as SQS itself tells it.
    private mutating func queueURL(of resource: Template.Resource) throws(Fault) -> String {
        "\(settings.endpoint)/\(settings.account)/\(try name(of: resource))"
    }

    /// The ARN of the function, or of the alias, that a function URL is for.
    private mutating func functionARN(ofURL resource: Template.Resource) throws(Fault) -> String {
        func property(_ name: String) -> Located? {
            resource.properties.node[name].map { Located(node: $0, path: resource.properties.path.member(name)) }
        }
        guard let target = property("TargetFunctionArn") else {
            throw resource.properties.fault("the property TargetFunctionArn is missing")
        }
        let function = functionARN(try text(target))
        guard let qualifier = property("Qualifier") else { return function }
        return "\(function):\(try text(qualifier))"
    }

    /// The name that a resource has, given or generated.
    mutating func name(of resource: Template.Resource) throws(Fault) -> String {
        if let property = ResourceType.nameProperty[resource.type], let node = resource.properties.node[property] {
            let located = Located(node: node, path: resource.properties.path.member(property))
            if let given = try resolve(located) {
                guard let text = given.scalar else { throw located.fault("expected a string, found \(given.kind)") }
                return text
            }
        }
        switch resource.type {
        case ResourceType.serverlessFunction, ResourceType.function, ResourceType.serverlessLayer,
            ResourceType.layer:
            return resource.logicalID
        case ResourceType.bucket: return GeneratedName.bucket(resource.logicalID, in: settings.stackName)
        case ResourceType.functionURL:
            return GeneratedName.functionURL(resource.logicalID, in: settings.stackName)
        case ResourceType.httpAPI, ResourceType.plainAPI, ResourceType.integration:
            return GeneratedName.api(resource.logicalID, in: settings.stackName)
        default: return GeneratedName.resource(resource.logicalID, in: settings.stackName)
        }
    }

    /// The ARN that a resource of a type that has one has.
    mutating func arn(of resource: Template.Resource) throws(Fault) -> String {
        let name = try name(of: resource)
        switch resource.type {
        case ResourceType.serverlessFunction, ResourceType.function: return arn("lambda", "function:\(name)")
        // Each start makes the layers of a template anew.
        case ResourceType.serverlessLayer, ResourceType.layer: return arn("lambda", "layer:\(name):1")
        case ResourceType.topic: return arn("sns", name)
        case ResourceType.queue: return arn("sqs", name)
        case ResourceType.bucket: return "arn:\(settings.partition):s3:::\(name)"
        case ResourceType.role: return "arn:\(settings.partition):iam::\(settings.account):role/\(name)"
        case ResourceType.model: return arn("sagemaker", "model/\(name)")
        case ResourceType.endpointConfig: return arn("sagemaker", "endpoint-config/\(name)")
        case ResourceType.endpoint: return arn("sagemaker", "endpoint/\(name)")
        default: return name
        }
    }

    private func arn(_ service: String, _ resource: String) -> String {
        "arn:\(settings.partition):\(service):\(settings.region):\(settings.account):\(resource)"
    }

    /// `Function.Alias` and `Function.Version`: what the serverless transform makes of `AutoPublishAlias`.
    /// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
    func isPublishedPart(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        guard parts.count == 2, parts[1] == "Alias" || parts[1] == "Version" else { return false }
        return resources[String(parts[0])]?.type == ResourceType.serverlessFunction
    }

    private mutating func published(
        _ part: String, of function: Template.Resource, _ place: Located
    ) throws(Fault) -> String {
        let property = function.properties.path.member("AutoPublishAlias")
        guard let node = function.properties.node["AutoPublishAlias"] else {
            throw place.fault("\(function.logicalID) has no AutoPublishAlias")
        }
        let alias = try text(Located(node: node, path: property))
        return try arn(of: function) + (part == "Alias" ? ":\(alias)" : ":1")
    }
}
