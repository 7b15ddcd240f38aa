// SPDX-License-Identifier: Apache-2.0
import CloudWatchService
import LambdaService
import ServiceProtocols

/// The metrics that Lambda publishes with one set of dimensions
/// (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
struct LambdaMetrics {
    private static let namespace = "AWS/Lambda"

    private let invocations: MetricWriter
    private let errors: MetricWriter
    private let throttles: MetricWriter
    private let duration: MetricWriter

    init(_ dimensions: [MetricIdentity.Dimension], in cloudWatch: CloudWatchService) {
        invocations = Self.writer("Invocations", .count, dimensions, cloudWatch)
        errors = Self.writer("Errors", .count, dimensions, cloudWatch)
        throttles = Self.writer("Throttles", .count, dimensions, cloudWatch)
        duration = Self.writer("Duration", .milliseconds, dimensions, cloudWatch)
    }

    static func writer(
        _ name: String, _ unit: MetricUnit, _ dimensions: [MetricIdentity.Dimension], _ cloudWatch: CloudWatchService
    ) -> MetricWriter {
        cloudWatch.writer(MetricIdentity(namespace: namespace, name: name, dimensions: dimensions), unit: unit)
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
