// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

/// The examples are those of https://www.rfc-editor.org/rfc/rfc9535, whose section each test names.
@Suite("JSON paths")
struct JSONPathTests {
    private static let store = """
        {"store": {"book": [
          {"category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95},
          {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99},
          {"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3",
           "price": 8.99},
          {"category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings",
           "isbn": "0-395-19395-8", "price": 22.99}
        ], "bicycle": {"color": "red", "price": 399}}}
        """

    @Test(
        "The store of section 1.5",
        arguments: [
            ("$.store.book[*].author", #"["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]"#),
            ("$..author", #"["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]"#),
            ("$.store..price", "[399,8.95,12.99,8.99,22.99]"), ("$..book[2].author", #"["Herman Melville"]"#),
            ("$..book[2].publisher", "[]"), ("$..book[-1].title", #"["The Lord of the Rings"]"#),
            ("$..book[0,1].title", #"["Sayings of the Century","Sword of Honour"]"#),
            ("$..book[:2].title", #"["Sayings of the Century","Sword of Honour"]"#),
            ("$..book[?@.isbn].title", #"["Moby Dick","The Lord of the Rings"]"#),
            ("$..book[?@.price<10].title", #"["Sayings of the Century","Moby Dick"]"#),
        ])
    func store(path: String, found: String) throws {
        #expect(try find(path, in: Self.store) == found)
    }

    @Test(
        "Selectors of sections 2.3.1 to 2.3.4, and segments of 2.5",
        arguments: [
            (#"$.o['j j']['k.k']"#, #"{"o": {"j j": {"k.k": 3}}}"#, "[3]"),
            (#"$["'"]["@"]"#, #"{"'": {"@": 2}}"#, "[2]"),
            ("$.*.*", #"{"o": {"j": 1, "k": 2}, "a": [5, 3]}"#, "[5,3,1,2]"),
            ("$[1]", #"["a","b"]"#, #"["b"]"#), ("$[-2]", #"["a","b"]"#, #"["a"]"#), ("$[-3]", #"["a","b"]"#, "[]"),
            ("$[1:3]", letters, #"["b","c"]"#), ("$[5:]", letters, #"["f","g"]"#),
            ("$[1:5:2]", letters, #"["b","d"]"#), ("$[5:1:-2]", letters, #"["f","d"]"#),
            ("$[::-1]", letters, #"["g","f","e","d","c","b","a"]"#), ("$[::0]", letters, "[]"),
            ("$[0, 3]", letters, #"["a","d"]"#), ("$[0:2, 5]", letters, #"["a","b","f"]"#),
            ("$[0, 0]", letters, #"["a","a"]"#),
            ("$..j", nested, "[4,1]"), ("$..[0]", nested, #"[5,{"j":4}]"#),
            ("$.a..[0, 1]", nested, #"[5,3,{"j":4},{"k":6}]"#),
            ("$.a[0, 'x']", nested, "[5]"), ("$ [ 'a' ] [ 1 ]", nested, "[3]"),
            (#"$['\u263A\uD83D\uDE00\n']"#, #"{"☺😀\n": 1}"#, "[1]"), ("$.ä", #"{"ä": 1}"#, "[1]"),
        ])
    func selectors(path: String, value: String, found: String) throws {
        #expect(try find(path, in: value) == found)
    }

    private static let letters = #"["a","b","c","d","e","f","g"]"#
    private static let nested = #"{"o": {"j": 1, "k": 2}, "a": [5, 3, [{"j": 4}, {"k": 6}]]}"#

    @Test(
        "Filters of section 2.3.5.3",
        arguments: [
            ("$.a[?@.b == 'kilo']", #"[{"b":"kilo"}]"#), ("$.a[?(@.b == 'kilo')]", #"[{"b":"kilo"}]"#),
            ("$.a[?@>3.5]", "[5,4,6]"), ("$.a[?@.b]", #"[{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}]"#),
            (
                "$[?@.*]",
                #"[[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}],{"p":1,"q":2,"r":3,"s":5,"t":{"u":6}}]"#
            ),
            ("$[?@[?@.b]]", #"[[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}]]"#),
            ("$.o[?@<3, ?@<3]", "[1,2,1,2]"), (#"$.a[?@<2 || @.b == "k"]"#, #"[1,{"b":"k"}]"#),
            (#"$.a[?match(@.b, "[jk]")]"#, #"[{"b":"j"},{"b":"k"}]"#),
            (#"$.a[?search(@.b, "[jk]")]"#, #"[{"b":"j"},{"b":"k"},{"b":"kilo"}]"#), ("$.o[?@>1 && @<4]", "[2,3]"),
            ("$.o[?@.u || @.x]", #"[{"u":6}]"#), ("$.a[?@.b == $.x]", "[3,5,1,2,4,6]"),
            ("$.a[?@ == @]", #"[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}]"#),
        ])
    func filters(path: String, found: String) throws {
        let value = """
            {"a": [3, 5, 1, 2, 4, 6, {"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}],
             "o": {"p": 1, "q": 2, "r": 3, "s": 5, "t": {"u": 6}}, "e": "f"}
            """
        #expect(try find(path, in: value) == found)
    }

    @Test(
        "Comparisons of table 11, of which each holds",
        arguments: [
            "$.absent1 == $.absent2", "$.absent1 <= $.absent2", "!($.absent == 'g')", "!($.absent1 != $.absent2)",
            "$.absent != 'g'", "1 <= 2", "!(1 > 2)", "!(13 == '13')", "'a' <= 'b'", "!('a' > 'b')", "!($.obj == $.arr)",
            "$.obj != $.arr", "$.obj == $.obj", "!($.obj != $.obj)", "$.arr == $.arr", "!($.obj <= $.arr)",
            "$.obj <= $.obj", "!($.obj < $.obj)", "true <= true", "!(true > true)", "1 == 1.0", "'10' < '9'",
            "-1e1 < 0",
            "length($.arr) == 2", "length('aé😀') == 3", "count($.*) == 2", "value($..x) == 'y'",
            "!(length(1) == 0) && length(1) == $.absent", "! $.absent", "!match('abc', 'ab') && match('ab', 'a.')",
            "!search('x', '(')", "null == null",
        ])
    func comparisons(condition: String) throws {
        #expect(try find("$.arr[?\(condition)]", in: #"{"obj": {"x": "y"}, "arr": [2, 3]}"#) == "[2,3]")
    }

    @Test(
        "What is no path is refused where it goes wrong",
        arguments: [
            ("", 0), ("a", 0), (" $", 0), ("$ ", 1), ("$.", 2), ("$.1", 2), ("$..", 3), ("$...a", 3), ("$[", 2),
            ("$[]", 2), ("$[a]", 2),
            ("$[01]", 2), ("$[-0]", 2), ("$[-]", 3), ("$[0", 3), ("$[0,]", 4), ("$[9007199254740992]", 2),
            ("$[-9223372036854775808]", 2), ("$['a]", 2), (#"$['\x']"#, 4), (#"$['\"']"#, 4), (#"$['\uD800']"#, 3),
            (#"$['\u12']"#, 7),
            ("$['\u{1}']", 3), ("$.a b", 3), ("$[?]", 3), ("$[?@.a == ]", 10), ("$[?(@.a]", 7), ("$[?@.* == 1]", 3),
            ("$[?1]", 3),
            ("$[?@.a == 'x' || ]", 17), ("$[?length(@.*) < 3]", 10), ("$[?count(1) == 1]", 9), ("$[?foo(@)]", 3),
            ("$[?length(@)]", 3), ("$[?match(@.a, 'b') == true]", 3), ("$[?match(@.a)]", 12), ("$[?@.a == 01]", 10),
            ("$[?true]", 3),
            ("$[?@.a==1==2]", 9), ("$[?!@.a == 1]", 8),
        ])
    func refused(path: String, position: Int) {
        let error = #expect(throws: JSONPathError.self) { try JSONPath(path) }
        #expect(error?.position == position, "\(error?.description ?? "")")
    }

    @Test("Conditions are nested only so deep")
    func depth() throws {
        func path(_ depth: Int) -> String {
            "$[?" + String(repeating: "(", count: depth) + "@" + String(repeating: ")", count: depth) + "]"
        }
        _ = try JSONPath(path(63))
        #expect(throws: JSONPathError.self) { try JSONPath(path(64)) }
    }

    @Test(
        "Normalized paths of section 2.7, and what people read",
        arguments: [
            ("$.a", "$['a']", "$.a"), ("$.*[1]", "$['a'][1]", "$.a[1]"), ("$..*[?@.x]", "$['a'][2]", "$.a[2]"),
            (#"$["\u000B"]"#, #"$['\u000b']"#, #"$['\u000b']"#), (#"$["it's"]"#, #"$['it\'s']"#, #"$['it\'s']"#),
            ("$[?@ == 7]", #"$['\\\n']"#, #"$['\\\n']"#), ("$['']", "$['']", "$['']"),
        ])
    func normalized(path: String, normalized: String, description: String) throws {
        let value = try json(#"{"a": [1, 2, {"x": {"x": 1}}], "\u000b": 2, "it's": 3, "\\\n": 7, "": 4}"#)
        let location = try #require(value.nodes(at: JSONPath(path)).first).location
        #expect(location.normalizedPath == normalized)
        #expect(location.description == description)
        #expect(try value.values(at: JSONPath(normalized)) == [try #require(value[location])])
    }

    @Test("Found values are replaced, within others too")
    func replace() throws {
        var value = try json(#"{"a": {"password": {"password": "x"}}, "b": [{"password": 1}, 2]}"#)
        value.replace(at: try JSONPath("$..password")) { _ in .string("***") }
        #expect(value.text == #"{"a":{"password":"***"},"b":[{"password":"***"},2]}"#)
        value.replace(at: try JSONPath("$.b[*]")) { .string($0.text) }
        #expect(value["b"]?.text == #"["{\"password\":\"***\"}","2"]"#)
    }

    @Test(
        "An assignment sets what its path names",
        arguments: [
            ("a=2", #"{"a":2,"l":[{"b":1}]}"#), ("$.x.y=text", #"{"a":1,"l":[{"b":1}],"x":{"y":"text"}}"#),
            (".l[0].b=null", #"{"a":1,"l":[{"b":null}]}"#), ("l[1].c=[1]", #"{"a":1,"l":[{"b":1},{"c":[1]}]}"#),
            ("['a=b']=c=d", #"{"a":1,"a=b":"c=d","l":[{"b":1}]}"#),
            ("l[?@.b=='1' || @.b==1].b=", #"{"a":1,"l":[{"b":""}]}"#),
            ("$=3", "3"), (#"a="7""#, #"{"a":"7","l":[{"b":1}]}"#), ("$..b=0", #"{"a":1,"l":[{"b":0}]}"#),
        ])
    func assignment(text: String, result: String) throws {
        var value = try json(#"{"a": 1, "l": [{"b": 1}]}"#)
        let assignment = try JSONAssignment(text)
        try value.set(assignment.value, at: assignment.path)
        #expect(value.text == result)
    }

    @Test(
        "What cannot be set is an error", arguments: ["a.b=1", "l[2]=1", "l.x=1", "x[1]=1", "l[-2]=1", "a", "$..z=1"])
    func unassignable(text: String) throws {
        var value = try json(#"{"a": 1, "l": [1]}"#)
        #expect(throws: JSONPathError.self) {
            let assignment = try JSONAssignment(text)
            try value.set(assignment.value, at: assignment.path)
        }
        #expect(value.text == #"{"a":1,"l":[1]}"#)
    }

    private func find(_ path: String, in value: String) throws -> String {
        JSONValue.array(try json(value).values(at: JSONPath(path))).text
    }
}
