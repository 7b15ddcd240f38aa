// SPDX-License-Identifier: Apache-2.0

/// What `AWS::Serverless-2016-10-31` adds to a template before its functions are evaluated: `Globals`, the API that
/// routes without one belong to, the roles of functions that name none, and what connectors stand for.
/// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
enum ServerlessTransform {
    /// The API of routes that name none.
    static let implicitAPI = "ServerlessHttpApi"

    private static let globalSections = ["Function": ResourceType.serverlessFunction, "HttpApi": ResourceType.httpAPI]

    /// - Returns: what is in `Globals` and not executed, and connectors that nothing checks.
    static func apply(
        to template: inout Template
    ) throws(Fault) -> (unexecuted: [Fault], unchecked: [Fault]) {
        guard template.isServerless else {
            if let resource = template.resources.first(where: { $0.body.node[Connectors.attribute] != nil }) {
                throw resource.body.fault("Invalid template resource property '\(Connectors.attribute)'")
            }
            if let resource = template.resources.first(where: { $0.type.hasPrefix("AWS::Serverless::") }) {
                throw Fault(
                    offset: resource.typeOffset, path: resource.body.path.member("Type"),
                    message: "\(resource.type) needs \"Transform\": \"\(Template.serverlessTransform)\"")
            }
            return ([], [])
        }
        addImplicitResources(to: &template)
        let unexecuted = try mergeGlobals(into: &template)
        addFunctionURLs(to: &template)
        return (unexecuted, try Connectors.apply(to: &template))
    }

    /// What the logical id of a function's URL ends with.
    static let urlSuffix = "Url"

    /// A function's `FunctionUrlConfig` is a resource of its own, which templates refer to.
    private static func addFunctionURLs(to template: inout Template) {
        for function in template.resources where function.type == ResourceType.serverlessFunction {
            guard let configuration = function.properties.node["FunctionUrlConfig"],
                var members = configuration.members
            else { continue }
            func add(_ name: String, _ value: Node) {
                members.append(Node.Member(key: name, keyOffset: configuration.offset, value: value))
            }
            let reference = Node.Member(
                key: "Ref", keyOffset: configuration.offset, value: .text(function.logicalID, at: configuration.offset))
            add("TargetFunctionArn", Node(value: .object([reference]), offset: configuration.offset))
            if let alias = function.properties.node["AutoPublishAlias"] { add("Qualifier", alias) }
            let path = function.properties.path.member("FunctionUrlConfig")
            template.resources.append(
                Template.Resource(
                    logicalID: function.logicalID + urlSuffix, type: ResourceType.functionURL,
                    typeOffset: function.typeOffset, condition: function.condition,
                    properties: Located(
                        node: Node(value: .object(members), offset: configuration.offset), path: path),
                    body: Located(node: .object([:], at: configuration.offset), path: path)))
        }
    }

    private static func mergeGlobals(into template: inout Template) throws(Fault) -> [Fault] {
        guard let globals = template.globals else { return [] }
        var unexecuted: [Fault] = []
        for section in globals.node.members ?? [] {
            let path = globals.path.member(section.key)
            guard let type = globalSections[section.key] else {
                unexecuted.append(
                    Fault(
                        offset: section.keyOffset, path: path, message: "ignored: no resource of this kind is supported"
                    ))
                continue
            }
            guard section.value.members != nil else {
                throw Fault(offset: section.value.offset, path: path, message: "expected an object")
            }
            for index in template.resources.indices where template.resources[index].type == type {
                let resource = template.resources[index]
                let inherited = try inherited(section.value, by: resource)
                template.resources[index].properties.node = merge(inherited, resource.properties.node)
            }
        }
        return unexecuted
    }

    /// The globals without those that the resource's `IgnoreGlobals` names.
    private static func inherited(_ globals: Node, by resource: Template.Resource) throws(Fault) -> Node {
        guard let ignored = resource.body.node["IgnoreGlobals"] else { return globals }
        if ignored.scalar == "*" { return .object([:], at: globals.offset) }
        guard let names = ignored.items?.map(\.scalar) else {
            throw Fault(
                offset: ignored.offset, path: resource.body.path.member("IgnoreGlobals"),
                message: "expected \"*\" or a list of properties")
        }
        let kept = (globals.members ?? []).filter { !names.contains($0.key) }
        return Node(value: .object(kept), offset: globals.offset)
    }

    /// Objects merge member by member, lists add up, everything else is replaced; a function call is never merged into.
    static func merge(_ global: Node, _ local: Node) -> Node {
        switch (global.value, local.value) {
        case (.list(let first), .list(let second)):
            return Node(value: .list(first + second), offset: local.offset)
        case (.object(var merged), .object(let members)) where !isCall(merged) && !isCall(members):
            for member in members {
                if let index = merged.firstIndex(where: { $0.key == member.key }) {
                    merged[index] = Node.Member(
                        key: member.key, keyOffset: member.keyOffset, value: merge(merged[index].value, member.value))
                } else {
                    merged.append(member)
                }
            }
            return Node(value: .object(merged), offset: local.offset)
        default:
            return local
        }
    }

    private static func isCall(_ members: [Node.Member]) -> Bool {
        guard members.count == 1, let key = members.first?.key else { return false }
        return key == "Ref" || key == "Condition" || key.hasPrefix("Fn::")
    }

    private static func addImplicitResources(to template: inout Template) {
        for function in template.resources where function.type == ResourceType.serverlessFunction {
            if function.properties.node["Role"] == nil {
                add(ResourceType.role, "\(function.logicalID)Role", for: function, to: &template)
            }
            for event in function.properties.node["Events"]?.members ?? [] {
                guard event.value["Type"]?.scalar == "HttpApi", event.value["Properties"]?["ApiId"] == nil else {
                    continue
                }
                add(ResourceType.httpAPI, implicitAPI, for: function, to: &template)
            }
        }
    }

    private static func add(
        _ type: String, _ logicalID: String, for function: Template.Resource, to template: inout Template
    ) {
        guard !template.resources.contains(where: { $0.logicalID == logicalID }) else { return }
        let body = Located(node: .object([:], at: function.body.node.offset), path: Path("Resources").member(logicalID))
        template.resources.append(
            Template.Resource(
                logicalID: logicalID, type: type, typeOffset: function.typeOffset,
                properties: Located(node: body.node, path: body.path.member("Properties")), body: body))
    }
}
