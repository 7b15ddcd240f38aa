// SPDX-License-Identifier: Apache-2.0
import Randomness
import Testing

@testable import MartletSettings

@Suite("martlet.toml")
struct MartletSettingsTests {
    @Test("Runtimes are commands, written as TOML lets them be written")
    func runtimes() throws {
        let settings = try MartletSettings(
            text: """
                # How functions run on this machine.
                [ runtimes ]   # a table
                "python3.12" = ["python3", '-m', "awslambdaric"]
                'nodejs22.x' = [
                    "npx",   # with a comment
                    "aws-lambda-ric",
                ]\r
                java21=["java", "-cp", "a\\tb\\u00e9\\\\", '\\raw']

                """, file: "martlet.toml")
        #expect(
            settings.runtimes == [
                "python3.12": ["python3", "-m", "awslambdaric"], "nodejs22.x": ["npx", "aws-lambda-ric"],
                "java21": ["java", "-cp", "a\tbé\\", "\\raw"],
            ])
        #expect(try MartletSettings(text: "", file: "f") == MartletSettings())
        #expect(try MartletSettings(text: "[runtimes]", file: "f") == MartletSettings())
    }

    @Test(
        "What is not understood is an error with its line",
        arguments: [
            ("[runtimes]\npython3.12 = [\"a\"]", 2, "in quotes"),
            ("[runtimes]\n\"a\" = \"b\"", 2, "list of strings"),
            ("[runtimes]\n\"a\" = []", 2, "list of strings"),
            ("[runtimes]\n\"a\" = [\"\"]", 2, "list of strings"),
            ("[runtimes]\n\"a\" = [1]", 2, "in quotes"),
            ("[runtimes]\n\"a\" = [\"x\" \"y\"]", 2, "commas"),
            ("[runtimes]\n\"a\" = [\n\"x\",\n", 4, "in quotes"),
            ("[runtimes]\n\"a\" = [\"x\"] 1", 2, "comment"),
            ("[runtimes]\n\"a\" = [\"x\"]\n\"a\" = [\"y\"]", 3, "twice"),
            ("[runtimes]\n\"a\" = true", 2, "in quotes"),
            ("[runtimes]\n\"a\"", 2, "expected ="),
            ("[runtimes]\n\"a", 2, "not closed"),
            ("[runtimes]\n\"\"\"a\"\"\" = [\"x\"]", 2, "several lines"),
            ("[runtimes]\na = [\"\\q\"]", 2, "no escape"),
            ("[runtimes]\na = [\"\\ud800\"]", 2, "no such character"),
            ("[runtimes]\na = [\"\\u00g0\"]", 2, "hexadecimal"),
            ("[runtimes\n", 1, "ends with ]"),
            ("[[runtimes]]\na = [\"x\"]", 2, "in [[runtimes]]"),
            ("[[runtimes]", 1, "ends with ]]"),
            ("[chaos]\nseed = -1", 2, "whole number"),
            ("[chaos]\nrate = 1", 2, "no setting rate"),
            ("[chaos.rules]\nkind = \"kill\"", 2, "in [chaos.rules]"),
            ("[[chaos.rules]]\nkind = [\"kill\"]", 2, "string or a number"),
            ("[[chaos.rules]]\nrate = 0.1.2", 2, "a number"),
            ("\n\n= 1", 3, "expected a key"),
            ("[other]\na = \"b\"", 2, "[other]"),
            ("a = \"b\"", 1, "outside"),
            ("[a.b]\nc = \"d\"", 2, "in [a.b]"),
        ])
    func errors(text: String, line: Int, message: String) {
        let error = #expect(throws: SettingsError.self) { try MartletSettings(text: text, file: "martlet.toml") }
        #expect(error?.line == line && error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(error?.description.hasPrefix("martlet.toml:\(line): ") == true)
    }

    @Test("Chaos is a seed and a list of rules, taken as they stand")
    func chaos() throws {
        let settings = try MartletSettings(
            text: """
                [chaos]
                seed = 42
                [[chaos.rules]]
                kind = "kill"
                rate = 0.1

                [[ chaos . rules ]]
                kind = "delay"
                every = 3
                """, file: "f")
        #expect(settings.chaos.seed == 42)
        #expect(
            settings.chaos.rules == [
                .init(line: 4, values: ["kind": .string("kill"), "rate": .number(0.1)]),
                .init(line: 8, values: ["kind": .string("delay"), "every": .integer(3)]),
            ])
    }

    @Test("No text crashes the reader")
    func anything() {
        let pieces = [
            "[", "]", "\"", "'", "\\", "u", "=", ",", "#", "\n", "\r\n", "a", "runtimes", "chaos", "rules", ".", " ",
            "é", "0",
        ]
        var random = SplitMix64(seed: 7)
        for _ in 0..<20_000 {
            let text = (0..<12).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            _ = try? MartletSettings(text: text, file: "f")
        }
    }
}
