// SPDX-License-Identifier: Apache-2.0

/// One metric and its data, unit by unit.
///
/// Safety: `@unchecked Sendable` because it is confined to the service's loop, as ``MetricStore`` is.
final class StoredMetric: @unchecked Sendable {
    let identity: MetricIdentity
    /// Counted up: orders metrics by their age.
    let number: Int
    /// No metric of the store any more.
    var isForgotten = false
    /// The latest moment that has data, in seconds since 1970.
    private(set) var latest = Int64.min
    private(set) var series: [(unit: MetricUnit, series: MetricSeries)] = []

    init(identity: MetricIdentity, number: Int) {
        self.identity = identity
        self.number = number
    }

    /// What it takes to keep its data, as a number of values.
    var size: Int { series.reduce(0) { $0 + $1.series.size } }

    var isEmpty: Bool { series.allSatisfy(\.series.isEmpty) }

    /// Changes the data of a unit.
    ///
    /// - Parameter moment: in seconds since 1970.
    func update(_ unit: MetricUnit, at moment: Int64, _ change: (inout MetricSeries) -> Bool) -> Bool {
        latest = max(latest, moment)
        for index in series.indices where series[index].unit == unit { return change(&series[index].series) }
        series.append((unit, MetricSeries()))
        return change(&series[series.count - 1].series)
    }

    func expire(now: Int64) {
        for index in series.indices { series[index].series.expire(now: now) }
    }

    func dropOlderHalf() {
        for index in series.indices { series[index].series.dropOlderHalf() }
    }
}
