// SPDX-License-Identifier: Apache-2.0
public import JSON

/// A JSON Schema of draft 2020-12 (https://json-schema.org/draft/2020-12/json-schema-validation), as far as tests need it.
///
/// A keyword that is not understood is refused, not ignored: a test must not pass for what it does not look at.
public struct JSONSchema: Sendable {
    let root: JSONValue

    /// Reads a schema.
    ///
    /// - Throws: ``ScenarioError`` that names the keyword that is wrong or not understood, with its place.
    public init(_ root: JSONValue) throws(ScenarioError) {
        self.root = root
        try Self.check(root, .root, root)
    }

    private static let types: Set<String> = ["null", "boolean", "object", "array", "number", "string", "integer"]

    private static func check(_ schema: JSONValue, _ place: JSONLocation, _ root: JSONValue) throws(ScenarioError) {
        if case .bool = schema { return }
        guard case .object(let keywords) = schema else { throw wrong("a schema is an object, true or false", place) }
        for (keyword, value) in keywords.sorted(by: { $0.key < $1.key }) {
            try check(keyword, value, place.appending(.name(keyword)), root)
        }
    }

    private static func check(
        _ keyword: String, _ value: JSONValue, _ place: JSONLocation, _ root: JSONValue
    ) throws(ScenarioError) {
        switch keyword {
        case "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly",
            "writeOnly", "const":
            break
        case "type":
            let names = list(value) ?? [value]
            guard !names.isEmpty, names.allSatisfy({ types.contains($0.string ?? "") }) else {
                throw wrong("a type is one of \(types.sorted().joined(separator: ", "))", place)
            }
        case "enum": guard list(value) != nil else { throw wrong("a list is needed", place) }
        case "required":
            guard let names = list(value), names.allSatisfy({ $0.string != nil }) else {
                throw wrong("a list of names is needed", place)
            }
        case "properties", "patternProperties", "$defs":
            guard case .object(let schemas) = value else { throw wrong("an object of schemas is needed", place) }
            for (name, schema) in schemas.sorted(by: { $0.key < $1.key }) {
                if keyword == "patternProperties" { try checkPattern(.string(name), place) }
                try check(schema, place.appending(.name(name)), root)
            }
        case "items", "additionalProperties", "not", "contains", "propertyNames": try check(value, place, root)
        case "anyOf", "oneOf", "allOf", "prefixItems":
            guard let schemas = list(value), !schemas.isEmpty else { throw wrong("a list of schemas is needed", place) }
            for (index, schema) in schemas.enumerated() { try check(schema, place.appending(.index(index)), root) }
        case "pattern": try checkPattern(value, place)
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
            guard value.double != nil else { throw wrong("a number is needed", place) }
        case "multipleOf":
            guard let number = value.double, number > 0 else { throw wrong("a number above 0 is needed", place) }
        case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
            guard case .integer(0...) = value else { throw wrong("a number of 0 or more is needed", place) }
        case "uniqueItems": guard case .bool = value else { throw wrong("true or false is needed", place) }
        case "$ref":
            guard let reference = value.string, target(of: reference, in: root) != nil else {
                throw wrong("only a schema of this document can be meant, #/$defs/name say", place)
            }
        default: throw wrong("this keyword is not understood", place)
        }
    }

    private static func checkPattern(_ value: JSONValue, _ place: JSONLocation) throws(ScenarioError) {
        guard let pattern = value.string, RegularExpression(pattern) != nil else {
            throw wrong("a regular expression is needed", place)
        }
    }

    private static func wrong(_ reason: String, _ place: JSONLocation) -> ScenarioError {
        ScenarioError("schema \(place): \(reason)")
    }

    static func list(_ value: JSONValue?) -> [JSONValue]? {
        if case .array(let items)? = value { items } else { nil }
    }

    /// The schema that a JSON pointer names within the document (RFC 6901); nil when there is none.
    static func target(of reference: String, in root: JSONValue) -> JSONValue? {
        guard reference.hasPrefix("#") else { return nil }
        guard reference.count > 1 else { return root }
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false)
            .reduce(root as JSONValue?) { value, step in
                let name = String(step.replacing("~1", with: "/").replacing("~0", with: "~"))
                return Int(name).flatMap { index in value.flatMap { $0[JSONLocation([.index(index)])] } }
                    ?? value?[name]
            }
    }
}
