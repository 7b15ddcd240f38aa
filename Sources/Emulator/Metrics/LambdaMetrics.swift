// SPDX-License-Identifier: Apache-2.0
import CloudWatchService
import LambdaService
import ServiceProtocols

/// The metrics that Lambda publishes of an attempt, each with some sets of dimensions
/// (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
struct LambdaMetrics {
    private static let namespace = "AWS/Lambda"

    private let invocations: MetricWriter
    private let errors: MetricWriter
    private let throttles: MetricWriter
    private let duration: MetricWriter

    init(_ sets: [[MetricIdentity.Dimension]], in cloudWatch: CloudWatchService) {
        invocations = Self.writer("Invocations", .count, sets, cloudWatch)
        errors = Self.writer("Errors", .count, sets, cloudWatch)
        throttles = Self.writer("Throttles", .count, sets, cloudWatch)
        duration = Self.writer("Duration", .milliseconds, sets, cloudWatch)
    }

    static func writer(
        _ name: String, _ unit: MetricUnit, _ sets: [[MetricIdentity.Dimension]], _ cloudWatch: CloudWatchService
    ) -> MetricWriter {
        cloudWatch.writer(
            sets.map { MetricIdentity(namespace: namespace, name: name, dimensions: $0) }, unit: unit)
    }

    /// Dated when the function was invoked.
    func attemptEnded(_ record: InvocationRecord) {
        invocations.record(1, at: record.began)
        errors.record(record.outcome == .succeeded ? 0 : 1, at: record.began)
        throttles.record(0, at: record.began)
        duration.record(record.durationMilliseconds, at: record.began)
    }

    func attemptThrottled(at moment: Timestamp) {
        throttles.record(1, at: moment)
    }
}
