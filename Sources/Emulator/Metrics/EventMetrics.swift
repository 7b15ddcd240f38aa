// SPDX-License-Identifier: Apache-2.0
import CloudWatchService
import LambdaService
import ServiceProtocols

/// The metrics of asynchronous invocation that an event for one target counts for: those of the function, of the
/// `Resource` that was named, and of the account
/// (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
struct EventMetrics {
    /// A function, or a version or alias of it.
    struct Target: Hashable {
        let function: String
        let qualifier: String?
    }

    private struct Writers {
        let received: MetricWriter
        let age: MetricWriter
        let dropped: MetricWriter
        let deadLetterErrors: MetricWriter
        let deliveryFailures: MetricWriter

        init(_ dimensions: [MetricIdentity.Dimension], in cloudWatch: CloudWatchService) {
            received = LambdaMetrics.writer("AsyncEventsReceived", .count, dimensions, cloudWatch)
            age = LambdaMetrics.writer("AsyncEventAge", .milliseconds, dimensions, cloudWatch)
            dropped = LambdaMetrics.writer("AsyncEventsDropped", .count, dimensions, cloudWatch)
            deadLetterErrors = LambdaMetrics.writer("DeadLetterErrors", .count, dimensions, cloudWatch)
            deliveryFailures = LambdaMetrics.writer("DestinationDeliveryFailures", .count, dimensions, cloudWatch)
        }
    }

    private let sets: [Writers]

    init(_ target: Target, in cloudWatch: CloudWatchService) {
        let function = MetricIdentity.Dimension(name: "FunctionName", value: target.function)
        let resource = MetricIdentity.Dimension(
            name: "Resource", value: target.qualifier.map { "\(target.function):\($0)" } ?? target.function)
        sets = [[], [function], [function, resource]].map { Writers($0, in: cloudWatch) }
    }

    func changed(_ change: AsyncEventChange, at moment: Timestamp) {
        for set in sets {
            switch change {
            case .received: set.received.record(1, at: moment)
            case .attempted(let age): set.age.record(Double(age.wholeMilliseconds), at: moment)
            case .dropped: set.dropped.record(1, at: moment)
            case .deadLetterFailed: set.deadLetterErrors.record(1, at: moment)
            case .destinationFailed: set.deliveryFailures.record(1, at: moment)
            }
        }
    }
}
