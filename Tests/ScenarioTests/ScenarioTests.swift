// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Scenario
import Testing

@Suite("Expectations")
struct ExpectationTests {
    @Test(
        "What is expected is found",
        arguments: [
            (#"{"a": 1}"#, #"{"a": 1, "b": 2}"#), (#"{"a": "x*z"}"#, #"{"a": "xyz"}"#), (#""*""#, #""""#),
            (#"[1, {"a": null}]"#, #"[1, {"a": null, "b": true}]"#), (#""a*b*c""#, #""a-b-b-c""#),
        ])
    func found(expected: String, actual: String) throws {
        #expect(Expectation(try json(expected)).mismatches(with: try json(actual)) == [])
    }

    @Test(
        "The first difference is told with its place",
        arguments: [
            (#"{"a": {"b": 1}}"#, #"{"a": {"b": 2}}"#, "$.a.b is 2, not 1"), (#"{"a": 1}"#, "{}", "$.a is missing"),
            (#"{"a": [1]}"#, #"{"a": [1, 2]}"#, "$.a[1] is not expected"),
            (#"{"a": "x*x"}"#, #"{"a": "x"}"#, #"$.a is "x", not "x*x""#),
            (#"{"a": true}"#, #"{"a": 1}"#, "$.a is 1, not true"),
        ])
    func different(expected: String, actual: String, difference: String) throws {
        #expect(Expectation(try json(expected)).mismatches(with: try json(actual)).map(\.description) == [difference])
    }
}

@Suite("Placeholders")
struct PlaceholdersTests {
    @Test("Placeholders are filled in everywhere, and $json becomes text")
    func filled() throws {
        let placeholders = Placeholders(["id": "7", "bucket.B": "b"])
        let value = try json(#"{"a": ["x-${id}-${bucket.B}"], "m": {"$json": {"k": "${id}"}}}"#)
        #expect(try placeholders.filled(value) == json(#"{"a": ["x-7-b"], "m": "{\"k\":\"7\"}"}"#))
    }

    @Test("An unknown placeholder, and one without an end, are errors", arguments: ["${x}", "${id"])
    func unknown(text: String) {
        #expect(throws: ScenarioError.self) { try Placeholders(["id": "7"]).filled(.string(text)) }
    }
}

@Suite("Steps")
struct StepTests {
    @Test(
        "A step that cannot be meant is refused with the reason",
        arguments: [
            ("[]", "it is no JSON object"), (#"{"http": {}}"#, "description is missing"),
            (#"{"description": "d"}"#, "it needs exactly one of http, invoke, putObject and publish"),
            (#"{"description": "d", "http": {"method": "GET"}}"#, "http needs a url, or an api and a path"),
            (#"{"description": "d", "invoke": {"function": "f", "event": 1, "evnt": 2}}"#, "evnt is not known"),
            (#"{"description": "d", "invoke": {"function": "f", "event": 1}, "save": "../x"}"#, "save is no file name"),
        ])
    func refused(text: String, reason: String) {
        let error = #expect(throws: ScenarioError.self) { try Step(name: "s", json: Data(text.utf8)) }
        #expect(error?.description == reason)
    }
}

private func json(_ text: String) throws -> JSONValue {
    try #require(JSONValue(parsing: Data(text.utf8)))
}
