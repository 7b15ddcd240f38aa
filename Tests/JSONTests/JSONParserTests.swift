// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Testing

@Suite struct JSONParserTests {
    @Test(
        "A JSON text is read as what it says",
        arguments: [
            ("null", JSONValue.null), (" true ", .bool(true)), ("[]", .array([])), ("{}", .object([:])),
            ("-0", .integer(0)), ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(0x1p63)),
            ("1.5e3", .integer(1500)), ("2.5E-1", .number(0.25)),
            (#""a\"\\\/\b\f\n\r\té\u00e9\uD83D\uDE00""#, .string("a\"\\/\u{8}\u{C}\n\r\téé😀")),
            (#"{"a": [1, {"b": null}], "a": 2}"#, .object(["a": .integer(2)])),
            ("[1 , [2,3]\t,\r\n\"x\"]", .array([.integer(1), .array([.integer(2), .integer(3)]), .string("x")])),
        ])
    func reads(text: String, value: JSONValue) {
        #expect(JSONValue(parsing: text) == value)
        #expect(JSONValue(parsing: Data(text.utf8)) == value)
    }

    @Test(
        "What is no JSON text is refused",
        arguments: [
            "", " ", "nul", "tru", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01", "-", "1.", ".5",
            "1e", "+1", "1e400", "\"", "\"\u{1}\"", #""\x""#, #""\u12""#, #""\uD800""#, #""\uD800\u0041""#,
            #""\uDC00""#, "1 2", "[", "{", "]",
        ])
    func refuses(text: String) {
        #expect(JSONValue(parsing: text) == nil)
    }

    @Test("What is no UTF-8 is refused")
    func encoding() {
        #expect(JSONValue(parsing: Data([34, 0xFF, 34])) == nil)
        #expect(JSONValue(parsing: Data([34, 92, 110, 0xC3, 34])) == nil)
    }

    @Test("Nesting has an end, and reaching it costs nothing more")
    func depth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(JSONValue(parsing: nested(512)) != nil)
        #expect(JSONValue(parsing: nested(513)) == nil)
        #expect(JSONValue(parsing: String(repeating: "{\"a\":", count: 200_000)) == nil)
    }

    @Test("Cut off anywhere, a text is refused and nothing else happens")
    func truncated() {
        let text = Array(#"{"a":[1.5e-3,true,"\u00e9\n"],"b":{"c":null}}"#.utf8)
        for count in 0..<text.count { #expect(JSONValue(parsing: Data(text.prefix(count))) == nil) }
        #expect(JSONValue(parsing: Data(text)) != nil)
    }
}
