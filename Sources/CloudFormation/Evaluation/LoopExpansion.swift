// SPDX-License-Identifier: Apache-2.0

/// Expands `Fn::ForEach` of the transform `AWS::LanguageExtensions`, wherever in the template it stands.
///
/// `"Fn::ForEach::Name": [identifier, collection, {key: value}]` becomes one member for each item of the collection,
/// with the item in place of `${identifier}`; `&{identifier}` leaves out what no logical id may hold.
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
struct LoopExpansion {
    static let maximumNodes = 100_000

    private static let prefix = "Fn::ForEach::"

    private let parameters: Node?
    private let given: [String: String]
    private var nodes = 0

    /// A template without loops; as it is, if it does not have the transform.
    static func expand(_ document: Node, given: [String: String]) throws(Fault) -> Node {
        let transforms = document["Transform"].map { $0.items ?? [$0] } ?? []
        guard transforms.contains(where: { $0.scalar == Template.languageExtensions }) else { return document }
        var expansion = LoopExpansion(parameters: document["Parameters"], given: given)
        return try expansion.expand(document, [:])
    }

    private init(parameters: Node?, given: [String: String]) {
        self.parameters = parameters
        self.given = given
    }

    private mutating func expand(_ node: Node, _ items: [String: String]) throws(Fault) -> Node {
        nodes += 1
        guard nodes <= Self.maximumNodes else {
            throw Fault(offset: node.offset, message: "loops make more than \(Self.maximumNodes) values")
        }
        switch node.value {
        case .null, .bool, .number: return node
        case .text(let text): return .text(Self.replace(text, items), at: node.offset)
        case .list(let list):
            var expanded: [Node] = []
            for item in list { expanded.append(try expand(item, items)) }
            return Node(value: .list(expanded), offset: node.offset)
        case .object(let members):
            if members.count == 1, members[0].key == "Ref", let name = members[0].value.scalar, let item = items[name] {
                return .text(item, at: node.offset)
            }
            var expanded: [Node.Member] = []
            for member in members {
                if member.key.hasPrefix(Self.prefix) {
                    expanded += try loop(member, items)
                } else {
                    expanded.append(
                        Node.Member(
                            key: Self.replace(member.key, items), keyOffset: member.keyOffset,
                            value: try expand(member.value, items)))
                }
            }
            var seen: Set<String> = []
            if let twice = expanded.first(where: { !seen.insert($0.key).inserted }) {
                throw Fault(offset: twice.keyOffset, message: "the key \"\(twice.key)\" stands twice in this object")
            }
            return Node(value: .object(expanded), offset: node.offset)
        }
    }

    private mutating func loop(_ member: Node.Member, _ items: [String: String]) throws(Fault) -> [Node.Member] {
        guard let arguments = member.value.items, arguments.count == 3, let identifier = arguments[0].scalar,
            arguments[2].members != nil
        else {
            throw Fault(
                offset: member.value.offset,
                message: "\(member.key): expected an identifier, a collection and an object of what is repeated")
        }
        var made: [Node.Member] = []
        for item in try collection(try expand(arguments[1], items)) {
            let body = try expand(arguments[2], items.merging([identifier: item]) { $1 })
            made += body.members ?? []
        }
        return made
    }

    /// A list of texts, or the reference to a parameter that is one.
    private func collection(_ node: Node) throws(Fault) -> [String] {
        if let list = node.items {
            var texts: [String] = []
            for item in list {
                guard let text = item.scalar else { texts += try collection(item); continue }
                texts.append(text)
            }
            return texts
        }
        guard let name = node["Ref"]?.scalar, let text = given[name] ?? parameters?[name]?["Default"]?.scalar else {
            throw Fault(offset: node.offset, message: "a loop's collection is a list, or a parameter that is one")
        }
        return text.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init)
    }

    private static func replace(_ text: String, _ items: [String: String]) -> String {
        guard !items.isEmpty, text.contains("{") else { return text }
        var result = text
        for (identifier, item) in items {
            result = result.split(separator: "${\(identifier)}", omittingEmptySubsequences: false).joined(
                separator: item)
            let name = item.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
            result = result.split(separator: "&{\(identifier)}", omittingEmptySubsequences: false).joined(
                separator: name)
        }
        return result
    }
}
