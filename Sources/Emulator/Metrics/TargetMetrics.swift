// SPDX-License-Identifier: Apache-2.0
import CloudWatchService
import LambdaService
import ServiceProtocols

/// All metrics that an attempt at one target counts for.
///
/// Those of the account; those of the function; those of the `Resource` that was named, which is the function, a
/// version or an alias; and behind an alias those of the version that ran (`ExecutedVersion`).
struct TargetMetrics {
    private let metrics: LambdaMetrics
    private let concurrency: MetricWriter

    init(_ target: InvocationTarget, in cloudWatch: CloudWatchService) {
        let function = MetricIdentity.Dimension(name: "FunctionName", value: target.function)
        let qualifier = target.qualifier
        let resource = MetricIdentity.Dimension(
            name: "Resource", value: qualifier.map { "\(target.function):\($0)" } ?? target.function)
        var sets = [[], [function], [function, resource]]
        if let qualifier, qualifier != target.version {
            let version = MetricIdentity.Dimension(name: "ExecutedVersion", value: target.version)
            sets.append([function, resource, version])
        }
        metrics = LambdaMetrics(sets, in: cloudWatch)
        concurrency = LambdaMetrics.writer("ConcurrentExecutions", .count, [[function]], cloudWatch)
    }

    func attemptEnded(_ record: InvocationRecord) {
        metrics.attemptEnded(record)
        concurrency.record(Double(record.concurrency.function), at: record.began)
    }

    func attemptThrottled(at moment: Timestamp) {
        metrics.attemptThrottled(at: moment)
    }
}
