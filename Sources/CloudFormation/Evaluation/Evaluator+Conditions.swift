// SPDX-License-Identifier: Apache-2.0

// The functions on conditions.
extension Evaluator {
    /// `Fn::If`: [condition, value if true, value if false], of which what is not chosen is not evaluated.
    mutating func choose(_ value: Located) throws(Fault) -> Node? {
        let arguments = try arguments(value, count: 3...3)
        guard case .text(let name) = arguments[0].node.value else {
            throw arguments[0].fault("expected the name of a condition, found \(arguments[0].node.kind)")
        }
        return try resolve(try condition(named: name, arguments[0]) ? arguments[1] : arguments[2])
    }

    /// The value of an entry of `Conditions`.
    mutating func condition(named name: String, _ place: Located) throws(Fault) -> Bool {
        if let value = conditionValues[name] { return value }
        guard let declaration = conditions[name] else {
            throw place.fault("Template format error: Unresolved condition \(name)")
        }
        let value = try condition(declaration)
        conditionValues[name] = value
        return value
    }

    private mutating func condition(_ value: Located) throws(Fault) -> Bool {
        guard depth < Self.maximumDepth else { throw value.fault("conditions lead too deep, or in a circle") }
        depth += 1
        defer { depth -= 1 }
        guard let members = value.node.members, members.count == 1, let call = members.first else {
            throw value.fault("expected a condition function, found \(value.node.kind)")
        }
        let argument = Located(node: call.value, path: value.path.member(call.key))
        switch call.key {
        case "Condition":
            guard case .text(let name) = call.value.value else {
                throw argument.fault("expected the name of a condition")
            }
            return try condition(named: name, argument)
        case "Fn::Equals":
            let sides = try arguments(argument, count: 2...2)
            return try text(sides[0]) == text(sides[1])
        case "Fn::Not":
            return try !condition(arguments(argument, count: 1...1)[0])
        case "Fn::And", "Fn::Or":
            // All are evaluated, as a fault in one of them is a fault whatever the others say.
            var values: [Bool] = []
            for item in try arguments(argument, count: 2...10) { values.append(try condition(item)) }
            return call.key == "Fn::And" ? !values.contains(false) : values.contains(true)
        default:
            throw argument.fault("\(call.key) is no condition function")
        }
    }
}
