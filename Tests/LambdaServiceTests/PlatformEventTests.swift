// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols
import Testing

@testable import LambdaService

private let time = Timestamp(milliseconds: 1_700_000_000_123)
private let context = PlatformContext(
    functionName: "f", functionARN: "arn:f", version: "$LATEST", memoryMegabytes: 128,
    runtime: RuntimeVersion(of: "provided.al2023", region: "eu-west-1"), instanceID: "stream")

private func line(_ event: PlatformEvent, _ logging: LoggingConfiguration) -> String? {
    PlatformLog(logging: logging, context: context).line(event, at: time)?.string
}

private func text(_ event: PlatformEvent) -> String? { line(event, LoggingConfiguration()) }

/// The record of an event's line in JSON.
private func record(
    _ event: PlatformEvent, _ level: LoggingConfiguration.SystemLevel = .debug
) throws -> String? {
    let head = #"{"time":"2023-11-14T22:13:20.123Z","type":""#
    guard let line = line(event, LoggingConfiguration(format: .json, systemLevel: level)) else { return nil }
    #expect(line.hasPrefix(head) && line.hasSuffix("}\n"))
    return String(line.dropFirst(head.count).dropLast(2))
}

private func report(_ status: ReportStatus = .success) -> InvocationReport {
    InvocationReport(requestID: "r", nanoseconds: 133_610_000, initNanoseconds: 80_000_000, status: status)
}

private func initReport(_ phase: InitReport.Phase, _ status: ReportStatus = .success) -> InitReport {
    InitReport(nanoseconds: 1_236_040_000, phase: phase, status: status)
}

private func done(_ status: ReportStatus = .success, _ response: RuntimeResponseTimes? = nil) -> RuntimeDone {
    RuntimeDone(
        requestID: "r", traceHeader: "Root=1;Sampled=0", status: status, nanoseconds: 140_000_000, response: response,
        ended: MonotonicTime(nanoseconds: 1_140_000_000))
}

