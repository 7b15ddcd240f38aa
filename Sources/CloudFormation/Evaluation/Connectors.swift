// SPDX-License-Identifier: Apache-2.0

/// Connectors, those that are resources and those inside of one, become the permissions that they stand for.
///
/// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html
enum Connectors {
    static let attribute = "Connectors"

    /// - Returns: the connectors that become something which nothing checks here.
    static func apply(to template: inout Template) throws(Fault) -> [Fault] {
        try addEmbedded(to: &template)
        let connectors = template.resources.filter { $0.type == ResourceType.connector }
        template.resources.removeAll { $0.type == ResourceType.connector }
        var unchecked: [Fault] = []
        for connector in connectors {
            let permissions = try permissions(of: connector, in: template)
            if permissions.isEmpty { unchecked.append(connector.body.fault(ApplicationReader.noPermissions)) }
            template.resources += permissions
        }
        return unchecked
    }

    /// A connector inside of a resource, which is its source, is one beside it.
    private static func addEmbedded(to template: inout Template) throws(Fault) {
        for resource in template.resources {
            guard let embedded = resource.body.node[attribute] else { continue }
            let place = Located(node: embedded, path: resource.body.path.member(attribute))
            guard let members = embedded.members else {
                throw place.fault("expected an object, found \(embedded.kind)")
            }
            for member in members {
                let path = place.path.member(member.key)
                guard let properties = member.value["Properties"], let own = properties.members else {
                    throw Fault(offset: member.keyOffset, path: path, message: "the property Properties is missing")
                }
                var source = [
                    Node.Member(
                        key: "Id", keyOffset: member.keyOffset, value: .text(resource.logicalID, at: member.keyOffset))
                ]
                if let reference = properties["SourceReference"] {
                    guard let members = reference.members, reference["Id"] == nil else {
                        throw Fault(
                            offset: reference.offset, path: path.member("Properties.SourceReference"),
                            message: "'Id' shouldn't be defined in 'SourceReference'.")
                    }
                    source += members
                }
                var filled = own.filter { $0.key != "SourceReference" }
                filled.append(
                    Node.Member(
                        key: "Source", keyOffset: member.keyOffset,
                        value: Node(value: .object(source), offset: member.keyOffset)))
                template.resources.append(
                    Template.Resource(
                        logicalID: resource.logicalID + member.key, type: ResourceType.connector,
                        typeOffset: member.keyOffset, condition: resource.condition,
                        properties: Located(
                            node: Node(value: .object(filled), offset: properties.offset),
                            path: path.member("Properties")),
                        body: Located(node: member.value, path: path)))
            }
        }
    }

    private static func permissions(
        of connector: Template.Resource, in template: Template
    ) throws(Fault) -> [Template.Resource] {
        let properties = connector.properties
        if let stranger = properties.node.members?.first(where: {
            !["Source", "Destination", "Permissions"].contains($0.key)
        }) {
            throw Fault(
                offset: stranger.keyOffset, path: properties.path.member(stranger.key),
                message: "Encountered unsupported property \(stranger.key)")
        }
        let source = try ConnectorEnd(property("Source", of: properties), in: template)
        let destinations = try property("Destination", of: properties)
        guard let several = destinations.node.items else {
            let end = try ConnectorEnd(destinations, in: template)
            return try permission(of: connector, from: source, to: end, suffix: "").map { [$0] } ?? []
        }
        guard !several.isEmpty else { throw destinations.fault("'Destination' is an empty list") }
        var all: [Template.Resource] = []
        for (index, item) in several.enumerated() {
            let end = try ConnectorEnd(Located(node: item, path: destinations.path.item(index)), in: template)
            if let one = try permission(of: connector, from: source, to: end, suffix: "Destination\(index)") {
                all.append(one)
            }
        }
        return all
    }

    private static func property(_ name: String, of properties: Located) throws(Fault) -> Located {
        guard let node = properties.node[name] else { throw properties.fault("the property \(name) is missing") }
        return Located(node: node, path: properties.path.member(name))
    }

