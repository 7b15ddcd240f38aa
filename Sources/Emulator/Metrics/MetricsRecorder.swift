// SPDX-License-Identifier: Apache-2.0
import Buffers
import CloudWatchService
import EventLoop
import LambdaService
import ServiceProtocols

/// Counts what functions do: for CloudWatch, with the metrics in their logs, and for ``UsageReport``.
///
/// Safety: `@unchecked Sendable` because it is confined to the loop, which each call checks; an actor would cost more
/// than what it does with an attempt.
final class MetricsRecorder: InvocationObserver, LambdaLogSink, @unchecked Sendable {
    /// Functions, versions and aliases come and go; those that went are forgotten together with the others now and
    /// then.
    private static let mostTargets = 4096

    private let cloudWatch: CloudWatchService
    private let clock: any EmulatorClock
    private let loop: EventLoop
    private let concurrency: MetricWriter
    private let unreservedConcurrency: MetricWriter
    private var targets: [InvocationTarget: TargetMetrics] = [:]
    private var events: [EventMetrics.Target: EventMetrics] = [:]
    private var usage = UsageLedger()

    init(cloudWatch: CloudWatchService, clock: any EmulatorClock, loop: EventLoop) {
        self.cloudWatch = cloudWatch
        self.clock = clock
        self.loop = loop
        concurrency = LambdaMetrics.writer("ConcurrentExecutions", .count, [[]], cloudWatch)
        unreservedConcurrency = LambdaMetrics.writer("UnreservedConcurrentExecutions", .count, [[]], cloudWatch)
    }

    /// By the emulator's clock.
    var now: Timestamp { clock.now }

    func attemptEnded(_ record: InvocationRecord) {
        loop.preconditionOnLoop()
        concurrency.record(Double(record.concurrency.account), at: record.began)
        unreservedConcurrency.record(Double(record.concurrency.unreserved), at: record.began)
        metrics(of: record.target).attemptEnded(record)
        usage.attemptEnded(record)
    }

    func attemptThrottled(_ attempt: ThrottledAttempt) {
        loop.preconditionOnLoop()
        let target = attempt.target
        let now = clock.now
        metrics(of: target).attemptThrottled(at: now)
        usage.attemptThrottled(target.function, at: now)
    }

    func eventChanged(_ change: AsyncEventChange, of function: String, qualifier: String?) {
        loop.preconditionOnLoop()
        let target = EventMetrics.Target(function: function, qualifier: qualifier)
        if events[target] == nil {
            if events.count >= Self.mostTargets { events = [:] }
            events[target] = EventMetrics(target, in: cloudWatch)
        }
        events[target]?.changed(change, at: clock.now)
    }

    func append(_ line: LambdaLogLine) {
        guard line.origin != .platform else { return }
        line.bytes.withUnsafeBytes { text in
            cloudWatch.recordMetrics(inLogLine: text, ahead: { clock.now - clock.clientTime })
        }
    }

    /// What functions used.
    ///
    /// - Parameters:
    ///   - function: only that one; nil for all.
    ///   - since: nil for all that is known.
    func report(of function: String?, since: Timestamp?) -> UsageReport {
        loop.preconditionOnLoop()
        return UsageReport(
            usage.select(function, since: since), until: clock.now, architecture: Architecture.ofThisMachine)
    }

    private func metrics(of target: InvocationTarget) -> TargetMetrics {
        if let metrics = targets[target] { return metrics }
        if targets.count >= Self.mostTargets { targets = [:] }
        let metrics = TargetMetrics(target, in: cloudWatch)
        targets[target] = metrics
        return metrics
    }
}
