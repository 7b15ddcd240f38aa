// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

/// Records values of one metric, which it looks up once.
///
/// It is confined to the service's loop.
public final class MetricWriter {
    private let store: MetricStore
    private let identity: MetricIdentity
    private let unit: MetricUnit
    private var found: StoredMetric?

    init(store: MetricStore, identity: MetricIdentity, unit: MetricUnit) {
        self.store = store
        self.identity = identity
        self.unit = unit
    }

    /// Records a value: a minute's, as all metrics of AWS's services are.
    public func record(_ value: Double, at moment: Timestamp) {
        store.record(value, of: metric, in: unit, at: moment.milliseconds / 1000)
    }

    private var metric: StoredMetric {
        if let found, !found.isForgotten { return found }
        let metric = store.metric(identity)
        found = metric
        return metric
    }
}
