// SPDX-License-Identifier: Apache-2.0
public import EventLoop
public import ServiceProtocols

/// CloudWatch metrics: what functions did and what they and others counted, in memory.
///
/// AWS documentation: CloudWatch API Reference, version 2010-08-01.
public actor CloudWatchService {
    let environment: ServiceEnvironment
    private let loop: EventLoop
    nonisolated let store: MetricStore

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Without any metric.
    public init(environment: ServiceEnvironment, loop: EventLoop) {
        self.environment = environment
        self.loop = loop
        store = MetricStore()
    }

    /// A way to record values of a metric.
    public nonisolated func writer(_ metrics: [MetricIdentity], unit: MetricUnit) -> MetricWriter {
        MetricWriter(store: store, identities: metrics, unit: unit)
    }

    /// Records the metrics of a log line, where it is a document of the embedded metric format.
    ///
    /// Call it on the loop. Other lines cost a look at a byte or two.
    ///
    /// - Parameter ahead: how far this clock is ahead of the one that functions stamp with; asked when needed.
    public nonisolated func recordMetrics(inLogLine line: UnsafeRawBufferPointer, ahead: () -> Duration) {
        guard EmbeddedMetrics.mayBeDocument(line) else { return }
        loop.preconditionOnLoop()
        let now = environment.clock.now.milliseconds
        let ahead = ahead().wholeMilliseconds
        for metric in EmbeddedMetrics.metrics(in: line) {
            let moment = metric.timestamp + ahead
            guard Self.isRecordable(moment, now: now) else { continue }
            let stored = store.metric(metric.identity)
            for value in metric.values {
                store.record(
                    value, of: stored, in: metric.unit, at: moment / 1000, isHighResolution: metric.isHighResolution)
            }
        }
    }

    /// From two weeks ago up to two hours ahead
    /// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html).
    static func isRecordable(_ moment: Int64, now: Int64) -> Bool {
        (now - 14 * 86_400_000...now + 7_200_000).contains(moment)
    }

    /// Within -2^360 to 2^360, and a number.
    static func isRecordable(_ value: Double) -> Bool { abs(value) <= 0x1p360 }

    var now: Int64 { environment.clock.now.milliseconds }
}
