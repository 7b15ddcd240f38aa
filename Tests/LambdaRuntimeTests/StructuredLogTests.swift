// SPDX-License-Identifier: Apache-2.0
import Buffers
import FoundationEssentials
import Glibc
import JSON
import LambdaEvents
import Locks
import Logging
import Testing

@testable import LambdaRuntime

@Suite("Structured logs")
struct StructuredLogTests {
    /// Logs into memory and gives the lines back as JSON.
    private func lines(
        _ variables: [String: String] = [:], invocation: InvocationDetails? = nil, _ body: (Logger) -> Void
    ) throws -> [[String: JSONValue]] {
        let written = Written()
        let handler = StructuredLogHandler(
            function: RuntimeEnvironment(variables), invocation: invocation,
            now: { timespec(tv_sec: 1_700_000_000, tv_nsec: 7_654_321) }, write: { written.append($0) })
        body(Logger(label: "test") { _ in handler })
        return try written.all.map { line in
            #expect(line.string.hasSuffix("\n"))
            #expect(line.string.dropLast().contains("\n") == false)
            return try JSONDecoder().decode([String: JSONValue].self, from: line.data)
        }
    }

    private final class Written: Sendable {
        private let lines = Locked<[Bytes]>([])
        func append(_ line: Bytes) { lines.withLock { $0.append(line) } }
        var all: [Bytes] { lines.withLock { $0 } }
    }

    // Field names: the documentation of AWS Lambda Powertools' Logger, "Standard structured keys".
    @Test("A line has the fields of Powertools")
    func fields() throws {
        let variables = [
            "AWS_LAMBDA_FUNCTION_NAME": "tracker", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "POWERTOOLS_SERVICE_NAME": "pictures",
        ]
        let invocation = InvocationDetails(
            requestID: "id-1", invokedFunctionARN: "arn:f", traceID: "Root=1-5759e988;Parent=5;Sampled=1",
            isColdStart: true)
        let line = try #require(
            try lines(variables, invocation: invocation) { logger in
                logger.info(
                    "stored", metadata: ["key": "inputs/1.json", "sizes": ["64", "8"], "nested": ["a": "\u{1}"]])
            }.first)
        #expect(
            line == [
                "level": .string("INFO"), "message": .string("stored"),
                "timestamp": .string("2023-11-14T22:13:20.007Z"),
                "service": .string("pictures"), "location": try #require(line["location"]),
                "function_name": .string("tracker"), "function_memory_size": .integer(256),
                "function_arn": .string("arn:f"),
                "function_request_id": .string("id-1"), "cold_start": .bool(true),
                "xray_trace_id": .string("1-5759e988"), "key": .string("inputs/1.json"),
                "sizes": .array([.string("64"), .string("8")]), "nested": .object(["a": .string("\u{1}")]),
            ])
        #expect(line["location"]?.scalarText?.hasPrefix("StructuredLogTests.swift:") == true)
    }

    @Test("Any text is one line of valid JSON", arguments: FunctionErrorTests.messages)
    func anyText(text: String) throws {
        let line = try #require(try lines { $0.error("\(text)", metadata: ["\(text)x": "\(text)"]) }.first)
        #expect(line["message"] == .string(text))
        #expect(line["\(text)x"] == .string(text))
    }

    @Test("Metadata that has the name of a field is kept beside it")
    func collision() throws {
        let line = try #require(try lines { $0.info("m", metadata: ["message": "mine", "_message": "too"]) }.first)
        #expect(line["message"] == .string("m"))
        #expect(line["_message"] == .string("too"))
        #expect(line["__message"] == .string("mine"))
    }

    @Test(
        "The level comes from the environment, and Lambda's own can only make it stricter",
        arguments: [
            ([:], Logger.Level.info), (["LOG_LEVEL": "debug"], .debug),
            (["LOG_LEVEL": "ERROR", "POWERTOOLS_LOG_LEVEL": "WARN"], .warning),
            (["AWS_LAMBDA_LOG_LEVEL": "FATAL"], .critical),
            (["LOG_LEVEL": "TRACE", "AWS_LAMBDA_LOG_LEVEL": "ERROR"], .error),
            (["LOG_LEVEL": "ERROR", "AWS_LAMBDA_LOG_LEVEL": "DEBUG"], .error), (["LOG_LEVEL": "loud"], .info),
        ])
    func level(variables: [String: String], level: Logger.Level) {
        #expect(LoggingOptions(variables).level == level)
    }
}
