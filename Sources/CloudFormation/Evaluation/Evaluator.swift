// SPDX-License-Identifier: Apache-2.0

/// Evaluates a template's intrinsic functions.
///
/// Values come out without functions; members and items that turn out to be `AWS::NoValue` are gone.
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
struct Evaluator {
    /// How many evaluations may wait for one another: a chain of conditions can be as long as the template.
    static let maximumDepth = 500

    let settings: StackSettings
    let parameters: [String: Parameters.Value]
    let mappings: Located?
    let conditions: [String: Located]
    let resources: [String: Template.Resource]
    /// The logical ids of versions of functions, in the order of the template.
    let versions: [String]
    let hasExtensions: Bool
    /// Parameters whose values are kept elsewhere.
    let unknownParameters: Set<String>
    var depth = 0
    var conditionValues: [String: Bool] = [:]

    init(_ template: Template, settings: StackSettings, parameters: [String: Parameters.Value]) {
        self.settings = settings
        self.parameters = parameters
        mappings = template.mappings
        conditions = template.conditions
        versions = template.resources.filter { $0.type == ResourceType.version }.map(\.logicalID)
        hasExtensions = template.hasExtensions
        unknownParameters = Set(template.parameters.map(\.name)).subtracting(parameters.keys)
        resources = Dictionary(template.resources.map { ($0.logicalID, $0) }) { first, _ in first }
    }

    /// The value without functions; nil for `AWS::NoValue`.
    mutating func resolve(_ value: Located) throws(Fault) -> Node? {
        guard depth < Self.maximumDepth else { throw value.fault("references lead too deep, or in a circle") }
        depth += 1
        defer { depth -= 1 }
        switch value.node.value {
        case .list(let items):
            var resolved: [Node] = []
            for (index, item) in items.enumerated() {
                if let item = try resolve(Located(node: item, path: value.path.item(index))) { resolved.append(item) }
            }
            return Node(value: .list(resolved), offset: value.node.offset)
        case .object(let members):
            if let call = try functionCall(value, members) { return try evaluate(call) }
            var resolved: [Node.Member] = []
            for member in members {
                let located = Located(node: member.value, path: value.path.member(member.key))
                if let node = try resolve(located) {
                    resolved.append(Node.Member(key: member.key, keyOffset: member.keyOffset, value: node))
                }
            }
            return Node(value: .object(resolved), offset: value.node.offset)
        case .null, .bool, .number, .text:
            return value.node
        }
    }

    /// A call of a function: its name, and what it is called with.
    private struct Call {
        var function: String
        var arguments: Located
        /// Where the call stands, which is where its value stands.
        var offset: Int
    }

    private func functionCall(_ value: Located, _ members: [Node.Member]) throws(Fault) -> Call? {
        guard let member = members.first(where: { $0.key == "Ref" || $0.key.hasPrefix("Fn::") }) else { return nil }
        guard members.count == 1 else {
            throw value.fault("\(member.key) stands alone in its object, here it has \(members.count - 1) beside it")
        }
        return Call(
            function: member.key, arguments: Located(node: member.value, path: value.path.member(member.key)),
            offset: value.node.offset)
    }

    private mutating func evaluate(_ call: Call) throws(Fault) -> Node? {
        var node: Node?
        switch call.function {
        case "Ref": node = try reference(call.arguments)
        case "Fn::GetAtt": node = .text(try attribute(call.arguments), at: call.offset)
        case "Fn::Sub": node = .text(try substitute(call.arguments), at: call.offset)
        case "Fn::Join": node = .text(try join(call.arguments), at: call.offset)
        case "Fn::Split": node = try split(call.arguments)
        case "Fn::Select": node = try select(call.arguments)
        case "Fn::FindInMap": node = try findInMap(call.arguments)
        case "Fn::If": node = try choose(call.arguments)
        case "Fn::Base64": node = .text(try base64(call.arguments), at: call.offset)
        case "Fn::GetAZs": node = try availabilityZones(call.arguments)
        case "Fn::Cidr": node = try addressBlocks(call.arguments)
        case "Fn::ImportValue": node = .text(try importValue(call.arguments), at: call.offset)
        case "Fn::Length": node = try length(call.arguments)
        case "Fn::ToJsonString": node = .text(try jsonText(call.arguments), at: call.offset)
        default: throw call.arguments.fault("the function \(call.function) is not supported")
        }
        node?.offset = call.offset
        return node
    }

    /// A value that must be text once it is resolved; numbers and booleans are.
    mutating func text(_ value: Located) throws(Fault) -> String {
        guard let node = try resolve(value), let text = node.scalar else {
            throw value.fault("expected a string, found \(value.node.kind)")
        }
        return text
    }

    /// A value that must be a list once it is resolved.
    mutating func list(_ value: Located) throws(Fault) -> [Node] {
        guard let items = try resolve(value)?.items else {
            throw value.fault("expected a list, found \(value.node.kind)")
        }
        return items
    }

    /// The arguments of a function that takes a list of them.
    func arguments(_ value: Located, count: ClosedRange<Int>) throws(Fault) -> [Located] {
        guard let items = value.node.items, count.contains(items.count) else {
            let wanted =
                count.lowerBound == count.upperBound
                ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw value.fault("expected a list of \(wanted) values")
        }
        return items.enumerated().map { Located(node: $0.element, path: value.path.item($0.offset)) }
    }
}
