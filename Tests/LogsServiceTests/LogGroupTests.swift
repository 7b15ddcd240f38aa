// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Testing

@testable import LogsService

@Suite("Log groups")
struct LogGroupTests {
    private func group(_ events: [(String, Int64, String)], limits: LogGroup.Limits = .init()) -> LogGroup {
        let group = LogGroup(name: "g", created: 0, limits: limits)
        for (stream, moment, text) in events { add(text, to: stream, at: moment, group) }
        return group
    }

    private func add(_ text: String, to stream: String, at moment: Int64, _ group: LogGroup) {
        Bytes(text).withUnsafeBytes {
            group.append($0, to: group.makeStream(stream, at: moment), timestamp: moment, ingestion: moment)
        }
    }

    private func texts(_ group: LogGroup, _ wanted: Set<Int>? = nil, from: Int64 = .min, to: Int64 = .max) -> [String] {
        group.select(wanted, from: from, to: to, now: 0).map(\.message)
    }

    @Test("Events come back by time, and in the order in which they came within a moment")
    func order() {
        let group = group([("a", 5, "2"), ("b", 3, "1"), ("a", 5, "3")])
        #expect(texts(group) == ["1", "2", "3"])
        #expect(texts(group, [0]) == ["2", "3"])
        #expect(texts(group, from: 3, to: 5) == ["1"])
    }

    @Test("The oldest chunk goes when there are too many")
    func limits() {
        let group = group(
            (0..<20).map { ("a", Int64($0), "\($0 % 10)123456789") }, limits: .init(chunks: 3, chunkBytes: 30))
        #expect(group.positions == 12..<20)
        #expect(texts(group).map { $0.prefix(1) } == ["2", "3", "4", "5", "6", "7", "8", "9"])
        #expect(group.storedBytes == 80)
        // One that is longer than a chunk has a chunk of its own.
        add(String(repeating: "x", count: 100), to: "a", at: 20, group)
        #expect(texts(group).last?.utf8.count == 100)
    }

    @Test("Events are kept as many days as the group says")
    func retention() {
        let day: Int64 = 86_400_000
        let group = group([("a", 0, "old"), ("a", day, "new")])
        group.retentionDays = 1
        #expect(group.select(nil, from: .min, to: .max, now: day + 1).map(\.message) == ["new"])
        group.expire(now: day + 1)
        #expect(group.positions == 0..<2)
        group.expire(now: 2 * day + 1)
        #expect(group.positions == 2..<2)
        add("next", to: "a", at: 3 * day, group)
        #expect(group.select(nil, from: .min, to: .max, now: 3 * day).map(\.position) == [2])
    }

    @Test("A stream that is deleted takes its events along, and its name is free")
    func deletedStream() {
        let group = group([("a", 1, "gone"), ("b", 2, "here")])
        group.deleteStream(0)
        add("new", to: "a", at: 3, group)
        #expect(texts(group) == ["here", "new"])
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
