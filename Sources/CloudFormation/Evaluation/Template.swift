// SPDX-License-Identifier: Apache-2.0

/// A template's sections, checked for their form, nothing evaluated yet.
struct Template {
    struct Resource {
        var logicalID: String
        var type: String
        /// Where the type stands.
        var typeOffset: Int
        var condition: Located?
        var metadata: Located?
        var properties: Located
        /// The resource itself.
        var body: Located
        /// Attributes of a resource that belong to deployment and mean nothing here: `DeletionPolicy` and the like.
        static let deploymentAttributes: Set<String> = [
            "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy", "DependsOn",
        ]
    }

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    static let maximumResources = 500

    static let serverlessTransform = "AWS::Serverless-2016-10-31"
    static let languageExtensions = "AWS::LanguageExtensions"

    private static let sections: Set<String> = [
        "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions",
        "Transform", "Globals", "Resources", "Outputs", "Hooks",
    ]

    var parameters: [(name: String, declaration: Located)] = []
    var mappings: Located?
    var conditions: [String: Located] = [:]
    var outputs: [(name: String, declaration: Located)] = []
    var globals: Located?
    var isServerless = false
    var hasExtensions = false
    var resources: [Resource] = []
    /// Sections that are there and not executed.
    var unexecuted: [Located] = []

    init(_ document: Node) throws(Fault) {
        guard let members = document.members else {
            throw Fault(offset: document.offset, message: "a template is an object, this is \(document.kind)")
        }
        if let stranger = members.first(where: { !Self.sections.contains($0.key) }) {
            throw Fault(
                offset: stranger.keyOffset, path: Path(stranger.key),
                message: "Template format error: invalid template property or properties [\(stranger.key)]")
        }
        func section(_ name: String) throws(Fault) -> Located? {
            guard let node = document[name] else { return nil }
            guard node.members != nil else {
                throw Fault(offset: node.offset, path: Path(name), message: "expected an object, found \(node.kind)")
            }
            return Located(node: node, path: Path(name))
        }
        parameters = try section("Parameters").map(Self.entries) ?? []
        mappings = try section("Mappings")
        for entry in try section("Conditions").map(Self.entries) ?? [] { conditions[entry.name] = entry.declaration }
        outputs = try section("Outputs").map(Self.entries) ?? []
        globals = try section("Globals")
        for name in ["Rules", "Hooks"] { if let found = try section(name) { unexecuted.append(found) } }
        try readTransform(document["Transform"])
        guard let resources = try section("Resources") else {
            throw Fault(
                offset: document.offset,
                message: "Template format error: At least one Resources member must be defined.")
        }
        try readResources(resources)
    }

    private static func entries(of section: Located) -> [(name: String, declaration: Located)] {
        (section.node.members ?? []).map { ($0.key, Located(node: $0.value, path: section.path.member($0.key))) }
    }

    private mutating func readTransform(_ node: Node?) throws(Fault) {
        guard let node else { return }
        for item in node.items ?? [node] {
            switch item.scalar {
            case Self.serverlessTransform: isServerless = true
            case Self.languageExtensions: hasExtensions = true
            default:
                throw Fault(
                    offset: item.offset, path: Path("Transform"),
                    message:
                        "the transforms supported are \(Self.serverlessTransform) and \(Self.languageExtensions)")
            }
        }
    }

    private mutating func readResources(_ section: Located) throws(Fault) {
        let entries = Self.entries(of: section)
        guard entries.count <= Self.maximumResources else {
            throw section.fault(
                "Template format error: Number of resources, \(entries.count), is greater than maximum allowed, \(Self.maximumResources)"
            )
        }
        for (logicalID, body) in entries { resources.append(try Self.resource(logicalID, body)) }
    }

    private static func resource(_ logicalID: String, _ body: Located) throws(Fault) -> Resource {
        guard let members = body.node.members else { throw body.fault("expected an object, found \(body.node.kind)") }
        guard !logicalID.isEmpty, logicalID.utf8.allSatisfy({ UInt8.isASCIILetterOrDigit($0) }) else {
            throw body.fault("Template format error: Resource name \(logicalID) is non alphanumeric.")
        }
        guard let type = body.node["Type"], let typeName = type.scalar else {
            throw body.fault("Template format error: [\(body.path)] Every Resources object must contain a Type member.")
        }
        let known = Resource.deploymentAttributes.union([
            "Type", "Properties", "Metadata", "Condition", "IgnoreGlobals", Connectors.attribute,
        ])
        for member in members where !known.contains(member.key) {
            throw Fault(
                offset: member.keyOffset, path: body.path.member(member.key),
                message: "Invalid template resource property '\(member.key)'")
        }
        func part(_ name: String) -> Located? {
            body.node[name].map { Located(node: $0, path: body.path.member(name)) }
        }
        let properties =
            part("Properties")
            ?? Located(
                node: .object([:], at: body.node.offset), path: body.path.member("Properties"))
        guard properties.node.members != nil else {
            throw properties.fault("expected an object, found \(properties.node.kind)")
        }
        return Resource(
            logicalID: logicalID, type: typeName, typeOffset: type.offset, condition: part("Condition"),
            metadata: part("Metadata"), properties: properties, body: body)
    }
}

extension UInt8 {
    static func isASCIILetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
