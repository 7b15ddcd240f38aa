// SPDX-License-Identifier: Apache-2.0
import Randomness
import Testing

@testable import CloudFormation

@Suite("The JSON reader")
struct JSONReaderTests {
    func node(_ text: String) throws -> Node {
        try JSONReader.read(try TemplateText(Array(text.utf8), file: "t"))
    }

    @Test(
        "Values come out as they were written",
        arguments: [
            (#"{"a": [1, -2.5e+3, true, null], "b": {}}"#, #"{"a":[1,-2.5e+3,true,null],"b":{}}"#),
            (#""é \u00e9 \ud83d\ude00 \" \\ \/ \n\t""#, #""é é 😀 \" \\ / \u000a\u0009""#),
            ("\u{FEFF}[]", "[]"),
            ("1e999999999", "1e999999999"),
        ])
    func values(text: String, expected: String) throws {
        #expect(try node(text).json == expected)
    }

    @Test("A value knows where it begins")
    func offsets() throws {
        let text = try TemplateText(Array("{\"é\":\n  [10, 20]}".utf8), file: "t.json")
        let second = try #require(try JSONReader.read(text)["é"]?.items?.last)
        let diagnostic = text.diagnostic(.warning, Fault(offset: second.offset, path: Path("é"), message: "here"))
        #expect(diagnostic.description == "t.json:2:8: é: here")
    }

    @Test("Columns count characters, not bytes")
    func columns() throws {
        let text = try TemplateText(Array(#"["äöü", x]"#.utf8), file: "t")
        #expect(throws: Fault.self) { try JSONReader.read(text) }
        do throws(Fault) {
            _ = try JSONReader.read(text)
        } catch {
            #expect(text.diagnostic(.error, error).column == 9)
        }
    }

    @Test(
        "What is no JSON is told with its place",
        arguments: [
            ("", "1:1: the template is empty"),
            ("{\n \"a\": 1,\n}", "3:1: expected a key in quotes"),
            (#"{"a": 1} x"#, #"1:10: the document ends before "x""#),
            (#"{"a": 01}"#, "1:8: expected a comma or the end of the object"),
            (#"{"a": -}"#, "1:8: expected a digit"),
            (#"{"a": tru}"#, "1:7: expected a value; did you mean true?"),
            (#"{"a" 1}"#, #"1:6: expected a colon after the key "a""#),
            (#"["a"#, "1:4: the string does not end"),
            (#"["\x"]"#, #"1:3: no such escape: \x"#),
            (#"["\ud800"]"#, "1:3: this escape stands for no character"),
            (#"["\ud800\u0041"]"#, "1:3: this escape stands for no character"),
            (#"["\u00"#, "1:3: this escape stands for no character"),
            ("[\"\u{1}\"]", "1:3: a control character stands in a string; write it as an escape"),
            (#"{"a": 1, "b": 2, "a": 3}"#, #"1:18: the key "a" stands twice in this object"#),
            ("[1 2]", "1:4: expected a comma or the end of the list"),
            ("\u{0}", "1:1: control characters are not allowed"),
        ])
    func malformed(text: String, expected: String) {
        #expect(complaint(text) == "template.json:\(expected)")
    }

    @Test("Nesting beyond the limit is an error, whatever it is nested in", arguments: [#"["#, #"{"a":"#])
    func deepNesting(opening: String) {
        let column = JSONReader.maximumDepth * opening.count + 1
        #expect(
            complaint(String(repeating: opening, count: 100_000))
                == "template.json:1:\(column): values are nested deeper than 100 levels")
    }

    @Test("Nesting at the limit is read")
    func nestingAtTheLimit() throws {
        let depth = JSONReader.maximumDepth
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try node(text).json == text)
    }

    @Test(
        "Bytes that are not UTF-8 are told with their place",
        arguments: [([0x22, 0xFF, 0x22], 2), ([0x22, 0xC3, 0xA4, 0xC3], 3), ([0xED, 0xA0, 0x80], 1)] as [([UInt8], Int)]
    )
    func invalidUTF8(bytes: [UInt8], column: Int) {
        #expect(complaint(bytes) == "template.json:1:\(column): the template is not valid UTF-8")
    }

    @Test("A template over a megabyte is refused, one of a megabyte is read")
    func size() {
        let limit = TemplateText.maximumBytes
        #expect(complaint([UInt8](repeating: 0x20, count: limit))?.contains("the template is empty") == true)
        #expect(complaint([UInt8](repeating: 0x20, count: limit + 1))?.contains("longer than") == true)
    }

    @Test("Whatever bytes a template is damaged with, reading it ends with a result or an error", arguments: 0..<8)
    func damage(seed: UInt64) {
        let whole = Array(
            #"{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "${A}"}}}}}"#.utf8
        )
        var generator = SplitMix64(seed: seed)
        func random(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0...random(4) {
                switch random(3) {
                case 0: bytes[random(bytes.count)] = UInt8(random(256))
                case 1: bytes.remove(at: random(bytes.count))
                default: bytes.insert(whole[random(whole.count)], at: random(bytes.count))
                }
            }
            if let complaint = complaint(bytes) { #expect(complaint.hasPrefix("template.json:")) }
        }
    }
}
