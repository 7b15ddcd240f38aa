// SPDX-License-Identifier: Apache-2.0

/// A template whose functions and layers are zip files: what `aws cloudformation package` and `sam package` are given.
///
/// Pure. Everything else of it stays as its author wrote it, intrinsic functions and all; what was YAML becomes JSON.
public enum PackagedTemplate {
    /// The properties in which resources name their code.
    private static let properties = [
        ResourceType.serverlessFunction: "CodeUri", ResourceType.function: "Code",
        ResourceType.serverlessLayer: "ContentUri", ResourceType.layer: "Content",
    ]

    /// Writes it.
    ///
    /// - Parameters:
    ///   - template: JSON or YAML.
    ///   - file: what messages call it.
    ///   - locations: the zip files, as seen from the new template, by the logical ids of the resources.
    /// - Throws: ``TemplateError`` for a resource that is not in the text.
    public static func text(
        _ template: [UInt8], file: String, locations: [String: String]
    ) throws(TemplateError) -> String {
        let text = try TemplateText(template, file: file)
        do throws(Fault) {
            var document = try text.document()
            for (logicalID, location) in locations.sorted(by: { $0.key < $1.key }) {
                try document.change(["Resources", logicalID]) { resource throws(Fault) in
                    guard let property = resource["Type"]?.scalar.flatMap({ properties[$0] }) else {
                        throw Fault(offset: resource.offset, message: "\(logicalID) is no function or layer")
                    }
                    try resource.place(location, at: property)
                }
            }
            return document.indentedJSON() + "\n"
        } catch {
            throw text.error(error)
        }
    }
}

extension Node {
    /// Puts the location of a zip file into a resource, and takes out what names its code otherwise.
    fileprivate mutating func place(_ location: String, at property: String) throws(Fault) {
        let value = Node.text(location, at: offset)
        var members = self.members ?? []
        if !members.contains(where: { $0.key == "Properties" }) {
            members.append(Member(key: "Properties", keyOffset: offset, value: .object([:], at: offset)))
        }
        members = members.compactMap { member in
            var member = member
            switch member.key {
            case "Properties":
                var properties = (member.value.members ?? []).filter { $0.key != property }
                properties.append(Member(key: property, keyOffset: offset, value: value))
                member.value.value = .object(properties)
            case "Metadata":
                let metadata = (member.value.members ?? []).filter {
                    $0.key != "Martlet" && !$0.key.hasPrefix("aws:asset:")
                }
                guard !metadata.isEmpty else { return nil }
                member.value.value = .object(metadata)
            default: break
            }
            return member
        }
        self.value = .object(members)
    }

    /// Changes the value at the end of a way of members.
    fileprivate mutating func change(
        _ way: ArraySlice<String>, _ body: (inout Node) throws(Fault) -> Void
    ) throws(Fault) {
        guard let name = way.first else { return try body(&self) }
        guard var members, let index = members.firstIndex(where: { $0.key == name }) else {
            throw Fault(
                offset: offset,
                message:
                    "\(name) is not in the template itself: what Fn::ForEach or a transform makes cannot be packaged")
        }
        try members[index].value.change(way.dropFirst(), body)
        value = .object(members)
    }

    /// As JSON with a line for each member, in their order.
    fileprivate func indentedJSON(depth: Int = 0) -> String {
        let (inner, outer) = (String(repeating: "  ", count: depth + 1), String(repeating: "  ", count: depth))
        switch value {
        case .object(let members) where !members.isEmpty:
            let lines = members.map {
                "\(inner)\(Node.text($0.key, at: 0).json): \($0.value.indentedJSON(depth: depth + 1))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        case .list(let items) where !items.isEmpty:
            return "[\n\(items.map { inner + $0.indentedJSON(depth: depth + 1) }.joined(separator: ",\n"))\n\(outer)]"
        default: return json
        }
    }
}
