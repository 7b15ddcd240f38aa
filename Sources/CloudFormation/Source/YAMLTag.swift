// SPDX-License-Identifier: Apache-2.0

/// What YAML's tags and plain scalars stand for in a template.
enum YAMLTag {
    /// How the tags of YAML itself begin.
    static let core = "tag:yaml.org,2002:"

    /// A value under its tag: the short form of a function, or one of YAML's own types.
    static func apply(_ tag: String?, to node: Node) throws(Fault) -> Node {
        guard let tag, tag != "!" else { return node }
        if tag.hasPrefix(core) { return try check(String(tag.dropFirst(core.count)), node) }
        guard tag.hasPrefix("!") else { throw Fault(offset: node.offset, message: "the tag \(tag) is not supported") }
        let name = String(tag.dropFirst())
        let function = name == "Ref" || name == "Condition" ? name : "Fn::\(name)"
        let call = Node.Member(key: function, keyOffset: node.offset, value: node)
        return Node(value: .object([call]), offset: node.offset)
    }

    /// The types that CloudFormation knows of those that a tag can ask for.
    private static func check(_ type: String, _ node: Node) throws(Fault) -> Node {
        switch (type, node.value) {
        case ("str", .text), ("bool", .bool), ("null", .null), ("int", .number), ("float", .number), ("seq", .list),
            ("map", .object):
            return node
        case ("str", _), ("bool", _), ("null", _), ("int", _), ("float", _), ("seq", _), ("map", _):
            throw Fault(offset: node.offset, message: "this is \(node.kind), no !!\(type)")
        default:
            throw Fault(offset: node.offset, message: "CloudFormation does not support !!\(type)")
        }
    }

    /// A scalar without quotes, by the types of YAML 1.1.
    ///
    /// Numbers are those that JSON has too: account ids with a zero in front and dates are texts here.
    static func scalar(_ text: String) -> Node.Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        default: return isNumber(text) ? .number(text) : .text(text)
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func digits() -> Int {
            let all = rest
            rest = rest.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return all.count - rest.count
        }
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, whole == 1 || !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
