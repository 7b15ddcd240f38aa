// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Testing

@Suite("Differences of JSON values")
struct JSONComparisonTests {
    @Test(
        "Each difference is told with its place and both values",
        arguments: [
            ("1", "1.0", []), ("1", #""1""#, [#"$ changed 1 "1""#]),
            (#"{"a":1}"#, #"{"b":1}"#, ["$.a removed 1", "$.b added 1"]),
            (#"{"a":{"b":[1,{"c":2}]}}"#, #"{"a":{"b":[1,{"c":3}]}}"#, ["$.a.b[1].c changed 2 3"]),
            (#"{"a":null}"#, "{}", ["$.a removed null"]), ("{}", "[]", ["$ changed {} []"]),
            ("[1,2,3]", "[1,3]", ["$[1] removed 2"]), ("[1,3]", "[0,1,3]", ["$[0] added 0"]),
            ("[]", "[1,2]", ["$[0] added 1", "$[1] added 2"]),
            ("[1,2,3,4]", "[1,9,4]", ["$[1] changed 2 9", "$[2] removed 3"]), ("[1,1]", "[1]", ["$[1] removed 1"]),
            ("[1,2]", "[2,1]", ["$[0] changed 1 2", "$[1] changed 2 1"]),
        ])
    func whole(first: String, second: String, expected: [String]) throws {
        #expect(try differences(JSONComparison(), first, second) == expected)
    }

    @Test(
        "A subset leaves members out, but no items",
        arguments: [
            (#"{"a":1}"#, #"{"a":1,"b":2}"#, []), (#"{"a":{}}"#, #"{"a":{"b":2}}"#, []),
            (#"[{"a":1}]"#, #"[{"a":1,"b":2}]"#, []), ("[1]", "[1,2]", ["$[1] added 2"]),
            ("[2,3]", "[1]", ["$[0] changed 2 1", "$[1] removed 3"]),
            (#"{"a":1}"#, "{}", ["$.a removed 1"]), (#"{"a":null}"#, "{}", ["$.a removed null"]),
        ])
    func subset(first: String, second: String, expected: [String]) throws {
        #expect(try differences(JSONComparison(.subset), first, second) == expected)
    }

    @Test(
        "What is ignored may differ, be absent or be new",
        arguments: [
            (#"{"a":1,"t":1}"#, #"{"a":1,"t":2}"#, []), (#"{"t":1}"#, "{}", []), ("{}", #"{"t":{"x":1}}"#, []),
            (#"[{"t":1},{"t":2,"b":1}]"#, #"[{"b":3},{"t":4},{"t":5,"b":1}]"#, [#"$[0] added {"b":3}"#]),
            (#"{"a":{"t":1,"b":1}}"#, #"{"a":{"t":2,"b":2}}"#, ["$.a.b changed 1 2"]),
        ])
    func ignored(first: String, second: String, expected: [String]) throws {
        #expect(try differences(JSONComparison(ignoring: [JSONPath("$..t")]), first, second) == expected)
    }

    @Test("Texts match as the caller decides")
    func texts() throws {
        let comparison = JSONComparison(textsMatch: { $1.hasPrefix($0) })
        #expect(try differences(comparison, #"["a","b"]"#, #"["ab","a"]"#) == [#"$[1] changed "b" "a""#])
    }

    @Test("Nesting as deep as a parser takes it costs no more than its size")
    func deep() throws {
        let deep = { (inner: String) in String(repeating: "[", count: 500) + inner + String(repeating: "]", count: 500)
        }
        let comparison = JSONComparison(ignoring: [try JSONPath("$.x")])
        #expect(comparison.differences(from: try json(deep("1")), to: try json(deep("1,2"))).count == 1)
    }

    @Test("A difference is JSON with its normalized path")
    func encoded() throws {
        let difference = try #require(
            JSONComparison().differences(from: json(#"{"a":1}"#), to: json(#"{"a":2}"#)).first)
        let text = String(decoding: try JSONEncoder().encode(difference), as: UTF8.self)
        #expect(try json(text).text == #"{"after":2,"before":1,"kind":"changed","path":"$['a']"}"#)
    }

    private func differences(_ comparison: JSONComparison, _ first: String, _ second: String) throws -> [String] {
        comparison.differences(from: try json(first), to: try json(second)).map { difference in
            ([difference.location.description, difference.kind.rawValue]
                + [difference.before, difference.after].compactMap { $0?.text }).joined(separator: " ")
        }
    }
}

func json(_ text: String) throws -> JSONValue {
    try #require(JSONValue(parsing: text))
}
