// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Testing

@testable import LogsService

@Suite("Log groups")
struct LogGroupTests {
    private func group(_ events: [(String, Int64, String)], limits: LogGroup.Limits = .init()) -> LogGroup {
        var group = LogGroup(name: "g", created: 0, limits: limits)
        for (stream, moment, text) in events { group.add(Bytes(text), to: stream, at: moment) }
        return group
    }

    @Test("Events come back by time, and in the order in which they came within a moment")
    func order() {
        let group = group([("a", 5, "2"), ("b", 3, "1"), ("a", 5, "3")])
        #expect(group.select(nil, from: .min, to: .max).map(\.event.text) == ["1", "2", "3"])
        #expect(group.select([0], from: .min, to: .max).map(\.event.text) == ["2", "3"])
        #expect(group.select(nil, from: 3, to: 5).map(\.event.text) == ["1"])
    }

    @Test("The oldest events go when there are too many of them, or too many bytes")
    func limits() {
        let many = group((0..<20_000).map { ("a", Int64($0), "\($0)") }, limits: .init(events: 3, bytes: 1000))
        #expect(many.select(nil, from: .min, to: .max).map(\.event.text) == ["19997", "19998", "19999"])
        #expect(many.positions == 19_997..<20_000)
        let large = group(
            [("a", 1, "123456"), ("a", 2, "7890"), ("a", 3, "x")], limits: .init(events: 100, bytes: 10))
        #expect(large.select(nil, from: .min, to: .max).map(\.event.text) == ["7890", "x"])
        #expect(large.storedBytes == 5)
    }

    @Test("Events are kept as many days as the group says")
    func retention() {
        var group = group([("a", 0, "old"), ("a", 86_400_000, "new")])
        group.expire(now: 200_000_000)
        #expect(group.positions.count == 2)
        group.retentionDays = 1
        group.expire(now: 86_400_001)
        #expect(group.select(nil, from: .min, to: .max).map(\.event.text) == ["new"])
    }

    @Test("A stream that is deleted takes its events along, and its name is free")
    func deletedStream() {
        var group = group([("a", 1, "gone"), ("b", 2, "here")])
        group.deleteStream(0)
        group.add("new", to: "a", at: 3)
        #expect(group.select(nil, from: .min, to: .max).map(\.event.text) == ["here", "new"])
    }
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
@Suite("Filter patterns")
struct FilterPatternTests {
    @Test(
        "Terms are all wanted, any of those with ? is, none of those with - is",
        arguments: [
            ("", "anything", true), ("ERROR", "[ERROR] no", true), ("ERROR", "[error] no", false),
            ("ERROR ARGUMENTS", "ARGUMENTS of ERROR", true), ("ERROR ARGUMENTS", "ERROR", false),
            ("?ERROR ?WARN", "WARN", true), ("?ERROR ?WARN", "INFO", false),
            ("ERROR -EXIT", "ERROR", true), ("ERROR -EXIT", "ERROR EXIT", false),
            ("\"Task timed out\"", "… Task timed out after", true), ("\"timed Task\"", "Task timed", false),
        ])
    func terms(pattern: String, message: String, matches: Bool) throws {
        #expect(try FilterPattern(pattern).matches(message) == matches)
    }

    @Test(
        "Properties of JSON are compared as text or as numbers",
        arguments: [
            (#"{ $.level = "ERROR" }"#, #"{"level":"ERROR"}"#, true), ("{$.level=ERROR}", #"{"level":"INFO"}"#, false),
            (#"{ $.level != "INFO" }"#, #"{"level":"WARN"}"#, true), (#"{ $.a.b.0 = 1 }"#, #"{"a":{"b":[1]}}"#, true),
            ("{ $.n > 3.5 && $.n <= 5 }", #"{"n":5}"#, true), ("{ $.n > 3.5 && $.n <= 5 }", #"{"n":6}"#, false),
            ("{ $.n < 1 || $.m = \"a && b\" }", #"{"n":5,"m":"a && b"}"#, true),
            ("{ $.ip = \"10.0.*\" }", #"{"ip":"10.0.3.4"}"#, true), ("{ $.ip = 1* }", #"{"ip":"212"}"#, false),
            ("{ $.level = ERROR }", "ERROR", false), ("{ $.missing = 1 }", "{}", false),
        ])
    func properties(pattern: String, message: String, matches: Bool) throws {
        #expect(try FilterPattern(pattern).matches(message) == matches)
    }

    @Test(
        "What is no pattern, or one that is not carried out, is refused",
        arguments: ["\"open", "a:b", "{ $.a = 1", "{ level = 1 }", "{ $.a ~ 1 }", "{ $.a > x }", "[a, b]", "%a%", "?"])
    func refused(pattern: String) {
        #expect { try FilterPattern(pattern) } throws: { ($0 as? AWSError)?.code == "InvalidParameterException" }
    }
}
