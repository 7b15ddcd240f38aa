// SPDX-License-Identifier: Apache-2.0

/// What becomes of each property of an object: a property is executed, or it is said that it is not.
struct PropertyTable {
    /// Those that are read.
    var executed: Set<String>
    /// Those that ask for permissions or bookkeeping that a developer's machine has no use for.
    var noted: Set<String> = []
    /// Those that AWS executes and that are not executed here.
    var ignored: Set<String> = []
    /// Those without which what runs here would not be what the template says, and why.
    var rejected: [String: String] = [:]
}

/// The executed properties of an object, resolved.
struct Fields {
    let located: Located
    private let members: [String: Node]

    init(_ located: Located, _ members: [String: Node]) {
        self.located = located
        self.members = members
    }

    subscript(_ name: String) -> Located? {
        members[name].map { Located(node: $0, path: located.path.member(name)) }
    }

    func required(_ name: String) throws(Fault) -> Located {
        guard let value = self[name] else { throw located.fault("the property \(name) is missing") }
        return value
    }

    func text(_ name: String) throws(Fault) -> String? {
        try self[name]?.asText()
    }

    func requiredText(_ name: String) throws(Fault) -> String {
        try required(name).asText()
    }

    func text(_ name: String, oneOf allowed: [String]) throws(Fault) -> String? {
        guard let value = self[name] else { return nil }
        let text = try value.asText()
        guard allowed.contains(text) else {
            throw value.fault("\"\(text)\" is none of \(allowed.joined(separator: ", "))")
        }
        return text
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(Fault) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = value.node.scalar.flatMap({ Int($0) }), range.contains(number) else {
            throw value.fault(
                "expected a whole number from \(range.lowerBound) to \(range.upperBound), found \(value.node.scalar ?? value.node.kind)"
            )
        }
        return number
    }

    /// A number that is not negative.
    func number(_ name: String) throws(Fault) -> Double? {
        guard let value = self[name] else { return nil }
        guard let number = value.node.scalar.flatMap({ Double($0) }), number.isFinite, number >= 0 else {
            throw value.fault("expected a number from 0, found \(value.node.scalar ?? value.node.kind)")
        }
        return number
    }

    func bool(_ name: String) throws(Fault) -> Bool? {
        guard let value = self[name] else { return nil }
        switch value.node.scalar {
        case "true": return true
        case "false": return false
        default: throw value.fault("expected true or false")
        }
    }

    func list(_ name: String) throws(Fault) -> [Located] {
        try self[name]?.asList() ?? []
    }

    /// One text, or a list of texts.
    func texts(_ name: String) throws(Fault) -> [String] {
        guard let value = self[name] else { return [] }
        guard value.node.items != nil else { return [try value.asText()] }
        var texts: [String] = []
        for item in try value.asList() { texts.append(try item.asText()) }
        return texts
    }

    /// An object whose values are texts, whatever its keys.
    func dictionary(_ name: String) throws(Fault) -> [String: String] {
        guard let value = self[name] else { return [:] }
        guard let members = value.node.members else {
            throw value.fault("expected an object, found \(value.node.kind)")
        }
        var dictionary: [String: String] = [:]
        for member in members {
            dictionary[member.key] = try Located(node: member.value, path: value.path.member(member.key)).asText()
        }
        return dictionary
    }
}

extension Located {
    func asText() throws(Fault) -> String {
        guard let text = node.scalar else { throw fault("expected a string, found \(node.kind)") }
        return text
    }

    func asList() throws(Fault) -> [Located] {
        guard let items = node.items else { throw fault("expected a list, found \(node.kind)") }
        return items.enumerated().map { Located(node: $0.element, path: path.item($0.offset)) }
    }
}
