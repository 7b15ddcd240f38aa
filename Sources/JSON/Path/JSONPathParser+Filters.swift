// SPDX-License-Identifier: Apache-2.0

extension JSONPathParser {
    /// A condition with `||`, `&&`, `!`, parentheses, comparisons and tests.
    mutating func condition() throws(JSONPathError) -> JSONPath.Condition {
        guard depth < Self.deepest else { throw wrong("conditions are nested too deep") }
        depth += 1
        defer { depth -= 1 }
        var alternatives = [try conjunction()]
        while takeSpaced("||") { alternatives.append(try conjunction()) }
        return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }

    private mutating func conjunction() throws(JSONPathError) -> JSONPath.Condition {
        var conditions = [try basic()]
        while takeSpaced("&&") { conditions.append(try basic()) }
        return conditions.count == 1 ? conditions[0] : .all(conditions)
    }

    private mutating func basic() throws(JSONPathError) -> JSONPath.Condition {
        let isNegated = take("!")
        skipSpace()
        let start = position
        let condition: JSONPath.Condition
        if take("(") {
            skipSpace()
            condition = try self.condition()
            skipSpace()
            guard take(")") else { throw wrong("')' is expected") }
        } else {
            let left = try expression()
            if !isNegated, let comparison = takeComparison() {
                let rightStart = position
                let right = try operand(of: try expression(), at: rightStart)
                return .compare(try operand(of: left, at: start), comparison, right)
            }
            condition = try test(left, at: start)
        }
        return isNegated ? .not(condition) : condition
    }

    /// What may stand at a side of a comparison, or alone.
    private enum Expression {
        case query(JSONPath.Query)
        case value(JSONPath.Operand)
        case logical(JSONPath.Condition)
    }

    private mutating func expression() throws(JSONPathError) -> Expression {
        switch current {
        case "'", "\"": return .value(.literal(.string(try stringLiteral())))
        case "$", "@": return .query(try nestedQuery())
        default: break
        }
        if let number = try numberLiteral() { return .value(.literal(number)) }
        let start = position
        while let scalar = current, Self.continuesName(scalar) { position += 1 }
        let name = string(from: start)
        if take("(") { return try function(name, at: start) }
        switch name {
        case "true": return .value(.literal(.bool(true)))
        case "false": return .value(.literal(.bool(false)))
        case "null": return .value(.literal(.null))
        default: throw wrong("a path with '@' or '$', a value or a function is expected", at: start)
        }
    }

    private mutating func nestedQuery() throws(JSONPathError) -> JSONPath.Query {
        let isRelative = current == "@"
        position += 1
        return JSONPath.Query(isRelative: isRelative, segments: try segments())
    }

    // MARK: Functions

    /// What follows the name of a function and its parenthesis.
    private mutating func function(_ name: String, at start: Int) throws(JSONPathError) -> Expression {
        guard depth < Self.deepest else { throw wrong("functions are nested too deep") }
        depth += 1
        defer { depth -= 1 }
        let expression: Expression
        switch name {
        case "length": expression = .value(.length(try valueArgument()))
        case "count": expression = .value(.count(try queryArgument()))
        case "value": expression = .value(.value(try queryArgument()))
        case "match", "search":
            let value = try valueArgument()
            guard takeSpaced(",") else { throw wrong("\(name) takes a value and a pattern") }
            let pattern = try valueArgument()
            expression = .logical(.matches(value, pattern: pattern, whole: name == "match"))
        default: throw wrong("there is no function '\(name)'", at: start)
        }
        skipSpace()
        guard take(")") else { throw wrong("')' is expected") }
        return expression
    }

    private mutating func valueArgument() throws(JSONPathError) -> JSONPath.Operand {
        skipSpace()
        let start = position
        return try operand(of: try expression(), at: start)
    }

    private mutating func queryArgument() throws(JSONPathError) -> JSONPath.Query {
        skipSpace()
        let start = position
        guard case .query(let query) = try expression() else { throw wrong("a path is expected", at: start) }
        return query
    }

    // MARK: Types (RFC 9535, 2.4.3)

    private func operand(of expression: Expression, at start: Int) throws(JSONPathError) -> JSONPath.Operand {
        switch expression {
        case .value(let operand): return operand
        case .query(let query) where query.isSingular: return .value(query)
        case .query: throw wrong("this path may find several values, and one is needed", at: start)
        case .logical: throw wrong("a value is needed, and this is true or false", at: start)
        }
    }

    private func test(_ expression: Expression, at start: Int) throws(JSONPathError) -> JSONPath.Condition {
        switch expression {
        case .query(let query): return .exists(query)
        case .logical(let condition): return condition
        case .value: throw wrong("this value must be compared with another", at: start)
        }
    }

    private mutating func takeComparison() -> JSONPath.Comparison? {
        let before = position
        skipSpace()
        // The longer ones first.
        for comparison in ["==", "!=", "<=", ">=", "<", ">"] where take(comparison) {
            skipSpace()
            return JSONPath.Comparison(rawValue: comparison)
        }
        position = before
        return nil
    }

    private mutating func takeSpaced(_ wanted: String) -> Bool {
        let before = position
        skipSpace()
        guard take(wanted) else {
            position = before
            return false
        }
        skipSpace()
        return true
    }
}
