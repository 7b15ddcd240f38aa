// SPDX-License-Identifier: Apache-2.0

extension Application {
    /// Reads a template.
    ///
    /// - Parameters:
    ///   - template: JSON, or YAML if it does not begin like JSON.
    ///   - file: what messages call it.
    ///   - settings: what it is deployed as.
    /// - Throws: ``TemplateError`` with everything that was found wrong; never anything else.
    public init(template: [UInt8], file: String, settings: StackSettings = StackSettings()) throws(TemplateError) {
        let text = try TemplateText(template, file: file)
        let reader: ApplicationReader
        do throws(Fault) {
            reader = try Self.read(text, settings)
        } catch {
            throw text.error(error)
        }
        self = try reader.finish()
    }

    private static func read(_ text: TemplateText, _ settings: StackSettings) throws(Fault) -> ApplicationReader {
        let document = try LoopExpansion.expand(try text.document(), given: settings.parameters)
        var template = try Template(document)
        let found = try ServerlessTransform.apply(to: &template)
        let (values, faults) = Parameters.values(of: template, given: settings.parameters)
        let evaluator = Evaluator(template, settings: settings, parameters: values)
        var reader = ApplicationReader(text: text, evaluator: evaluator)
        reader.faults = faults + DependencyGraph(template).faults
        reader.remark(.warning, found.unexecuted)
        reader.remark(.note, found.unchecked)
        if reader.faults.isEmpty { reader.read(template) }
        return reader
    }
}

/// Makes the resource model of a template.
///
/// A fault in one resource does not keep the others from being read, so that one run tells about all of them.
struct ApplicationReader {
    private let text: TemplateText
    var evaluator: Evaluator
    var application = Application()
    var faults: [Fault] = []
    private var remarks: [Diagnostic] = []

    init(text: TemplateText, evaluator: Evaluator) {
        self.text = text
        self.evaluator = evaluator
    }

    mutating func read(_ template: Template) {
        for section in template.unexecuted {
            remark(.warning, [section.fault("ignored: this section is not executed")])
        }
        var included: [Template.Resource] = []
        for resource in template.resources {
            attempt { reader throws(Fault) in
                if try reader.evaluator.isIncluded(resource) { included.append(resource) }
            }
        }
        // Sources of events before the functions, whose events are added to them.
        for resource in included { attempt { reader throws(Fault) in try reader.readSource(resource) } }
        for resource in included {
            attempt { reader throws(Fault) in try reader.readTarget(resource, among: included) }
        }
        checkNames(included)
        for output in template.outputs { attempt { reader throws(Fault) in try reader.readOutput(output) } }
    }

    consuming func finish() throws(TemplateError) -> Application {
        guard faults.isEmpty else {
            let ordered = faults.sorted { $0.offset < $1.offset }
            throw TemplateError(diagnostics: ordered.map { text.diagnostic(.error, $0) })
        }
        application.diagnostics = remarks.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return application
    }

    private mutating func readSource(_ resource: Template.Resource) throws(Fault) {
        switch resource.type {
        case ResourceType.httpAPI: try readAPI(resource)
        case ResourceType.plainAPI: try readPlainAPI(resource)
        case ResourceType.bucket: try readBucket(resource)
        case ResourceType.topic: try readTopic(resource)
        case ResourceType.queue: try readQueue(resource)
        case ResourceType.serverlessLayer, ResourceType.layer: try readLayer(resource)
        default: break
        }
    }

    private mutating func readTarget(_ resource: Template.Resource, among all: [Template.Resource]) throws(Fault) {
        switch resource.type {
        case ResourceType.serverlessFunction: try readServerlessFunction(resource)
        case ResourceType.function: try readFunction(resource)
        case ResourceType.eventInvokeConfig: try readEventInvokeConfig(resource)
        case ResourceType.permission: try readPermission(resource)
        case ResourceType.version: try readVersion(resource)
        case ResourceType.alias: try readAlias(resource)
        case ResourceType.stage: try readStage(resource)
        case ResourceType.route: try readRoute(resource, among: all)
        case ResourceType.functionURL: try readFunctionURL(resource)
        case ResourceType.subscription: try readSubscription(resource)
        case ResourceType.endpoint: try readEndpoint(resource, among: all)
        case ResourceType.httpAPI, ResourceType.plainAPI, ResourceType.integration, ResourceType.bucket,
            ResourceType.topic, ResourceType.queue,
            ResourceType.model, ResourceType.endpointConfig, ResourceType.serverlessLayer, ResourceType.layer:
            break
        case _ where ResourceType.policies.contains(resource.type):
            // A role that the transform made says nothing that its function's Policies do not.
            if resource.body.node["Type"] != nil { remark(.note, [resource.body.fault(Self.noPermissions)]) }
        default:
            try readOther(resource)
        }
    }

