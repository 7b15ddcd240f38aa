// SPDX-License-Identifier: Apache-2.0
import Buffers
import FoundationEssentials
import Testing

@testable import LambdaRuntime

@Suite("Errors of functions")
struct FunctionErrorTests {
    private struct Shape: Decodable {
        let errorMessage: String
        let errorType: String
        let stackTrace: [String]
    }

    static let messages: [String] = [
        "", "plain", "quote \" backslash \\ slash /", "line\nbreak\r\ttab", "\u{0}\u{1}\u{8}\u{b}\u{c}\u{1f}\u{7f}",
        "é ü ß 日本語 🐦", "\u{2028}\u{2029}\u{FFFD}", "</script>", #"{"errorMessage":"x"}"#,
        String(decoding: [0x61, 0xED, 0xA0, 0x80, 0xFF, 0x62], as: UTF8.self),
        String(String.UnicodeScalarView((0...0x2FF).compactMap(Unicode.Scalar.init))),
    ]

    @Test("Any message is valid JSON and comes back as it was", arguments: messages)
    func message(text: String) throws {
        let shape = try JSONDecoder().decode(Shape.self, from: FunctionError(type: text, message: text).json.data)
        #expect(shape.errorMessage == text)
        #expect(shape.stackTrace.isEmpty)
    }

    @Test("A message of a megabyte is cut between characters, and says so", arguments: ["x", "é", "🐦", "a🐦"])
    func longMessage(unit: String) throws {
        let long = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
        let json = FunctionError(type: "T", message: long).json
        #expect(json.count < FunctionError.messageLimit + 200)
        let message = try JSONDecoder().decode(Shape.self, from: json.data).errorMessage
        #expect(message.hasSuffix("… (\(long.utf8.count) bytes)"))
        #expect(long.hasPrefix(message.prefix(while: { $0 != "…" })))
    }

    @Test("A message at the limit is not cut, one byte more is")
    func limit() {
        let atLimit = String(repeating: "x", count: FunctionError.messageLimit)
        #expect(FunctionError(type: "T", message: atLimit).message == atLimit)
        #expect(FunctionError(type: "T", message: atLimit + "x").message != atLimit + "x")
    }

    // What Lambda accepts: ^(Runtime|Function)\.[A-Z][a-zA-Z]+$, from aws-lambda-runtime-interface-emulator.
    @Test(
        "The header names a category and a reason, or an unknown reason",
        arguments: [
            ("Runtime.NoSuchHandler", "Runtime.NoSuchHandler"), ("Function.Bad", "Function.Bad"),
            ("ValidationError", "Function.ValidationError"), ("lower", "Function.Unknown"),
            ("A\r\nX-Injected: 1", "Function.Unknown"), ("", "Function.Unknown"), ("Bad2", "Function.Unknown"),
            ("Runtime.", "Function.Unknown"), ("Other.Thing", "Function.Unknown"), ("Runtime.A.B", "Function.Unknown"),
        ])
    func header(type: String, value: String) {
        #expect(FunctionError(type: type, message: "").headerValue == value)
    }

    private struct Plain: Error, CustomStringConvertible {
        let description = "it broke"
    }

    private struct Named: LambdaErrorConvertible {
        let lambdaErrorType = "PromptTooLong"
        let lambdaErrorMessage = "78 words"
    }

    @Test("An error is reported with its own words, or with its type and description")
    func conversion() {
        #expect(FunctionError(Plain()) == FunctionError(type: "Plain", message: "it broke"))
        #expect(FunctionError(Named()) == FunctionError(type: "PromptTooLong", message: "78 words"))
    }
}
