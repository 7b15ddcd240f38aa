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
    /// The event as one JSON object, `{"time":…,"type":…,"record":…}`; nil where JSON has no such event.
    func json(_ context: PlatformContext, at moment: Timestamp) -> [UInt8]? {
        guard let (type, record) = record(context) else { return nil }
        var json = JSONObjectWriter()
        json.add("time", ISO8601.format(moment.milliseconds))
        json.add("type", type)
        json.add("record", json: record.finish())
        return json.finish()
    }

    private func record(_ context: PlatformContext) -> (type: String, record: JSONObjectWriter)? {
        var record = JSONObjectWriter()
        switch self {
        case .initStart(let phase):
            record.addInit(phase, context)
            record.add(context)
            return ("platform.initStart", record)
        case .initRuntimeDone(let phase, let status):
            record.addInit(phase, context)
            record.add(status)
            return ("platform.initRuntimeDone", record)
        case .initReport(let report):
            var metrics = JSONObjectWriter()
            metrics.add("durationMs", nanoseconds: report.nanoseconds)
            record.addInit(report.phase, context)
            record.add("metrics", json: metrics.finish())
            record.add(report.status)
            return ("platform.initReport", record)
        case .start(let requestID, let traceHeader):
            record.add("requestId", requestID)
            record.add("functionArn", context.functionARN)
            record.add("version", context.version)
            record.add(traceHeader: traceHeader)
            return ("platform.start", record)
        case .runtimeDone(let done):
            record.add(done)
            return ("platform.runtimeDone", record)
        case .end:
            return nil
        case .report(let report, let maxMemoryUsedMegabytes):
            record.add(report, context, maxMemoryUsedMegabytes)
            return ("platform.report", record)
        case .extensionStatus(let status):
            record.add("name", status.name)
            record.add("state", status.state)
            record.add("events", status.events)
            if let type = status.errorType { record.add("errorType", type) }
            return ("platform.extension", record)
        }
    }
}

extension JSONObjectWriter {
    fileprivate mutating func addInit(_ phase: InitReport.Phase, _ context: PlatformContext) {
        add("initializationType", context.initialization.rawValue)
        add("phase", phase.rawValue)
    }

    fileprivate mutating func add(_ context: PlatformContext) {
        add("runtimeVersion", context.runtime.name)
        add("runtimeVersionArn", context.runtime.arn)
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
        add(report.status)
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
        guard traceHeader.hasSuffix("Sampled=1") else { return }
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
