// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import ServiceProtocols

/// Lambda's own lines in the log of one function, in the format and of the level that the function asks for.
///
/// In JSON they are the events of the Telemetry API
/// (https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html); which level each has is in
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html.
struct PlatformLog {
    let logging: LoggingConfiguration
    let functionARN: String
    let version: String
    let memoryMegabytes: Int

    /// An invocation begins.
    func start(requestID: String, at moment: Timestamp) -> Bytes? {
        guard logging.format == .json else { return LogLines.start(requestID: requestID, version: version) }
        return event("platform.start", .info, moment) { record in
            record.add("requestId", requestID)
            record.add("functionArn", functionARN)
            record.add("version", version)
        }
    }

    /// An invocation is over; JSON has no line for it.
    func end(requestID: String) -> Bytes? {
        logging.format == .json ? nil : LogLines.end(requestID: requestID)
    }

    /// What an invocation took.
    func report(_ report: InvocationReport, maxMemoryUsedMegabytes: Int, at moment: Timestamp) -> Bytes? {
        guard logging.format == .json else {
            return LogLines.report(
                report, memoryMegabytes: memoryMegabytes, maxMemoryUsedMegabytes: maxMemoryUsedMegabytes)
        }
        return event("platform.report", report.status == .success ? .info : .warn, moment) { record in
            var metrics = JSONObjectWriter()
            metrics.add("durationMs", json: Self.milliseconds(report.nanoseconds))
            metrics.add("billedDurationMs", Int(report.billedMilliseconds))
            metrics.add("memorySizeMB", memoryMegabytes)
            metrics.add("maxMemoryUsedMB", maxMemoryUsedMegabytes)
            if let initialization = report.initNanoseconds {
                metrics.add("initDurationMs", json: Self.milliseconds(initialization))
            }
            record.add("requestId", report.requestID)
            record.add("metrics", json: metrics.finish())
            Self.add(report.status, to: &record)
        }
    }

    /// What an init took that failed, or was run again for an invocation.
    func initReport(_ report: InitReport, at moment: Timestamp) -> Bytes? {
        guard logging.format == .json else { return LogLines.initReport(report) }
        return event("platform.initReport", report.status == .success ? .debug : .warn, moment) { record in
            var metrics = JSONObjectWriter()
            metrics.add("durationMs", json: Self.milliseconds(report.nanoseconds))
            record.add("initializationType", "on-demand")
            record.add("phase", report.phase.rawValue)
            record.add("metrics", json: metrics.finish())
            Self.add(report.status, to: &record)
        }
    }

    private func event(
        _ type: String, _ level: LoggingConfiguration.SystemLevel, _ moment: Timestamp,
        _ fill: (inout JSONObjectWriter) -> Void
    ) -> Bytes? {
        guard level >= logging.systemLevel else { return nil }
        var record = JSONObjectWriter()
        fill(&record)
        var json = JSONObjectWriter()
        json.add("time", ISO8601.format(moment.milliseconds))
        json.add("type", type)
        json.add("record", json: record.finish())
        return Bytes(json.finish() + [UInt8(ascii: "\n")])
    }

    private static func add(_ status: ReportStatus, to record: inout JSONObjectWriter) {
        switch status {
        case .success: record.add("status", "success")
        case .timeout: record.add("status", "timeout")
        case .error(let type):
            record.add("status", "error")
            record.add("errorType", type)
        }
    }

    /// Nanoseconds as milliseconds, to a thousandth.
    private static func milliseconds(_ nanoseconds: Int64) -> String.UTF8View {
        "\(Double((max(0, nanoseconds) + 500) / 1000) / 1000)".utf8
    }
}
