// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import ServiceProtocols

/// What platform events tell besides their own: whose environment it is.
struct PlatformContext {
    let functionName: String
    let functionARN: String
    /// `$LATEST` or a number.
    let version: String
    let memoryMegabytes: Int
    let runtime: RuntimeVersion
    /// The log stream's name, which AWS gives as the environment's id.
    let instanceID: String
    var initialization = ExecutionEnvironment.Initialization.onDemand
}

extension PlatformEvent {
    /// The event as one JSON object, `{"time":…,"type":…,"record":…}`; nil where the schema has no such event.
    func json(_ context: PlatformContext, _ schema: TelemetrySchema, at moment: Timestamp) -> [UInt8]? {
        var json = JSONObjectWriter()
        json.add("time", ISO8601.format(moment.milliseconds))
        json.add("type", type)
        if case .fault(let requestID, let message) = self {
            guard schema.api == .logs else { return nil }
            json.add("record", "RequestId: \(requestID) Error: \(message)\n")
            return json.finish()
        }
        let record = schema.api == .logs ? logsRecord(context, schema) : telemetryRecord(context, schema)
        guard let record else { return nil }
        json.add("record", json: record)
        return json.finish()
    }

    private var type: String {
        switch self {
        case .initStart: "platform.initStart"
        case .initRuntimeDone: "platform.initRuntimeDone"
        case .initReport: "platform.initReport"
        case .start: "platform.start"
        case .runtimeDone: "platform.runtimeDone"
        case .end: "platform.end"
        case .report: "platform.report"
        case .extensionStatus: "platform.extension"
        case .subscription(let status):
            status.api == .logs ? "platform.logsSubscription" : "platform.telemetrySubscription"
        case .fault: "platform.fault"
        case .logsDropped: "platform.logsDropped"
        }
    }

    /// The record in the schemas of the Telemetry API.
    private func telemetryRecord(_ context: PlatformContext, _ schema: TelemetrySchema) -> [UInt8]? {
        var record = JSONObjectWriter()
        switch self {
        case .initStart(let phase):
            record.addInit(phase, context)
            record.add(context, schema)
        case .initRuntimeDone(let phase, let status):
            record.addInit(phase, context)
            record.add(status)
        case .initReport(let report):
            var metrics = JSONObjectWriter()
            metrics.add("durationMs", nanoseconds: report.nanoseconds)
            record.addInit(report.phase, context)
            record.add("metrics", json: metrics.finish())
            if schema != .july2022 { record.add(report.status) }
        case .start(let requestID, let traceHeader):
            record.add("requestId", requestID)
            if schema == .newest { record.add("functionArn", context.functionARN) }
            record.add("version", context.version)
            record.add(traceHeader: traceHeader)
        case .runtimeDone(let done):
            record.add(done)
        case .report(let report, let maxMemoryUsedMegabytes):
            record.add(report, context, maxMemoryUsedMegabytes)
            record.add(report.status)
        case .end, .fault:
            return nil
        case .extensionStatus, .subscription, .logsDropped:
            addShared(to: &record)
        }
        return record.finish()
    }

    /// The record in the schemas of the Logs API
    /// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html#runtimes-logs-api-msg).
    private func logsRecord(_ context: PlatformContext, _ schema: TelemetrySchema) -> [UInt8]? {
        var record = JSONObjectWriter()
        switch self {
        case .initStart, .initRuntimeDone, .initReport, .fault:
            return nil
        case .start(let requestID, _):
            record.add("requestId", requestID)
            record.add("version", context.version)
        case .end(let requestID):
            record.add("requestId", requestID)
        case .runtimeDone(let done):
            guard schema == .logs2021 else { return nil }
            record.add("requestId", done.requestID)
            record.add("status", done.status.inLogs)
        case .report(let report, let maxMemoryUsedMegabytes):
            record.add(report, context, maxMemoryUsedMegabytes)
        case .extensionStatus, .subscription, .logsDropped:
            addShared(to: &record)
        }
        return record.finish()
    }

