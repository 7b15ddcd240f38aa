// SPDX-License-Identifier: Apache-2.0

/// All metrics.
///
/// What it keeps is bounded: with too many metrics those go that had no data for the longest time, with
/// too much data the older half of it.
///
/// Moments are seconds since 1970, and passed in.
///
/// Safety: `@unchecked Sendable` because it is confined to the loop of its service, which is isolated to it; a
/// ``MetricWriter`` is used there too.
final class MetricStore: @unchecked Sendable {
    struct Limits {
        var metrics = 50_000
        /// Of the text of names and dimensions.
        var identityBytes = 16 << 20
        /// Values, of 16 bytes each.
        var values = 2 << 20
        /// How many places are taken before the size of all data is counted again.
        var interval = 2000
        /// How many writers may hold values back.
        var writers = 65_536
    }

    private let limits: Limits
    private var byIdentity: [MetricIdentity: StoredMetric] = [:]
    /// In the order in which they came.
    private(set) var metrics: [StoredMetric] = []
    private var identityBytes = 0
    private var lastNumber = 0
    private var newPlaces = 0
    private var expected: [MetricWriter] = []

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// The metric, if there is data of it.
    func find(_ identity: MetricIdentity) -> StoredMetric? { byIdentity[identity] }

    /// The metric, new if need be.
    func metric(_ identity: MetricIdentity) -> StoredMetric {
        if let metric = byIdentity[identity] { return metric }
        identityBytes += identity.size
        if metrics.count >= limits.metrics || identityBytes > limits.identityBytes { forgetIdle() }
        lastNumber += 1
        let metric = StoredMetric(identity: identity, number: lastNumber)
        byIdentity[identity] = metric
        metrics.append(metric)
        return metric
    }

    func record(
        _ value: Double, count: Double = 1, of metric: StoredMetric, in unit: MetricUnit, at moment: Int64,
        isHighResolution: Bool = false
    ) {
        let isNew = metric.update(unit, at: moment) {
            $0.record(value, count: count, at: moment, isHighResolution: isHighResolution)
        }
        if isNew { tookPlace(at: moment) }
    }

    func record(
        _ summary: MetricSummary, of metric: StoredMetric, in unit: MetricUnit, at moment: Int64,
        isHighResolution: Bool
    ) {
        let isNew = metric.update(unit, at: moment) {
            $0.record(summary, at: moment, isHighResolution: isHighResolution)
        }
        if isNew { tookPlace(at: moment) }
    }

    // MARK: Writers

    /// A writer holds values back until ``settle()``.
    func expect(_ writer: MetricWriter) {
        expected.append(writer)
        if expected.count >= limits.writers { settle() }
    }

    /// Takes what writers hold back; call it before anything is read.
    func settle() {
        let writers = expected
        expected.removeAll(keepingCapacity: true)
        for writer in writers { writer.settled() }
    }

    // MARK: Bounds

    /// How far ahead data may be dated.
    private static let ahead: Int64 = 7200

    private func tookPlace(at moment: Int64) {
        newPlaces += 1
        guard newPlaces >= limits.interval else { return }
        newPlaces = 0
        for metric in metrics { metric.expire(now: moment - Self.ahead) }
        while metrics.reduce(0, { $0 + $1.size }) > limits.values {
            for metric in metrics { metric.dropOlderHalf() }
        }
        forget { $0.isEmpty }
    }

    /// Forgets the quarter of the metrics that had no data for the longest time.
    private func forgetIdle() {
        let idle = metrics.sorted { $0.latest < $1.latest }.prefix(max(1, metrics.count / 4))
        for metric in idle { metric.isForgotten = true }
        forget { $0.isForgotten }
    }

    private func forget(_ isOver: (StoredMetric) -> Bool) {
        metrics.removeAll { metric in
            guard isOver(metric) else { return false }
            metric.isForgotten = true
            byIdentity[metric.identity] = nil
            identityBytes -= metric.identity.size
            return true
        }
    }
}
