// SPDX-License-Identifier: Apache-2.0

// The functions on text and lists.
extension Evaluator {
    /// `Fn::Join`: [delimiter, [values]].
    mutating func join(_ value: Located) throws(Fault) -> String {
        let arguments = try arguments(value, count: 2...2)
        let delimiter = try text(arguments[0])
        var parts: [String] = []
        for item in try list(arguments[1]) { parts.append(try text(Located(node: item, path: arguments[1].path))) }
        return parts.joined(separator: delimiter)
    }

    /// `Fn::Split`: [delimiter, text].
    mutating func split(_ value: Located) throws(Fault) -> Node {
        let arguments = try arguments(value, count: 2...2)
        let delimiter = try text(arguments[0])
        let source = try text(arguments[1])
        guard !delimiter.isEmpty else { throw arguments[0].fault("the delimiter is empty") }
        let parts = Self.parts(of: source, separatedBy: delimiter)
        return Node(value: .list(parts.map { .text($0, at: value.node.offset) }), offset: value.node.offset)
    }

    /// `Fn::Select`: [index, list].
    mutating func select(_ value: Located) throws(Fault) -> Node {
        let arguments = try arguments(value, count: 2...2)
        let items = try list(arguments[1])
        guard let index = Int(try text(arguments[0])), items.indices.contains(index) else {
            throw value.fault("Template error: Fn::Select cannot select nonexistent value at index")
        }
        return items[index]
    }

    /// `Fn::FindInMap`: [map, top-level key, second-level key], and with `AWS::LanguageExtensions` {"DefaultValue": …}.
    mutating func findInMap(_ value: Located) throws(Fault) -> Node? {
        let arguments = try arguments(value, count: 3...4)
        if arguments.count == 4 { try requireExtensions("DefaultValue", value) }
        var found = mappings?.node
        var keys: [String] = []
        for argument in arguments.prefix(3) {
            keys.append(try text(argument))
            found = found?[keys[keys.count - 1]]
        }
        if let found { return found }
        if arguments.count == 4 {
            guard let fallback = arguments[3].node["DefaultValue"] else {
                throw arguments[3].fault("expected an object with DefaultValue")
            }
            return try resolve(Located(node: fallback, path: arguments[3].path.member("DefaultValue")))
        }
        throw value.fault("Template error: Unable to get mapping for \(keys.joined(separator: "::"))")
    }

    /// `Fn::Sub`: text, or [text, {name: value}].
    mutating func substitute(_ value: Located) throws(Fault) -> String {
        var template = value
        var variables: [String: String] = [:]
        if value.node.items != nil {
            let arguments = try arguments(value, count: 2...2)
            template = arguments[0]
            guard let members = arguments[1].node.members else {
                throw arguments[1].fault("expected an object of values")
            }
            for member in members {
                let located = Located(node: member.value, path: arguments[1].path.member(member.key))
                variables[member.key] = try text(located)
            }
        }
        guard case .text(let source) = template.node.value else {
            throw template.fault("expected a string, found \(template.node.kind)")
        }
        var result = ""
        for part in try Self.placeholders(in: source, of: template) {
            switch part {
            case .literal(let literal): result += literal
            case .name(let name):
                if let variable = variables[name] {
                    result += variable
                } else {
                    result += try substituted(name, template)
                }
            }
        }
        return result
    }

    private mutating func substituted(_ name: String, _ template: Located) throws(Fault) -> String {
        let node = Node.text(name, at: template.node.offset)
        let located = Located(node: node, path: template.path)
        if !name.contains(".") || isPublishedPart(name) {
            return try text(Located(node: .object(["Ref": node], at: node.offset), path: template.path))
        }
        return try attribute(located)
    }

    enum SubPart: Equatable {
        case literal(String)
        case name(String)
    }

    /// `a${B}${!c}` is the literal `a`, the name `B` and the literal `${c}`.
    static func placeholders(in text: String, of value: Located) throws(Fault) -> [SubPart] {
        var parts: [SubPart] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "$") {
            let open = rest.index(after: start)
            guard open < rest.endIndex, rest[open] == "{" else {
                parts.append(.literal(String(rest[..<open])))
                rest = rest[open...]
                continue
            }
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw value.fault("Template error: variable names in Fn::Sub syntax must end with a brace")
            }
            parts.append(.literal(String(rest[..<start])))
            let name = rest[rest.index(after: open)..<close]
            if name.first == "!" {
                parts.append(.literal("${\(name.dropFirst())}"))
            } else {
                parts.append(.name(String(name)))
            }
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.literal(String(rest)))
        return parts.filter { $0 != .literal("") }
    }

    private static func parts(of text: String, separatedBy delimiter: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var rest = text[...]
        while let first = rest.first {
            if rest.hasPrefix(delimiter) {
                parts.append(current)
                current = ""
                rest = rest.dropFirst(delimiter.count)
            } else {
                current.append(first)
                rest = rest.dropFirst()
            }
        }
        return parts + [current]
    }
}
