// SPDX-License-Identifier: Apache-2.0
public import JSON

extension Checks {
    /// The members of a step's file that accept a result in place of what they expect now; empty when they do already.
    ///
    /// Patterns and placeholders that hold stay as they are. A step that expects nothing gets an `exact`. Schemas,
    /// assertions, effects and limits are for people to change.
    public func updates(accepting result: JSONValue, _ placeholders: Placeholders) -> [String: JSONValue] {
        var updates: [String: JSONValue] = [:]
        if let expected, let filled = try? placeholders.filled(expected),
            !Expectation(filled).mismatches(with: result).isEmpty
        {
            var accepted = Self.accepted(expected, filled, result, placeholders)
            if let error = result["functionError"], case .object(var members) = accepted {
                members["functionError"] = error
                accepted = .object(members)
            }
            updates["expect"] = accepted
        }
        if let exact, case .object(let parts) = exact, let filled = try? placeholders.filled(exact) {
            var actual: [String: JSONValue] = [:]
            for name in parts.keys { actual[name] = result[name] }
            if !JSONComparison(ignoring: ignored).holds(filled, .object(actual)) {
                actual["functionError"] = result["functionError"]
                updates["exact"] = placeholders.unfilled(.object(actual))
            }
        }
        if expected == nil, exact == nil, schemas.isEmpty, assertions.isEmpty {
            var actual: [String: JSONValue] = [:]
            for name in ["payload", "functionError", "status", "json"] { actual[name] = result[name] }
            if !actual.isEmpty { updates["exact"] = placeholders.unfilled(.object(actual)) }
        }
        return updates
    }

    /// What was expected, changed where the result differs from it.
    private static func accepted(
        _ expected: JSONValue, _ filled: JSONValue, _ actual: JSONValue, _ placeholders: Placeholders
    ) -> JSONValue {
        if Expectation(filled).mismatches(with: actual).isEmpty { return expected }
        switch (expected, filled, actual) {
        case (.object(let wanted), .object(let values), .object(let members)):
            var accepted: [String: JSONValue] = [:]
            for (name, value) in wanted {
                guard let filled = values[name], let member = members[name] else { continue }
                accepted[name] = Self.accepted(value, filled, member, placeholders)
            }
            return .object(accepted)
        case (.array(let wanted), .array(let values), .array(let items)) where wanted.count == items.count:
            return .array(
                items.indices.map { Self.accepted(wanted[$0], values[$0], items[$0], placeholders) })
        default: return placeholders.unfilled(actual)
        }
    }
}

extension Placeholders {
    /// A value with placeholders in place of the texts that they stand for.
    func unfilled(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(unfilled(text))
        case .array(let items): return .array(items.map(unfilled))
        case .object(let members): return .object(members.mapValues(unfilled))
        default: return value
        }
    }

    /// Short texts are left alone: they may mean something else.
    private func unfilled(_ text: String) -> String {
        let long = all.filter { $0.value.count >= 6 }
        return long.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .reduce(text) { $0.replacing($1.value, with: "${\($1.key)}") }
    }
}
