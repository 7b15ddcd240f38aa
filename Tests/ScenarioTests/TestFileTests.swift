// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@testable import Scenario

@Suite("Files of tests")
struct TestFileTests {
    private static let step = #"{"description": "d", "invoke": {"function": "F", "event": {}}"#

    @Test("A file is a step, or a list of them")
    func read() throws {
        let one = try file(Self.step + "}")
        #expect(one.steps.map(\.name) == ["f"] && !one.isIndependent)
        let two = try file(#"{"independent": true, "steps": [\#(Self.step)}, \#(Self.step)}]}"#)
        #expect(two.steps.map(\.name) == ["f[0]", "f[1]"] && two.isIndependent)
        #expect(two.filtered { $0.name == "f[1]" }?.steps.map(\.name) == ["f[1]"])
        #expect(two.filtered { _ in false } == nil)
    }

    @Test(
        "What cannot be meant is refused with the reason",
        arguments: [
            (#"{"steps": []}"#, "steps is no list with steps"), (#"{"steps": [1]}"#, "steps[0] is no object"),
            (#"{"steps": [{}]}"#, "steps[0]: description is missing"),
            (#"{"steps": [], "expect": 1}"#, "expect is not known"),
            (step + #", "independent": 1}"#, "independent is neither true nor false"),
            (step + #", "exact": 1}"#, "exact is no object"),
            (step + #", "ignore": []}"#, "ignore is for exact, which is missing"),
            (step + #", "exact": {}, "ignore": ["a"]}"#, "ignore: a: at character 1, a path begins with '$'"),
            (
                step + #", "assert": ["$.a["]}"#,
                "$.a[: at character 5, a name in quotes, an index, a slice, '*' or '?' is expected"
            ),
            (
                step + #", "assert": [{"path": "$", "equal": 1}]}"#,
                #"an assertion demands exists, count, equals or matches: {"equal":1,"path":"$"}"#
            ),
            (step + #", "schema": {"payload": {"typ": "x"}}}"#, "schema $.typ: this keyword is not understood"),
            (step + #", "effects": [{"thing": {}}]}"#, "an effect is an object, a message or an invocation"),
            (step + #", "effects": [{"object": {"bucket": "B"}}]}"#, "key is missing"),
            (step + #", "effects": [{"message": {"queue": "Q", "text": 1}}]}"#, "text is not known"),
            (
                step + #", "effects": [{"message": {"queue": "Q"}, "seconds": 0}]}"#,
                "effects.seconds is no number from 0 to 600"
            ),
            (step + #", "limits": {"durationMilliseconds": 0}}"#, "limits.durationMilliseconds is no number above 0"),
        ])
    func refused(text: String, reason: String) {
        let error = #expect(throws: ScenarioError.self) { try file(text) }
        #expect(error?.description == reason)
    }

    @Test("Members are set in the text, and nothing else changes")
    func edited() throws {
        let text = """
            {
              "description": "a \\" ] }",   "invoke": {"function": "F", "event": [1, {"expect": 2}]},
              "expect": {"payload": 1}, "capture": {}
            }

            """
        let file = try file(text)
        let changed = try #require(
            file.text(Array(text.utf8), setting: ["expect": ["payload": [2]], "exact": 3], ofStep: 0))
        #expect(
            String(decoding: changed, as: UTF8.self) == """
                {
                  "description": "a \\" ] }",   "invoke": {"function": "F", "event": [1, {"expect": 2}]},
                  "expect": {
                    "payload": [
                      2
                    ]
                  }, "capture": {},
                  "exact": 3
                }

                """)
    }

    @Test("Members of one step of a list are set")
    func editedInList() throws {
        let text = #"{"steps": [\#(Self.step)}, \#(Self.step), "expect": 1}]}"#
        let file = try file(text)
        let changed = try #require(file.text(Array(text.utf8), setting: ["expect": true], ofStep: 1))
        #expect(
            String(decoding: changed, as: UTF8.self) == #"{"steps": [\#(Self.step)}, \#(Self.step), "expect": true}]}"#)
        #expect(file.text(Array("[]".utf8), setting: ["expect": 1], ofStep: 1) == nil)
    }

    private func file(_ text: String) throws -> TestFile { try TestFile(name: "f", text: Array(text.utf8)) }
}