    static let noPermissions = "accepted: nothing checks here what it allows"

    private mutating func readOther(_ resource: Template.Resource) throws(Fault) {
        let place = Fault(
            offset: resource.typeOffset, path: resource.body.path.member("Type"),
            message: "ignored: resources of type \(resource.type) are not supported")
        guard ["AWS::", "Alexa::", "Custom::"].contains(where: { resource.type.hasPrefix($0) }) else {
            throw Fault(
                offset: place.offset, path: place.path,
                message: "Template format error: Unrecognized resource types: [\(resource.type)]")
        }
        remark(.warning, [place])
    }

    private mutating func readOutput(_ output: (name: String, declaration: Located)) throws(Fault) {
        let declaration = output.declaration
        if let condition = declaration.node["Condition"] {
            let place = Located(node: condition, path: declaration.path.member("Condition"))
            guard try evaluator.condition(named: place.asText(), place) else { return }
        }
        guard let value = declaration.node["Value"] else { throw declaration.fault("the property Value is missing") }
        application.outputs[output.name] = try evaluator.text(
            Located(node: value, path: declaration.path.member("Value")))
    }

    /// Two resources of one type cannot have one name.
    private mutating func checkNames(_ resources: [Template.Resource]) {
        var seen: Set<String> = []
        for resource in resources where ResourceType.nameProperty[resource.type] != nil {
            attempt { reader throws(Fault) in
                let name = try reader.evaluator.name(of: resource)
                let kind = resource.type.split(separator: "::").last ?? ""
                guard seen.insert("\(kind)/\(name)").inserted else {
                    throw resource.body.fault("\(name) already exists in this template")
                }
            }
        }
    }
}

extension ApplicationReader {
    mutating func attempt(_ body: (inout ApplicationReader) throws(Fault) -> Void) {
        do throws(Fault) {
            try body(&self)
        } catch {
            faults.append(error)
        }
    }

    mutating func remark(_ severity: Diagnostic.Severity, _ places: [Fault]) {
        remarks += places.map { text.diagnostic(severity, $0) }
    }

    /// The executed properties of an object; a remark about every other one.
    mutating func fields(_ object: Located, _ table: PropertyTable) throws(Fault) -> Fields {
        guard let members = object.node.members else {
            throw object.fault("expected an object, found \(object.node.kind)")
        }
        var resolved: [String: Node] = [:]
        for member in members {
            let value = Located(node: member.value, path: object.path.member(member.key))
            let place = Fault(offset: member.keyOffset, path: value.path, message: "")
            if table.executed.contains(member.key) {
                resolved[member.key] = try evaluator.resolve(value)
            } else if let reason = table.rejected[member.key] {
                throw Fault(offset: place.offset, path: place.path, message: "not supported: \(reason)")
            } else if table.noted.contains(member.key) {
                remark(.note, [Fault(offset: place.offset, path: place.path, message: Self.noPermissions)])
            } else if table.ignored.contains(member.key) {
                remark(.warning, [Fault(offset: place.offset, path: place.path, message: "ignored: not executed here")])
            } else {
                throw Fault(
                    offset: place.offset, path: place.path, message: "Encountered unsupported property \(member.key)")
            }
        }
        return Fields(object, resolved)
    }

    /// The same for an object inside an object.
    mutating func optionalFields(_ object: Located?, _ table: PropertyTable) throws(Fault) -> Fields? {
        guard let object else { return nil }
        return try fields(object, table)
    }
}
