// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// Lambda's own lines in the log of one environment, in the format and of the level that the function asks for.
struct PlatformLog {
    let logging: LoggingConfiguration
    let context: PlatformContext

    /// The event's line, with its line end; nil when the log has none for it.
    func line(_ event: PlatformEvent, at moment: Timestamp) -> Bytes? {
        guard logging.format == .json else { return event.text(context) }
        guard event.level(context) >= logging.systemLevel, let json = event.json(context, .newest, at: moment) else {
            return nil
        }
        return Bytes(json + [UInt8(ascii: "\n")])
    }

    /// Whether there is a line for an invocation that the runtime is done with.
    func hasLine(ofRuntimeDone status: ReportStatus) -> Bool {
        logging.format == .json && (status != .success || logging.systemLevel == .debug)
    }
}

extension PlatformEvent {
    /// Whether an init is one that the log does not tell of: one on demand that succeeded at once.
    private func isRoutine(_ report: InitReport, _ context: PlatformContext) -> Bool {
        report.phase == .initialize && report.status == .success && context.initialization == .onDemand
    }

    /// The event's line in a log of text; nil when there is none.
    fileprivate func text(_ context: PlatformContext) -> Bytes? {
        switch self {
        case .initStart(.initialize): LogLines.initStart(context.runtime)
        case .initReport(let report) where !isRoutine(report, context): LogLines.initReport(report)
        case .start(let requestID, _): LogLines.start(requestID: requestID, version: context.version)
        case .end(let requestID): LogLines.end(requestID: requestID)
        case .report(let report, let maxMemoryUsed):
            LogLines.report(
                report, memoryMegabytes: context.memoryMegabytes, maxMemoryUsedMegabytes: maxMemoryUsed)
        case .extensionStatus(let status): LogLines.extensionStatus(status)
        case .subscription(let status): LogLines.subscription(status)
        case .initStart, .initRuntimeDone, .initReport, .runtimeDone, .fault, .logsDropped: nil
        }
    }
}
