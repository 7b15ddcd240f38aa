// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON
import LambdaService
import Scenario

/// What tests came to, for programs.
enum TestDocument {
    /// One JSON object: counts, and each test with its mismatches and the runs that it caused.
    static func json(_ played: [PlayedStep], _ records: [InvocationRecord]) -> JSONValue {
        let tests = zip(played, StepReport.caused(played, records)).map { step, runs -> JSONValue in
            [
                "name": .string(step.step.name), "description": .string(step.step.description),
                "outcome": step.hasFailed ? "failed" : "passed", "milliseconds": .number(step.milliseconds),
                "mismatches": .array(step.mismatches.map(mismatch)), "runs": .array(runs.map(run)),
            ]
        }
        let failed = played.count(where: \.hasFailed)
        return [
            "passed": .integer(Int64(played.count - failed)), "failed": .integer(Int64(failed)), "tests": .array(tests),
        ]
    }

    private static func mismatch(_ mismatch: Mismatch) -> JSONValue {
        var members: [String: JSONValue] = ["place": .string(mismatch.place), "reason": .string(mismatch.reason)]
        members["expected"] = mismatch.expected
        members["actual"] = mismatch.actual
        return .object(members)
    }

    private static func run(_ record: InvocationRecord) -> JSONValue {
        [
            "function": .string(record.function), "version": .string(record.version),
            "requestId": .string(record.requestID), "attempt": .integer(Int64(record.attempt)),
            "outcome": .string(StepReport.text(record.outcome)), "isCold": .bool(record.isCold),
            "durationMilliseconds": .number(record.durationMilliseconds),
            "billedMilliseconds": .integer(Int64(record.billedMilliseconds)),
            "maxMemoryUsedMegabytes": .integer(Int64(record.maxMemoryUsedMegabytes)),
        ]
    }

    /// JUnit's XML as CI systems read it: a suite for each file, a case for each step.
    ///
    /// Shape: https://github.com/testmoapp/junitxml.
    static func junit(_ files: [(name: String, steps: [PlayedStep])]) -> [UInt8] {
        var xml = XMLWriter()
        xml.element("testsuites", attributes: counts("martlet test", files.flatMap(\.steps))) { xml in
            for file in files {
                xml.element("testsuite", attributes: counts(file.name, file.steps)) { xml in
                    for step in file.steps { testCase(step, file: file.name, &xml) }
                }
            }
        }
        return xml.finish()
    }

    private static func testCase(_ step: PlayedStep, file: String, _ xml: inout XMLWriter) {
        let attributes = [
            (name: "name", value: clean("\(step.step.name): \(step.step.description)")),
            (name: "classname", value: clean(file)), (name: "time", value: seconds(step.milliseconds)),
        ]
        xml.element("testcase", attributes: attributes) { xml in
            guard let first = step.mismatches.first else { return }
            let text = step.mismatches.map(\.description).joined(separator: "\n")
            xml.element("failure", attributes: [(name: "message", value: clean(first.description))], clean(text))
        }
    }

    private static func counts(_ name: String, _ steps: [PlayedStep]) -> [(name: String, value: String)] {
        [
            ("name", clean(name)), ("tests", "\(steps.count)"), ("failures", "\(steps.count(where: \.hasFailed))"),
            ("errors", "0"), ("time", seconds(steps.map(\.milliseconds).reduce(0, +))),
        ]
    }

    private static func seconds(_ milliseconds: Double) -> String { "\(milliseconds.rounded() / 1000)" }

    /// Without the characters that XML 1.0 cannot hold.
    private static func clean(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value >= 32 || ["\t", "\n", "\r"].contains($0) }
                    .filter { $0.value != 0xFFFE && $0.value != 0xFFFF }))
    }
}
