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

    private let received: MetricWriter
    private let age: MetricWriter
    private let dropped: MetricWriter
    private let deadLetterErrors: MetricWriter
    private let deliveryFailures: MetricWriter

    init(_ target: Target, in cloudWatch: CloudWatchService) {
        let function = MetricIdentity.Dimension(name: "FunctionName", value: target.function)
        let resource = MetricIdentity.Dimension(
            name: "Resource", value: target.qualifier.map { "\(target.function):\($0)" } ?? target.function)
        let sets = [[], [function], [function, resource]]
        received = LambdaMetrics.writer("AsyncEventsReceived", .count, sets, cloudWatch)
        age = LambdaMetrics.writer("AsyncEventAge", .milliseconds, sets, cloudWatch)
        dropped = LambdaMetrics.writer("AsyncEventsDropped", .count, sets, cloudWatch)
        deadLetterErrors = LambdaMetrics.writer("DeadLetterErrors", .count, sets, cloudWatch)
        deliveryFailures = LambdaMetrics.writer("DestinationDeliveryFailures", .count, sets, cloudWatch)
    }

    func changed(_ change: AsyncEventChange, at moment: Timestamp) {
        switch change {
        case .received: received.record(1, at: moment)
        case .attempted(let age): self.age.record(Double(age.wholeMilliseconds), at: moment)
        case .dropped: dropped.record(1, at: moment)
        case .deadLetterFailed: deadLetterErrors.record(1, at: moment)
        case .destinationFailed: deliveryFailures.record(1, at: moment)
        }
    }
}
