// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON
import ServiceProtocols
import Testing

@testable import Replay

@Suite struct RunComparisonTests {
    private static let now = Timestamp(milliseconds: 1_795_294_160_000)

    private static func observation(
        _ result: String, outcome: JournalRecord.Outcome = .succeeded, lines: [String] = [],
        effects: [JSONValue] = []
    ) -> Observation {
        var observation = Observation(outcome: outcome, error: nil, result: Bytes(result), times: now...now)
        observation.lines = lines.map { Bytes($0) }
        observation.effects = effects
        return observation
    }

    private static func paths(
        _ left: Observation, _ right: Observation, event: String = "{}", ignoring: [String] = []
    ) throws -> [String] {
        let comparison = RunComparison(ignoring: try ignoring.map { try JSONPath(shorthand: $0) })
        return comparison.differences(left, right, event: Bytes(event)).map(\.path)
    }

    @Test(
        "What varies from run to run is no difference",
        arguments: [
            (#"{"id":"0b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b11"}"#, #"{"id":"1b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b12"}"#),
            (#"{"at":"2026-11-21T20:49:20Z"}"#, #"{"at":"2026-11-22T07:00:00.123+01:00"}"#),
            (#"{"at":"Sat, 21 Nov 2026 20:49:20 GMT"}"#, #"{"at":"Sun, 22 Nov 2026 20:49:21 GMT"}"#),
            (#"{"at":1795294160}"#, #"{"at":1795294160.5}"#),
            (#"{"at":1795294160000}"#, #"{"at":1795294161234}"#),
            (
                #"{"url":"http://127.0.0.1:4566/b/k?X-Amz-Date=20261121T204920Z&X-Amz-Signature=0a&X-Amz-Expires=300"}"#,
                #"{"url":"http://127.0.0.1:35001/b/k?X-Amz-Date=20261121T204921Z&X-Amz-Signature=1b&X-Amz-Expires=300"}"#
            ),
            (
                #"{"stream":"2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef"}"#,
                #"{"stream":"2026/11/22/[12]f123456789abcdef0123456789abcdef"}"#
            ),
            (
                #"{"trace":"Root=1-5759e988-bd862e3fe1be46a994272793"}"#,
                #"{"trace":"Root=1-6759e988-cd862e3fe1be46a994272793"}"#
            ),
            (#"{"durationMs":12.5,"sequencer":"01"}"#, #"{"durationMs":7,"sequencer":"02"}"#),
            (#"{"requestId":"abc"}"#, #"{"requestId":"def"}"#),
            (
                #"{"body":"{\"id\":\"0b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b11\"}"}"#,
                #"{"body":"{\"id\":\"9b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b11\"}"}"#
            ),
        ])
    func varies(left: String, right: String) throws {
        #expect(try Self.paths(Self.observation(left), Self.observation(right)) == [])
    }

    @Test(
        "Everything else is",
        arguments: [
            (#"{"status":200}"#, #"{"status":201}"#, ["$.result.status"]),
            (#"{"body":"{\"price\":1}"}"#, #"{"body":"{\"price\":2}"}"#, ["$.result.body.price"]),
            (#"{"id":"0b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b11"}"#, #"{"id":"none"}"#, ["$.result.id"]),
            (#"{"at":"2026-11-21T20:49:20Z"}"#, "{}", ["$.result.at"]),
            (#"{"n":12345678901}"#, #"{"n":12345678902}"#, ["$.result.n"]),
            ("text", "other", ["$.result"]),
            (#"{"url":"/k?X-Amz-Expires=300"}"#, #"{"url":"/k?X-Amz-Expires=600"}"#, ["$.result.url"]),
        ])
    func differs(left: String, right: String, paths: [String]) throws {
        #expect(try Self.paths(Self.observation(left), Self.observation(right)) == paths)
    }

    @Test("The version or alias that ran tells the sides apart, and is no difference")
    func target() throws {
        func side(_ qualifier: String) -> Observation {
            let arn = "arn:aws:lambda:us-east-1:000000000000:function:F:\(qualifier)"
            var side = Self.observation(
                #"{"arn":"\#(arn)"}"#, lines: [#"{"function_arn":"\#(arn)"}"#],
                effects: [["payload": ["functionArn": .string(arn), "executedVersion": .string(qualifier)]]])
            side.target = "function:F:\(qualifier)"
            return side
        }
        #expect(try Self.paths(side("1"), side("$LATEST")) == [])
        // Another version than the one that ran.
        var other = side("12")
        other.target = "function:F:1"
        #expect(
            try Self.paths(side("2"), other) == [
                "$.effects[0].payload.functionArn", "$.log[0].function_arn", "$.result.arn",
            ])
        // The event has it.
        let event = #"{"arn":"function:F:1"}"#
        #expect(try Self.paths(side("1"), side("2"), event: event).contains("$.result.arn"))
    }

    @Test("An id that the event brings is expected in the result")
    func known() throws {
        let id = "0b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b11"
        let other = Self.observation(#"{"id":"1b5d8a53-7f3f-4a51-9f1b-0c2f7b6f7b12"}"#)
        #expect(
            try Self.paths(Self.observation(#"{"id":"\#(id)"}"#), other, event: #"{"id":"\#(id)"}"#) == ["$.result.id"])
    }

    @Test("Outcomes, lines and effects are compared, effects in any order")
    func parts() throws {
        let left = Self.observation(
            "{}", lines: ["took 12 ms", "a"], effects: [["kind": "object"], ["kind": "publish"]])
        let right = Self.observation(
            "{}", lines: ["took 3.5 ms", "b"], effects: [["kind": "publish"], ["kind": "object"]])
        #expect(try Self.paths(left, right) == ["$.log[1]"])
        let failed = Self.observation(
            "{}", outcome: .failed, lines: ["took 1 ms", "a"], effects: [["kind": "publish"]])
        #expect(try Self.paths(left, failed) == ["$.effects[0]", "$.outcome"])
        #expect(try Self.paths(left, failed, ignoring: ["outcome", "$.effects"]) == [])
    }

    @Test("Differences show what stood there, not placeholders")
    func originals() throws {
        let found = RunComparison().differences(
            Self.observation(#"{"a":"at 2026-11-21T20:49:20Z: yes"}"#),
            Self.observation(#"{"a":"at 2026-11-21T20:49:21Z: no"}"#),
            event: "{}")
        #expect(
            found == [
                ReplayDifference(
                    path: "$.result.a", left: "at 2026-11-21T20:49:20Z: yes", right: "at 2026-11-21T20:49:21Z: no")
            ])
    }
}
