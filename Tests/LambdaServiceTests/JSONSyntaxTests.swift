// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import Randomness
import Testing

@testable import LambdaService

@Suite("The JSON check of payloads")
struct JSONSyntaxTests {
    @Test(
        "JSON passes",
        arguments: [
            "null", "true", " false\n", "0", "-0", "12.5e-3", "1E9", #""""#, #""a\"\\\/\b\u00e9é""#, "[]", "[ ]", "{}",
            #"{"a":[1,{"b":null},[[]]],"c":"}"}"#, #" { "a" : { } , "b" : [ 1 , 2 ] } "#, "[[[[]]],{}]",
        ])
    func valid(text: String) {
        #expect(JSONSyntax.error(in: Bytes(text)) == nil)
    }

    @Test(
        "What is no JSON does not",
        arguments: [
            " ", "nul", "nulll", "truefalse", "01", "1.", "-", "1e", ".5", "+1", "'a'", #"""#, #""\x""#, #""\u12g4""#,
            "\"a\nb\"", "[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "{", "{a:1}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
            #"{"a":1]"#, "[1}", "1 2", "{}{}", "{} x", "\u{FEFF}1", "NaN",
        ])
    func invalid(text: String) {
        #expect(JSONSyntax.error(in: Bytes(text)) != nil)
    }

    // The first: LocalStack's recorded snapshot of AWS, test_invoke_with_invalid_payload; the others: Jackson's
    // wording.
    @Test(
        "The message is the one of AWS's parser",
        arguments: [
            (
                [0x99],
                "Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1, 1
            ),
            (
                Array("hello".utf8),
                "Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                1, 1
            ),
            (
                Array("{\n  'a': 1}".utf8),
                "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 2, 3
            ),
            (
                Array("[1 2]".utf8),
                "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 1, 4
            ),
            (Array("{\"a\"".utf8), "Unexpected end-of-input", 1, 5),
        ] as [([UInt8], String, Int, Int)])
    func messages(bytes: [UInt8], message: String, line: Int, column: Int) {
        let location =
            "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: \(line), column: \(column)]"
        #expect(JSONSyntax.error(in: Bytes(bytes)) == message + location)
    }

    @Test("Strings are UTF-8, whatever their length and wherever they break")
    func encoding() {
        for padding in 0..<40 {
            let plain = String(repeating: "x", count: padding)
            #expect(JSONSyntax.error(in: Bytes("[\"\(plain)é€😀\(plain)\"]")) == nil)
            #expect(JSONSyntax.error(in: Bytes("\"\(plain)")) != nil)
            for broken: [UInt8] in [
                [0x99], [0xC0, 0x80], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF5, 0x80], [0xE2, 0x82], [0x1F], [0x0A],
            ] {
                let text = Array("\"\(plain)".utf8) + broken + Array("\(plain)\"".utf8)
                #expect(JSONSyntax.error(in: Bytes(text)) != nil)
            }
        }
        #expect(JSONSyntax.error(in: Bytes([0x22, 0x99, 0x22]))?.hasPrefix("Invalid UTF-8 start byte 0x99\n") == true)
    }

    @Test("Nesting is allowed to its limit and no deeper")
    func nesting() {
        func nested(_ depth: Int) -> Bytes {
            Bytes(String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth))
        }
        #expect(JSONSyntax.error(in: nested(JSONSyntax.deepest)) == nil)
        #expect(JSONSyntax.error(in: nested(JSONSyntax.deepest + 1))?.hasPrefix("Document nesting depth") == true)
    }

    @Test("It agrees with Foundation's parser on damaged texts", arguments: 0..<4 as Range<UInt64>)
    func agreement(seed: UInt64) {
        var random = RandomBits(seed: seed)
        let alphabet = Array(#"{}[]:,"0123-.eE+ truefalsn\/a"#.utf8)
        let sample = Array(#"{"a":[1,2.5e3,"x\n"],"b":{"c":null,"d":true}}"#.utf8)
        for _ in 0..<3000 {
            var text = sample
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text[at] = alphabet.randomElement(using: &random) ?? 0
                case 1: text.remove(at: at)
                default: text.insert(alphabet.randomElement(using: &random) ?? 0, at: at)
                }
            }
            // Foundation lets a comma stand at an object's end.
            if String(decoding: text, as: UTF8.self).filter({ $0 != " " }).contains(",}") { continue }
            let parsed = try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
            let isValid = JSONSyntax.error(in: Bytes(text)) == nil
            #expect(isValid == (parsed != nil), "seed \(seed): \(String(decoding: text, as: UTF8.self))")
        }
    }
}
