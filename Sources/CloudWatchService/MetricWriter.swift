// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

/// Records values of one metric, or of several that always have the same ones; it looks them up once.
///
/// Values of one minute are collected and put into the store together, at the latest when somebody reads it: to
/// collect one costs next to nothing. It is confined to the service's loop.
public final class MetricWriter {
    private static let mostCollected = 64

    private let store: MetricStore
    private let identities: [MetricIdentity]
    private let unit: MetricUnit
    private var found: [StoredMetric] = []
    /// The minute of what is collected.
    private var minute = Int64.min
    /// The first value, and how often it came: most metrics have few different ones.
    private var first = 0.0
    private var firstCount = 0
    private var others: [Double] = []
    private var isExpected = false

    init(store: MetricStore, identities: [MetricIdentity], unit: MetricUnit) {
        self.store = store
        self.identities = identities
        self.unit = unit
    }

    /// Records a value: a minute's, as all metrics of AWS's services are.
    public func record(_ value: Double, at moment: Timestamp) {
        let minute = moment.milliseconds / 60_000
        if minute != self.minute || others.count >= Self.mostCollected {
            settle()
            self.minute = minute
        }
        if firstCount == 0 {
            first = value
            firstCount = 1
            guard !isExpected else { return }
            isExpected = true
            store.expect(self)
        } else if value == first {
            firstCount += 1
        } else {
            others.append(value)
        }
    }

    /// The store has all that was collected, and waits for it no longer.
    func settled() {
        settle()
        isExpected = false
    }

    private func settle() {
        guard firstCount > 0 else { return }
        var summary = MetricSummary(first, count: Double(firstCount))
        if !others.isEmpty {
            others.sort()
            summary.add(sorted: others)
            others.removeAll(keepingCapacity: true)
        }
        firstCount = 0
        if found.isEmpty || found.contains(where: \.isForgotten) { found = identities.map(store.metric) }
        for metric in found { store.record(summary, of: metric, in: unit, at: minute * 60, isHighResolution: false) }
    }
}