    /// What all schemas have in common.
    private func addShared(to record: inout JSONObjectWriter) {
        switch self {
        case .extensionStatus(let status):
            record.add("name", status.name)
            record.add("state", status.state)
            record.add("events", status.events)
            if let type = status.errorType { record.add("errorType", type) }
        case .subscription(let status):
            record.add("name", status.name)
            record.add("state", status.state)
            record.add("types", status.types.map(\.rawValue))
        case .logsDropped(let records, let bytes):
            // https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-logsDropped
            record.add("droppedBytes", bytes)
            record.add("droppedRecords", records)
            record.add(
                "reason", "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.")
        case .initStart, .initRuntimeDone, .initReport, .start, .runtimeDone, .end, .report, .fault:
            break
        }
    }
}

extension ReportStatus {
    /// The status as `platform.runtimeDone` of the Logs API has it.
    fileprivate var inLogs: String {
        switch self {
        case .success: "success"
        case .timeout: "timeout"
        case .error: "failure"
        }
    }
}

extension JSONObjectWriter {
    fileprivate mutating func addInit(_ phase: InitReport.Phase, _ context: PlatformContext) {
        add("initializationType", context.initialization.rawValue)
        add("phase", phase.rawValue)
    }

    fileprivate mutating func add(_ context: PlatformContext, _ schema: TelemetrySchema) {
        add("runtimeVersion", context.runtime.name)
        add("runtimeVersionArn", context.runtime.arn)
        guard schema != .july2022 else { return }
        add("functionName", context.functionName)
        add("functionVersion", context.version)
        add("instanceId", context.instanceID)
        add("instanceMaxMemory", context.memoryMegabytes << 20)
    }

    fileprivate mutating func add(_ done: RuntimeDone) {
        add("requestId", done.requestID)
        add(done.status)
        add(traceHeader: done.traceHeader)
        if let response = done.response, let spans = response.spans(until: done.ended) { add("spans", json: spans) }
        var metrics = JSONObjectWriter()
        metrics.add("durationMs", nanoseconds: done.nanoseconds)
        metrics.add("producedBytes", done.response?.producedBytes ?? 0)
        add("metrics", json: metrics.finish())
    }

    fileprivate mutating func add(_ report: InvocationReport, _ context: PlatformContext, _ maxMemoryUsed: Int) {
        var metrics = JSONObjectWriter()
        metrics.add("durationMs", nanoseconds: report.nanoseconds)
        metrics.add("billedDurationMs", Int(report.billedMilliseconds))
        metrics.add("memorySizeMB", context.memoryMegabytes)
        metrics.add("maxMemoryUsedMB", maxMemoryUsed)
        if let initialization = report.initNanoseconds { metrics.add("initDurationMs", nanoseconds: initialization) }
        add("requestId", report.requestID)
        add("metrics", json: metrics.finish())
    }

    fileprivate mutating func add(_ status: ReportStatus) {
        switch status {
        case .success: add("status", "success")
        case .timeout: add("status", "timeout")
        case .error(let type):
            add("status", "error")
            add("errorType", type)
        }
    }

    /// What is told of a trace that is sampled.
    fileprivate mutating func add(traceHeader: String) {
        guard traceHeader.contains(";Sampled=1") else { return }
        var tracing = JSONObjectWriter()
        tracing.add("type", "X-Amzn-Trace-Id")
        tracing.add("value", traceHeader)
        add("tracing", json: tracing.finish())
    }

    /// Words that need no escapes.
    fileprivate mutating func add(_ name: String, _ words: [String]) {
        add(name, json: "[\(words.map { "\"\($0)\"" }.joined(separator: ","))]".utf8)
    }

    /// Nanoseconds as milliseconds, to a thousandth.
    fileprivate mutating func add(_ name: String, nanoseconds: Int64) {
        add(name, json: "\(Double((max(0, nanoseconds) + 500) / 1000) / 1000)".utf8)
    }
}

extension RuntimeResponseTimes {
    /// The spans of `platform.runtimeDone` as a JSON array; nil without an answer.
    fileprivate func spans(until ended: MonotonicTime) -> [UInt8]? {
        guard let headCame, let bodyCame else { return nil }
        let spans = [
            ("responseLatency", began, headCame), ("responseDuration", headCame, bodyCame),
            ("runtimeOverhead", bodyCame, ended),
        ].map { name, start, end in
            var span = JSONObjectWriter()
            span.add("name", name)
            span.add("start", ISO8601.format(beganAt.milliseconds + start.since(began) / 1_000_000))
            span.add("durationMs", nanoseconds: end.since(start))
            return span.finish()
        }
        return [UInt8(ascii: "[")] + spans.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }
}