@Suite("Platform events")
struct PlatformEventTests {
    // Seen in logs on AWS: `INIT_START Runtime Version: provided:al2023.v97`, a tab, `Runtime Version ARN: `.
    @Test("The first line of a log of text is the runtime's version")
    func initStart() {
        #expect(
            text(.initStart(.initialize))
                == "INIT_START Runtime Version: provided:al2023.v97\tRuntime Version ARN: arn:aws:lambda:eu-west-1::"
                + "runtime:c41794fa37de91d5a4c88f2a471b21f574288707c433f12c13d96fe25015cab8\n")
        #expect(text(.initStart(.invoke)) == nil)
    }

    @Test(
        "A runtime's version begins with its family",
        arguments: [
            ("provided.al2", "provided:al2.v126"), ("python3.13", "python:3.13.v1"), ("nodejs22.x", "nodejs:22.x.v1"),
            ("java21", "java:21.v1"), ("odd", "odd.v1"),
        ])
    func versions(runtime: String, name: String) {
        let version = RuntimeVersion(of: runtime, region: "r")
        #expect(version.name == name)
        #expect(version.arn.hasPrefix("arn:aws:lambda:r::runtime:") && version.arn.utf8.count == 26 + 64)
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: without SnapStart and provisioned
    // concurrency, INIT_REPORT is for inits that failed or were run again.
    @Test("A log of text tells of an init that failed or was run again, and has no runtimeDone")
    func textLines() {
        #expect(text(.initReport(initReport(.initialize))) == nil)
        #expect(
            text(.initReport(initReport(.initialize, .timeout)))
                == "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout\n")
        #expect(
            text(.initReport(initReport(.invoke))) == "INIT_REPORT Init Duration: 1236.04 ms\tPhase: invoke\t\n")
        #expect(text(.initRuntimeDone(.initialize, .timeout)) == nil)
        #expect(text(.runtimeDone(done(.timeout))) == nil)
        #expect(text(.start(requestID: "r", traceHeader: "")) == "START RequestId: r Version: $LATEST\n")
        #expect(text(.end(requestID: "r")) == "END RequestId: r\n")
        #expect(text(.report(report(), maxMemoryUsedMegabytes: 36))?.hasPrefix("REPORT RequestId: r\tDur") == true)
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
    @Test("With the JSON format, Lambda's own lines are telemetry events")
    func json() throws {
        #expect(
            try record(.initStart(.initialize))
                == #"platform.initStart","record":{"initializationType":"on-demand","phase":"init","#
                + #""runtimeVersion":"provided:al2023.v97","runtimeVersionArn":"arn:aws:lambda:eu-west-1::runtime:"#
                + #"c41794fa37de91d5a4c88f2a471b21f574288707c433f12c13d96fe25015cab8","functionName":"f","#
                + #""functionVersion":"$LATEST","instanceId":"stream","instanceMaxMemory":134217728}"#)
        #expect(
            try record(.initRuntimeDone(.invoke, .error("Runtime.ExitError")))
                == #"platform.initRuntimeDone","record":{"initializationType":"on-demand","phase":"invoke","#
                + #""status":"error","errorType":"Runtime.ExitError"}"#)
        #expect(
            try record(.initReport(initReport(.initialize)))
                == #"platform.initReport","record":{"initializationType":"on-demand","phase":"init","#
                + #""metrics":{"durationMs":1236.04},"status":"success"}"#)
        #expect(
            try record(.start(requestID: "r", traceHeader: "Root=1;Sampled=0"))
                == #"platform.start","record":{"requestId":"r","functionArn":"arn:f","version":"$LATEST"}"#)
        #expect(
            try record(.start(requestID: "r", traceHeader: "Root=1;Sampled=1"))?.hasSuffix(
                #","tracing":{"type":"X-Amzn-Trace-Id","value":"Root=1;Sampled=1"}}"#) == true)
        #expect(try record(.end(requestID: "r")) == nil)
        #expect(
            try record(.report(report(), maxMemoryUsedMegabytes: 36))
                == #"platform.report","record":{"requestId":"r","metrics":{"durationMs":133.61,"billedDurationMs":214,"#
                + #""memorySizeMB":128,"maxMemoryUsedMB":36,"initDurationMs":80.0},"status":"success"}"#)
    }

    @Test("What a runtime did when is told in spans")
    func spans() throws {
        #expect(
            try record(.runtimeDone(done(.timeout)))
                == #"platform.runtimeDone","record":{"requestId":"r","status":"timeout","#
                + #""metrics":{"durationMs":140.0,"producedBytes":0}}"#)
        var response = RuntimeResponseTimes(beganAt: time, began: MonotonicTime(nanoseconds: 1_000_000_000))
        response.headCame = MonotonicTime(nanoseconds: 1_023_020_000)
        response.bodyCame = MonotonicTime(nanoseconds: 1_100_000_000)
        response.producedBytes = 16
        #expect(
            try record(.runtimeDone(done(.success, response)))
                == #"platform.runtimeDone","record":{"requestId":"r","status":"success","spans":["#
                + #"{"name":"responseLatency","start":"2023-11-14T22:13:20.123Z","durationMs":23.02},"#
                + #"{"name":"responseDuration","start":"2023-11-14T22:13:20.146Z","durationMs":76.98},"#
                + #"{"name":"runtimeOverhead","start":"2023-11-14T22:13:20.223Z","durationMs":40.0}],"#
                + #""metrics":{"durationMs":140.0,"producedBytes":16}}"#)
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    @Test("Each event has AWS's level, and is written from that level on")
    func levels() throws {
        let failed = ReportStatus.error("Runtime.ExitError")
        let events: [(PlatformEvent, LoggingConfiguration.SystemLevel)] = [
            (.initStart(.initialize), .info), (.initRuntimeDone(.initialize, .success), .debug),
            (.initRuntimeDone(.initialize, .timeout), .warn), (.initReport(initReport(.initialize)), .debug),
            (.initReport(initReport(.initialize, failed)), .warn), (.start(requestID: "r", traceHeader: ""), .info),
            (.runtimeDone(done()), .debug), (.runtimeDone(done(failed)), .warn),
            (.report(report(), maxMemoryUsedMegabytes: 1), .info),
            (.report(report(failed), maxMemoryUsedMegabytes: 1), .warn),
        ]
        for (event, level) in events {
            #expect(event.level(context) == level)
            for configured in LoggingConfiguration.SystemLevel.allCases {
                #expect(try (record(event, configured) != nil) == (level >= configured), "\(event) at \(configured)")
            }
        }
    }

    @Test("The init of an environment that is provisioned is always told of")
    func provisioned() {
        var context = context
        context.initialization = .provisioned
        let event = PlatformEvent.initReport(initReport(.initialize))
        let text = PlatformLog(logging: LoggingConfiguration(), context: context)
        #expect(text.line(event, at: time)?.string == "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\t\n")
        let json = PlatformLog(logging: LoggingConfiguration(format: .json, systemLevel: .info), context: context)
        #expect(json.line(event, at: time)?.string.contains(#""initializationType":"provisioned-concurrency""#) == true)
    }

    @Test("Whether there is a line for runtimeDone is known before the event is made")
    func runtimeDoneLine() {
        for format in [LoggingConfiguration.Format.text, .json] {
            for level in LoggingConfiguration.SystemLevel.allCases {
                for status in [ReportStatus.success, .timeout] {
                    let log = PlatformLog(
                        logging: LoggingConfiguration(format: format, systemLevel: level), context: context)
                    let hasLine = log.line(.runtimeDone(done(status)), at: time) != nil
                    #expect(log.hasLine(ofRuntimeDone: status) == hasLine)
                }
            }
        }
    }
}
