// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@testable import Scenario

@Suite("Checks of results")
struct ChecksTests {
    private static let result = #"{"payload": {"id": "run-123456", "n": 7, "list": [1, 2]}, "executedVersion": "1"}"#
    private static let placeholders = Placeholders(["run": "123456"])

    @Test(
        "What is as expected passes",
        arguments: [
            #"{}"#, #"{"expect": {"payload": {"id": "run-${run}"}}}"#, #"{"expect": {"payload": {"id": "run-*"}}}"#,
            #"{"exact": {"payload": {"id": "run-${run}", "n": 7, "list": [1, 2]}}}"#,
            #"{"exact": {"payload": {"n": 7, "list": [1, 2]}}, "ignore": ["$.payload.id"]}"#,
            #"{"schema": {"payload": {"type": "object", "required": ["id"]}}}"#,
            ##"{"assert": ["$.payload.list[?@ > 1]", {"path": "$.payload.n", "equals": 7}, {"path": "$..id", "matches": "^run-\\d+$"}]}"##,
            #"{"assert": [{"path": "$.payload.list[*]", "count": 2}, {"path": "$.functionError", "exists": false}]}"#,
        ])
    func passes(text: String) throws {
        #expect(try mismatches(text, Self.result) == [])
    }

    @Test(
        "What is not fails, with its place",
        arguments: [
            (#"{"expect": {"payload": {"n": 8}}}"#, ["$.payload.n is 7, not 8"]),
            (
                #"{"expect": {"payload": {"m": 8, "list": [1]}}}"#,
                ["$.payload.list[1] is not expected", "$.payload.m is missing"]
            ),
            (#"{"exact": {"payload": {"n": 7, "list": [1, 2]}}}"#, ["$.payload.id is not expected"]),
            (#"{"exact": {"json": 1}}"#, ["$.json is missing"]),
            (#"{"schema": {"payload": {"properties": {"n": {"maximum": 6}}}}}"#, ["$.payload.n is more than 6"]),
            (#"{"schema": {"json": {}}}"#, ["$.json is missing"]),
            (#"{"assert": ["$.nothing"]}"#, ["$.nothing finds nothing"]),
            (#"{"assert": [{"path": "$.payload.list[*]", "equals": 1}]}"#, ["$.payload.list[1] is 2, not 1"]),
            (#"{"assert": [{"path": "$.payload.n", "matches": "7"}]}"#, [#"$.payload.n does not match "7""#]),
            (#"{"assert": [{"path": "$.payload.list[*]", "count": 1}]}"#, ["$.payload.list[*] finds 2 values, not 1"]),
            (#"{"assert": [{"path": "$.payload.id", "exists": false}]}"#, ["$.payload.id must not be there"]),
        ])
    func fails(text: String, expected: [String]) throws {
        #expect(try mismatches(text, Self.result) == expected)
    }

    @Test("A failure that nobody asked about fails")
    func functionError() throws {
        let failed = #"{"functionError": "Unhandled", "payload": {"errorType": "E"}}"#
        #expect(try mismatches(#"{"expect": {"payload": {}}}"#, failed).count == 1)
        #expect(try mismatches(#"{"expect": {"functionError": "Unhandled"}}"#, failed) == [])
    }

    @Test(
        "Accepting a result changes what differs and keeps what holds",
        arguments: [
            (#"{"expect": {"payload": {"id": "run-*", "n": 8}}}"#, #"{"expect":{"payload":{"id":"run-*","n":7}}}"#),
            (#"{"expect": {"payload": {"id": "x", "gone": 1}}}"#, #"{"expect":{"payload":{"id":"run-${run}"}}}"#),
            (#"{"expect": {"payload": {"list": [1, 3]}}}"#, #"{"expect":{"payload":{"list":[1,2]}}}"#),
            (#"{"exact": {"payload": 1}}"#, #"{"exact":{"payload":{"id":"run-${run}","list":[1,2],"n":7}}}"#),
            (#"{"expect": {"payload": {"n": 7}}}"#, "{}"),
            (#"{}"#, #"{"exact":{"payload":{"id":"run-${run}","list":[1,2],"n":7}}}"#),
            (#"{"assert": ["$.nothing"]}"#, "{}"),
        ])
    func accepted(text: String, updates: String) throws {
        let checks = try checks(text)
        let result = try value(Self.result)
        let members = checks.updates(accepting: result, Self.placeholders)
        #expect(JSONValue.object(members).text == updates)
        guard case .object(var all) = try value(text) else { return }
        all.merge(members) { $1 }
        #expect(try Checks(all).differences(in: result, Self.placeholders) == [])
    }

    private func mismatches(_ text: String, _ result: String) throws -> [String] {
        let checks = try checks(text)
        let result = try value(result)
        return try
            (checks.differences(in: result, Self.placeholders) + checks.violations(in: result, Self.placeholders))
            .map(\.description)
    }

    private func checks(_ text: String) throws -> Checks {
        guard case .object(let members) = try value(text) else { throw ScenarioError("no object") }
        return try Checks(members)
    }

    private func value(_ text: String) throws -> JSONValue { try #require(JSONValue(parsing: text)) }
}

@Suite("JSON Schema")
struct JSONSchemaTests {
    /// Each schema with a value that follows it and one that does not.
    @Test(
        "Keywords hold what they say",
        arguments: [
            (#"{"type": "integer"}"#, "1.0", "1.5"), (#"{"type": ["string", "null"]}"#, "null", "1"),
            (#"{"type": "number"}"#, "1", "true"),
            (#"{"properties": {"a": {"type": "string"}}}"#, #"{"b": 1}"#, #"{"a": 1}"#),
            (#"{"required": ["a"]}"#, #"{"a": null}"#, "{}"),
            (#"{"items": {"type": "integer"}}"#, "[1, 2]", #"[1, "x"]"#), (#"{"enum": [1, "a"]}"#, "1.0", "2"),
            (#"{"const": {"a": [1]}}"#, #"{"a": [1]}"#, "1"),
            (#"{"pattern": "^a+$"}"#, #""aa""#, #""ab""#), (#"{"pattern": "^a+$"}"#, "1", #""b""#),
            (#"{"minimum": 2}"#, "2", "1.9"), (#"{"maximum": 2}"#, "2", "2.1"),
            (#"{"exclusiveMinimum": 2}"#, "3", "2"), (#"{"exclusiveMaximum": 2}"#, "1", "2"),
            (#"{"multipleOf": 0.5}"#, "1.5", "1.2"),
            (#"{"minLength": 2}"#, #""é😀""#, #""a""#), (#"{"maxLength": 1}"#, #""😀""#, #""ab""#),
            (#"{"minItems": 1}"#, "[1]", "[]"), (#"{"maxItems": 1}"#, "[1]", "[1,2]"),
            (#"{"minProperties": 1}"#, #"{"a": 1}"#, "{}"), (#"{"maxProperties": 0}"#, "{}", #"{"a": 1}"#),
            (#"{"uniqueItems": true}"#, "[1, 2]", "[1, 1.0]"),
            (#"{"properties": {"a": {}}, "additionalProperties": false}"#, #"{"a": 1}"#, #"{"b": 1}"#),
            (
                #"{"patternProperties": {"^x": {"type": "null"}}, "additionalProperties": {"type": "string"}}"#,
                #"{"x1": null, "b": "s"}"#, #"{"b": null}"#
            ),
            (#"{"propertyNames": {"maxLength": 1}}"#, #"{"a": 1}"#, #"{"ab": 1}"#),
            (#"{"anyOf": [{"type": "null"}, {"minimum": 3}]}"#, "3", "2"),
            (#"{"oneOf": [{"type": "integer"}, {"minimum": 3}]}"#, "1", "3"),
            (#"{"allOf": [{"type": "integer"}, {"minimum": 3}]}"#, "3", "2"),
            (#"{"not": {"type": "null"}}"#, "1", "null"),
            (#"{"prefixItems": [{"const": 1}], "items": {"const": 2}}"#, "[1, 2]", "[1, 1]"),
            (#"{"contains": {"const": 1}}"#, "[0, 1]", "[0]"), ("true", "1", nil), ("false", nil, "1"),
            (##"{"$defs": {"a/b": {"type": "null"}}, "$ref": "#/$defs/a~1b"}"##, "null", "1"),
            (
                ##"{"properties": {"next": {"$ref": "#"}}, "required": ["v"]}"##, #"{"v": 1, "next": {"v": 2}}"#,
                #"{"v": 1, "next": {}}"#
            ),
        ] as [(String, String?, String?)])
    func keywords(schema: String, good: String?, bad: String?) throws {
        let schema = try JSONSchema(try value(schema))
        if let good { #expect(schema.mismatches(of: try value(good), at: .root) == []) }
        if let bad { #expect(!schema.mismatches(of: try value(bad), at: .root).isEmpty) }
    }

    @Test(
        "What is not understood is refused",
        arguments: [
            #"{"format": "date"}"#, #"{"type": "text"}"#, #"{"type": []}"#, #"{"required": "a"}"#,
            #"{"properties": []}"#, #"{"properties": {"a": 1}}"#,
            #"{"items": [{}]}"#, #"{"pattern": "("}"#, #"{"minimum": "1"}"#, #"{"minLength": -1}"#,
            #"{"minLength": 1.5}"#, #"{"anyOf": []}"#,
            ##"{"$ref": "#/$defs/none"}"##, #"{"$ref": "https://example.com/s"}"#, #"{"uniqueItems": 1}"#, "1",
            #"{"if": {}}"#, #"{"multipleOf": 0}"#,
        ])
    func refused(schema: String) throws {
        let value = try value(schema)
        #expect(throws: ScenarioError.self) { try JSONSchema(value) }
    }

    @Test("A schema that refers to itself alone ends with a mismatch")
    func circular() throws {
        let schema = try JSONSchema(try value(##"{"$ref": "#"}"##))
        #expect(
            schema.mismatches(of: 1, at: .root).map(\.description) == [
                "$ is described by a schema that refers to itself"
            ])
    }

    private func value(_ text: String) throws -> JSONValue { try #require(JSONValue(parsing: text)) }
}
