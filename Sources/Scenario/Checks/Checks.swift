// SPDX-License-Identifier: Apache-2.0
public import JSON

/// What the result of an event is held against.
public struct Checks: Sendable {
    /// What the result must hold; nil when nothing of that kind is demanded.
    public let expected: JSONValue?
    /// What members of the result must be, as a whole.
    public let exact: JSONValue?
    /// What is left out of exact comparisons.
    public let ignored: [JSONPath]
    /// What members of the result must follow.
    public let schemas: [String: JSONSchema]
    /// What JSON paths must find.
    public let assertions: [Assertion]

    static let members = ["expect", "exact", "ignore", "schema", "assert"]

    init(_ members: [String: JSONValue]) throws(ScenarioError) {
        expected = members["expect"]
        exact = members["exact"]
        if let exact, case .object = exact {} else if exact != nil { throw ScenarioError("exact is no object") }
        if members["ignore"] != nil, exact == nil { throw ScenarioError("ignore is for exact, which is missing") }
        var ignored: [JSONPath] = []
        for path in try Self.list("ignore", members) {
            do {
                ignored.append(try JSONPath(path.string ?? ""))
            } catch {
                throw ScenarioError("ignore: \(error)")
            }
        }
        self.ignored = ignored
        var schemas: [String: JSONSchema] = [:]
        if let value = members["schema"] {
            guard case .object(let all) = value else { throw ScenarioError("schema is no object") }
            for (name, schema) in all { schemas[name] = try JSONSchema(schema) }
        }
        self.schemas = schemas
        var assertions: [Assertion] = []
        for value in try Self.list("assert", members) { assertions.append(try Assertion(value)) }
        self.assertions = assertions
    }

    private static func list(_ name: String, _ members: [String: JSONValue]) throws(ScenarioError) -> [JSONValue] {
        guard let value = members[name] else { return [] }
        guard case .array(let items) = value else { throw ScenarioError("\(name) is no list") }
        return items
    }

    /// Where a result differs from what `expect` and `exact` say, and whether its function failed unasked.
    ///
    /// - Throws: ``ScenarioError`` for an unknown placeholder.
    public func differences(
        in result: JSONValue, _ placeholders: Placeholders
    ) throws(ScenarioError) -> [Mismatch] {
        var found: [Mismatch] = []
        if let expected { found += Expectation(try placeholders.filled(expected)).mismatches(with: result) }
        if let exact, case .object(let parts) = try placeholders.filled(exact) {
            var actual: [String: JSONValue] = [:]
            for name in parts.keys { actual[name] = result[name] }
            found += JSONComparison(ignoring: ignored).differences(from: .object(parts), to: .object(actual))
                .map { Mismatch($0) }
        }
        if let error = result["functionError"], !looksAtErrors {
            found.append(Mismatch("the function", "failed (\(error.text)): \(result["payload"]?.text ?? "")"))
        }
        return found
    }

    /// Where a result is not as schemas and assertions say.
    ///
    /// - Throws: ``ScenarioError`` for an unknown placeholder.
    public func violations(
        in result: JSONValue, _ placeholders: Placeholders
    ) throws(ScenarioError) -> [Mismatch] {
        var found: [Mismatch] = []
        for (name, schema) in schemas.sorted(by: { $0.key < $1.key }) {
            let place = JSONLocation([.name(name)])
            guard let value = result[name] else {
                found.append(Mismatch(place, "is missing"))
                continue
            }
            found += schema.mismatches(of: value, at: place)
        }
        for assertion in assertions { found += try assertion.mismatches(in: result, placeholders) }
        return found
    }

    /// A failure that nobody asked about must not pass.
    private var looksAtErrors: Bool {
        expected?["functionError"] != nil || exact?["functionError"] != nil || schemas["functionError"] != nil
    }
}
