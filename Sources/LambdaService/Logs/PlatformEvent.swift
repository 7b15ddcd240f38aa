// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// What Lambda itself says about an execution environment: the one source of its lines in a function's log and of the
/// platform events that extensions subscribe to
/// (https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html).
enum PlatformEvent: Equatable {
    case initStart(InitReport.Phase)
    /// The runtime asked for its first invocation, or failed before it did.
    case initRuntimeDone(InitReport.Phase, ReportStatus)
    case initReport(InitReport)
    case start(requestID: String, traceHeader: String)
    /// The runtime is done with an invocation; extensions may still be at work for it.
    case runtimeDone(RuntimeDone)
    case end(requestID: String)
    case report(InvocationReport, maxMemoryUsedMegabytes: Int)
    /// How an extension fared in an init.
    case extensionStatus(ExtensionStatus)
    case subscription(SubscriptionStatus)
    /// An invocation failed without a word from the runtime.
    case fault(requestID: String, message: String)
    /// A subscriber was too slow.
    case logsDropped(records: Int, bytes: Int)
}

/// What is told of an extension that subscribes to telemetry.
struct SubscriptionStatus: Equatable {
    var name: String
    /// `Subscribed` or `Already subscribed`.
    var state: String
    var api: TelemetryAPI
    var types: [TelemetrySubscription.Kind]
}

/// What is told of an extension at the end of an init.
struct ExtensionStatus: Equatable {
    var name: String
    /// `Ready`, or where it failed: `LaunchError`, `InitError`.
    var state: String
    /// What it has registered for.
    var events: [String]
    var errorType: String?
}

/// What is told of an invocation when the runtime is done with it.
struct RuntimeDone: Equatable {
    var requestID: String
    var traceHeader: String
    var status: ReportStatus
    var nanoseconds: Int64
    /// What was taken down of the runtime's answer; nil when nobody wanted to know, or when there was none.
    var response: RuntimeResponseTimes?
    var ended: MonotonicTime
}

/// When a runtime answered an invocation, and with how much.
struct RuntimeResponseTimes: Equatable {
    /// When the invocation began, by the clock of the log.
    var beganAt: Timestamp
    var began: MonotonicTime
    var headCame: MonotonicTime?
    var bodyCame: MonotonicTime?
    var producedBytes = 0

    init(beganAt: Timestamp, began: MonotonicTime) {
        self.beganAt = beganAt
        self.began = began
    }
}

extension PlatformEvent {
    /// The level at which Lambda writes the event in JSON
    /// (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html).
    func level(_ context: PlatformContext) -> LoggingConfiguration.SystemLevel {
        switch self {
        case .initStart, .start, .end, .subscription: .info
        case .fault, .logsDropped: .warn
        case .initRuntimeDone(_, let status): status == .success ? .debug : .warn
        case .initReport(let report) where report.status == .success:
            context.initialization == .onDemand ? .debug : .info
        case .initReport: .warn
        case .runtimeDone(let done): done.status == .success ? .debug : .warn
        case .report(let report, _): report.status == .success ? .info : .warn
        case .extensionStatus(let status): status.errorType == nil ? .info : .warn
        }
    }
}
