// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols
import Testing

@testable import LambdaService

private let time = Timestamp(milliseconds: 1_700_000_000_123)
private let context = PlatformContext(
    functionName: "f", functionARN: "arn:f", version: "$LATEST", memoryMegabytes: 128,
    runtime: RuntimeVersion(of: "odd", region: "r"), instanceID: "stream")

private func json(
    _ record: TelemetryRecord, _ schema: TelemetrySchema, _ format: LoggingConfiguration.Format = .text
) -> String? {
    record.json(schema, context, format, at: time).map { String(decoding: $0, as: UTF8.self) }
}

/// The record of a platform event; nil when the schema has no such event.
private func record(_ event: PlatformEvent, _ schema: TelemetrySchema) -> String? {
    guard let text = json(.platform(event), schema), let start = text.firstRange(of: #""record":"#) else { return nil }
    return String(text[start.upperBound...].dropLast())
}

// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html,
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html
@Suite("Telemetry records")
struct TelemetryRecordTests {
    @Test("Lines are text, and JSON objects where schema, function and line are of JSON")
    func lines() {
        let head = #"{"time":"2023-11-14T22:13:20.123Z","type":"#
        #expect(json(.function("a \"b\"\n"), .july2022) == head + #""function","record":"a \"b\"\n"}"#)
        #expect(json(.extension("x\n"), .newest, .json) == head + #""extension","record":"x\n"}"#)
        let object = TelemetryRecord.function("{\"level\":\"INFO\"}\n")
        #expect(json(object, .december2022, .json) == head + #""function","record":{"level":"INFO"}}"#)
        for (schema, format) in [(TelemetrySchema.july2022, LoggingConfiguration.Format.json), (.newest, .text)] {
            #expect(json(object, schema, format) == head + #""function","record":"{\"level\":\"INFO\"}\n"}"#)
        }
        #expect(json(.function("{broken\n"), .newest, .json) == head + #""function","record":"{broken\n"}"#)
    }

    @Test("Each schema has its own members")
    func schemas() {
        let start = PlatformEvent.start(requestID: "r", traceHeader: "")
        #expect(record(start, .logs2020) == #"{"requestId":"r","version":"$LATEST"}"#)
        #expect(record(start, .july2022) == #"{"requestId":"r","version":"$LATEST"}"#)
        #expect(record(start, .january2025) == #"{"requestId":"r","functionArn":"arn:f","version":"$LATEST"}"#)
        let initStart = PlatformEvent.initStart(.initialize)
        #expect(record(initStart, .logs2021) == nil)
        #expect(record(initStart, .july2022)?.contains("functionName") == false)
        #expect(record(initStart, .december2022)?.contains(#""functionName":"f""#) == true)
        let done = PlatformEvent.runtimeDone(
            RuntimeDone(
                requestID: "r", traceHeader: "", status: .error("X"), nanoseconds: 1_000_000, response: nil,
                ended: MonotonicTime(nanoseconds: 0)))
        #expect(record(done, .logs2020) == nil)
        #expect(record(done, .logs2021) == #"{"requestId":"r","status":"failure"}"#)
        #expect(record(done, .july2022)?.hasPrefix(#"{"requestId":"r","status":"error","errorType":"X","metr"#) == true)
        let report = PlatformEvent.report(
            InvocationReport(requestID: "r", nanoseconds: 0, initNanoseconds: nil, status: .success),
            maxMemoryUsedMegabytes: 1)
        #expect(record(report, .logs2020)?.contains("status") == false)
        #expect(record(report, .july2022)?.hasSuffix(#","status":"success"}"#) == true)
    }

    @Test("The end, faults and subscriptions")
    func others() {
        #expect(record(.end(requestID: "r"), .logs2020) == #"{"requestId":"r"}"#)
        #expect(record(.end(requestID: "r"), .newest) == nil)
        let fault = PlatformEvent.fault(requestID: "r", message: "m\nT")
        #expect(record(fault, .logs2020) == #""RequestId: r Error: m\nT\n""#)
        #expect(record(fault, .newest) == nil)
        let status = SubscriptionStatus(name: "n", state: "Subscribed", api: .logs, types: [.platform, .extension])
        #expect(
            json(.platform(.subscription(status)), .newest)?.contains(
                #""type":"platform.logsSubscription","record":{"name":"n","state":"Subscribed","#
                    + #""types":["platform","extension"]}"#) == true)
        #expect(
            record(.logsDropped(records: 123, bytes: 12345), .july2022)
                == #"{"droppedBytes":12345,"droppedRecords":123,"reason":"Consumer seems to have fallen behind as it "#
                + #"has not acknowledged receipt of logs."}"#)
        let ready = ExtensionStatus(name: "n", state: "Ready", events: ["INVOKE"], errorType: nil)
        #expect(record(.extensionStatus(ready), .logs2020) == #"{"name":"n","state":"Ready","events":["INVOKE"]}"#)
    }
}
