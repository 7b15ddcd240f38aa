// SPDX-License-Identifier: Apache-2.0
public import JSON

/// What must hold of the values that a JSON path finds in a result.
public struct Assertion: Sendable {
    private enum Demand {
        case exists(Bool)
        case count(Int)
        case equals(JSONValue)
        case matches(String)
    }

    private let path: JSONPath
    private let demand: Demand

    /// Reads `"$.path"`, which must find something, or `{"path": "$.path", …}` with one of `exists`, `count`, `equals`
    /// and `matches`.
    ///
    /// - Throws: ``ScenarioError`` that says what is wrong with it.
    public init(_ value: JSONValue) throws(ScenarioError) {
        if let text = value.string {
            path = try Self.path(text)
            demand = .exists(true)
            return
        }
        guard case .object(let members) = value, let text = members["path"]?.string, members.count == 2 else {
            throw ScenarioError("an assertion is a path, or an object with a path and one demand")
        }
        path = try Self.path(text)
        switch members.first(where: { $0.key != "path" }) {
        case ("exists", .bool(let exists))?: demand = .exists(exists)
        case ("count", .integer(let count))? where count >= 0: demand = .count(Int(count))
        case ("equals", let expected)?: demand = .equals(expected)
        case ("matches", .string(let pattern))? where RegularExpression(pattern) != nil: demand = .matches(pattern)
        default: throw ScenarioError("an assertion demands exists, count, equals or matches: \(value.text)")
        }
    }

    private static func path(_ text: String) throws(ScenarioError) -> JSONPath {
        do {
            return try JSONPath(text)
        } catch {
            throw ScenarioError("\(error)")
        }
    }

    /// What does not hold; empty when all does.
    ///
    /// - Throws: ``ScenarioError`` for an unknown placeholder.
    public func mismatches(
        in result: JSONValue, _ placeholders: Placeholders
    ) throws(ScenarioError) -> [Mismatch] {
        let nodes = result.nodes(at: path)
        switch demand {
        case .exists(true): return nodes.isEmpty ? [Mismatch("\(path)", "finds nothing")] : []
        case .exists(false): return nodes.map { Mismatch($0.location, "must not be there", actual: $0.value) }
        case .count(let count):
            return nodes.count == count ? [] : [Mismatch("\(path)", "finds \(nodes.count) values, not \(count)")]
        case .equals(let expected):
            let expected = try placeholders.filled(expected)
            if nodes.isEmpty { return [Mismatch("\(path)", "finds nothing", expected: expected)] }
            return nodes.filter { $0.value != expected }
                .map { Mismatch($0.location, "differs", expected: expected, actual: $0.value) }
        case .matches(let pattern):
            if nodes.isEmpty { return [Mismatch("\(path)", "finds nothing")] }
            let expression = RegularExpression(pattern)
            return nodes.filter { !($0.value.string.flatMap { expression?.matches($0, whole: false) } ?? false) }
                .map { Mismatch($0.location, "does not match \(JSONValue.string(pattern).text)", actual: $0.value) }
        }
    }
}