    /// - Returns: the statement of a function's resource policy; nil for what nothing checks here.
    private static func permission(
        of connector: Template.Resource, from source: ConnectorEnd, to destination: ConnectorEnd, suffix: String
    ) throws(Fault) -> Template.Resource? {
        let ends = "from \(source.type) to \(destination.type)"
        guard let profile = ConnectorProfile.find(from: source.type, to: destination.type) else {
            throw connector.properties.fault(
                "Unable to create connector \(ends); it's not supported or the template is invalid.")
        }
        try check(property("Permissions", of: connector.properties), profile, ends)
        guard case .functionPermission(let principal, let arn) = profile.form else { return nil }
        let offset = connector.properties.node.offset
        func member(_ name: String, _ value: Node) -> Node.Member {
            Node.Member(key: name, keyOffset: offset, value: value)
        }
        var members = [
            member("Action", .text("lambda:InvokeFunction", at: offset)),
            member("FunctionName", try destination.arn(.attribute, "Destination")),
            member("Principal", .text(principal, at: offset)),
            member("SourceArn", try source.arn(arn, "Source")),
        ]
        if source.type == ResourceType.bucket {
            let account = Node.object(["Ref": .text("AWS::AccountId", at: offset)], at: offset)
            members.append(member("SourceAccount", account))
        }
        let node = Node(value: .object(members), offset: offset)
        return Template.Resource(
            logicalID: "\(connector.logicalID)WriteLambdaPermission\(suffix)", type: ResourceType.permission,
            typeOffset: connector.typeOffset, condition: connector.condition,
            properties: Located(node: node, path: connector.properties.path), body: connector.body)
    }

    private static func check(_ permissions: Located, _ profile: ConnectorProfile, _ ends: String) throws(Fault) {
        let valid = profile.permissions.joined(separator: ", ")
        guard let asked = permissions.node.items?.map(\.scalar) else {
            throw permissions.fault("expected a list, found \(permissions.node.kind)")
        }
        guard !asked.isEmpty else {
            throw permissions.fault("'Permissions' cannot be empty; valid values are: \(valid).")
        }
        let unsupported = "Unsupported 'Permissions' provided for connector \(ends)"
        guard asked.allSatisfy({ $0.map(profile.permissions.contains) ?? false }) else {
            throw permissions.fault("\(unsupported); valid values are: \(valid).")
        }
        guard !profile.needsAll || Set(asked).count == profile.permissions.count else {
            let all = profile.permissions.sorted().joined(separator: " + ")
            throw permissions.fault("\(unsupported); valid combinations are: \(all).")
        }
    }
}

/// One end of a connector: a resource of the template, or one that its ARN names.
private struct ConnectorEnd {
    let type: String
    private let logicalID: String?
    private let reference: Located

    init(_ reference: Located, in template: Template) throws(Fault) {
        let node = reference.node
        let others = (node.members ?? []).filter { !["Id", "Qualifier"].contains($0.key) }
        guard node.members != nil, (node["Id"] != nil) == others.isEmpty else {
            throw reference.fault(
                "Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.")
        }
        self.reference = reference
        guard let id = node["Id"] else {
            guard let type = node["Type"]?.scalar else { throw reference.fault("'Type' is missing or not a string.") }
            self.type = ConnectorProfile.plainType(type)
            logicalID = nil
            return
        }
        guard let id = id.scalar else { throw reference.fault("'Id' is missing or not a string.") }
        guard let resource = template.resources.first(where: { $0.logicalID == id }) else {
            throw reference.fault("Unable to find resource with logical ID '\(id)'.")
        }
        type = ConnectorProfile.plainType(resource.type)
        logicalID = id
    }

    /// - Parameter name: `Source` or `Destination`.
    func arn(_ kind: ConnectorProfile.SourceARN, _ name: String) throws(Fault) -> Node {
        let offset = reference.node.offset
        func call(_ name: String, _ argument: Node) -> Node { .object([name: argument], at: offset) }
        func text(_ text: String) -> Node { .text(text, at: offset) }
        func given(_ property: String) throws(Fault) -> Node {
            guard let node = reference.node[property] else {
                throw reference.fault("Unable to get \(property) from '\(name)' resource.")
            }
            return node
        }
        let own = logicalID.map { call("Ref", text($0)) }
        switch kind {
        case .returnedByRef:
            if let own { return own }
            return try given("Arn")
        case .attribute:
            guard let logicalID else { return try given("Arn") }
            return call("Fn::GetAtt", Node(value: .list([text(logicalID), text("Arn")]), offset: offset))
        case .routes:
            let pattern = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/${Routes}"
            let routes: Node
            if logicalID == nil {
                routes = try given("Qualifier")
            } else {
                routes = reference.node["Qualifier"] ?? text("*")
            }
            let api: Node
            if let own { api = own } else { api = try given("ResourceId") }
            let parts = Node.object(["Api": api, "Routes": routes], at: offset)
            return call("Fn::Sub", Node(value: .list([text(pattern), parts]), offset: offset))
        }
    }
}
