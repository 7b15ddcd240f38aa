// SPDX-License-Identifier: Apache-2.0
import Randomness
import ServiceProtocols
import Testing

@testable import CloudWatchService

@Suite struct MetricSeriesTests {
    private static let now: Int64 = 1_763_740_800
    private static let day: Int64 = 86_400

    private static func window(
        _ start: Int64, _ end: Int64, period: Int64 = 60, now: Int64 = MetricSeriesTests.now
    ) -> MetricWindow {
        MetricWindow(start: start * 1000, end: end * 1000, period: period, now: now * 1000)
    }

    @Test("Values are summed up by the periods that are asked for, in whichever order they came")
    func periods() {
        var series = MetricSeries()
        for (value, offset) in [(3.0, 130), (1, 0), (2, 59), (4, 60), (8, 299)] as [(Double, Int64)] {
            _ = series.record(value, count: 1, at: Self.now - 600 + offset, isHighResolution: false)
        }
        let minutes = series.summaries(of: Self.window(Self.now - 600, Self.now - 300))
        #expect(minutes.map(\.start) == [0, 60, 120, 240].map { Self.now - 600 + $0 })
        #expect(minutes.map(\.summary.sum) == [3, 4, 3, 8])
        let whole = series.summaries(of: Self.window(Self.now - 600, Self.now, period: 300))
        #expect(whole.map(\.summary.sum) == [18])
        #expect(whole[0].summary.average == 3.6)
        #expect((whole[0].summary.minimum, whole[0].summary.maximum) == (1, 8))
    }

    @Test("Only data of high resolution is told in periods below a minute")
    func highResolution() {
        var series = MetricSeries()
        _ = series.record(1, count: 1, at: Self.now - 60, isHighResolution: false)
        for second in 0..<20 {
            _ = series.record(1, count: 1, at: Self.now - 40 + Int64(second), isHighResolution: true)
        }
        let tens = series.summaries(of: Self.window(Self.now - 60, Self.now, period: 10))
        #expect(tens.map(\.start) == [Self.now - 40, Self.now - 30])
        #expect(tens.map(\.summary.sampleCount) == [10, 10])
        #expect(series.summaries(of: Self.window(Self.now - 60, Self.now)).map(\.summary.sampleCount) == [21])
    }

    @Test("Data is kept ever less finely: after 3 hours, 15 days and 63 days; after 455 days not at all")
    func retention() {
        var series = MetricSeries()
        for second in 0..<120 { _ = series.record(1, count: 1, at: Self.now + Int64(second), isHighResolution: true) }
        func sums(period: Int64, after: Int64) -> [Double] {
            let later = Self.now + after
            series.expire(now: later)
            return series.summaries(of: Self.window(Self.now, Self.now + 3600, period: period, now: Self.now))
                .map(\.summary.sum)
        }
        #expect(sums(period: 30, after: 10_000) == [30, 30, 30, 30])
        #expect(sums(period: 30, after: 11_000) == [])
        #expect(sums(period: 60, after: 11_000) == [60, 60])
        #expect(sums(period: 60, after: 15 * Self.day + 200) == [])
        #expect(sums(period: 300, after: 15 * Self.day + 200) == [120])
        #expect(sums(period: 300, after: 63 * Self.day + 400) == [])
        #expect(sums(period: 3600, after: 63 * Self.day + 400) == [120])
        #expect(!series.isEmpty)
        #expect(sums(period: 3600, after: 456 * Self.day) == [])
        #expect(series.isEmpty)
    }

    @Test(
        "A start is rounded down, to what depends on its age and on the period",
        arguments: [(0, 60, 60), (16, 60, 300), (64, 60, 3600), (0, 10, 10), (0, 1, 1)] as [(Int64, Int64, Int64)])
    func rounding(days: Int64, period: Int64, unit: Int64) {
        let start = Self.now - days * Self.day - 3 * 3600 + 2_557
        let window = Self.window(start, Self.now, period: period)
        #expect(window.start == start - start % unit)
        #expect(window.end == Self.now)
    }

    @Test("What is known by its statistic set has no percentiles, unless its values are all the same")
    func statisticSets() {
        var summary = MetricSummary(sampleCount: 4, sum: 8, minimum: 2, maximum: 2)
        #expect(summary.percentile(50) == 2)
        summary.merge(MetricSummary(5))
        #expect(summary.percentile(99) == 5)
        summary.merge(MetricSummary(sampleCount: 10, sum: 55, minimum: 1, maximum: 10))
        #expect(summary.percentile(50) == nil)
        summary.add(7)
        #expect(summary.percentile(50) == nil)
        #expect((summary.sampleCount, summary.sum, summary.minimum, summary.maximum) == (16, 75, 1, 10))
        var negative = MetricSummary(-1)
        negative.add(3)
        #expect(negative.percentile(50) == nil)
    }
}

@Suite struct ValueDistributionTests {
    @Test("Percentiles of few values are those values")
    func exact() {
        var values = ValueDistribution()
        #expect(values.percentile(50) == nil)
        for value in (1...100).shuffled() { values.add(Double(value)) }
        #expect([0, 1, 50, 90, 99, 99.5, 100].map { values.percentile($0) } == [1, 1, 50, 90, 99, 100, 100])
        values.add(1000, count: 900)
        #expect(values.percentile(50) == 1000)
    }

    @Test("Percentiles of many values are right to a few percent, and what they take is bounded")
    func rounded() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        var values = ValueDistribution()
        var all: [Double] = []
        for _ in 0..<20_000 {
            let value = Double.random(in: 0...1, using: &random) * 200 + 0.5
            all.append(value)
            values.add(value)
        }
        all.sort()
        for percent in [1, 10, 50, 90, 99, 99.9] {
            let exact = all[Int((percent / 100 * 20_000).rounded(.up)) - 1]
            let found = values.percentile(percent) ?? 0
            // Three bits of the significand are left at worst: half of an eighth.
            #expect(abs(found - exact) <= exact / 16, "p\(percent) of seed \(seed)")
        }
        #expect(values.size <= 256)
    }

    @Test("Values of all sizes and signs are kept in order, and zero stays zero")
    func extremes() {
        var values = ValueDistribution()
        for exponent in -360...360 {
            for sign in [-1.0, 1] { values.add(sign * Double(sign: .plus, exponent: exponent, significand: 1.1)) }
        }
        values.add(0, count: 2000)
        #expect(values.percentile(50) == 0)
        #expect(values.size <= 1443)
        #expect((values.percentile(0) ?? 0) < -0x1p359)
        #expect((values.percentile(100) ?? 0) > 0x1p359)
    }
}

@Suite struct MetricStoreTests {
    private static func identity(_ number: Int) -> MetricIdentity {
        MetricIdentity(namespace: "n", name: "m\(number)")
    }

    @Test("With too many metrics, those without data for the longest time go")
    func metricsBound() {
        let store = MetricStore(limits: .init(metrics: 100))
        let writer = MetricWriter(store: store, identities: [Self.identity(0)], unit: .none)
        for number in 0..<1000 {
            store.record(1, of: store.metric(Self.identity(number)), in: .none, at: Int64(number * 60))
            writer.record(1, at: .init(milliseconds: Int64(number) * 60_000))
            store.settle()
        }
        #expect(store.metrics.count <= 100)
        #expect(store.find(Self.identity(999)) != nil)
        #expect(store.find(Self.identity(1)) == nil)
        // Written all the time, it is never among the oldest.
        #expect(store.find(Self.identity(0)) != nil)
    }

    @Test("Long names count for what they are")
    func identityBound() {
        let store = MetricStore(limits: .init(identityBytes: 10_000))
        for number in 0..<1000 {
            let dimension = MetricIdentity.Dimension(name: "d", value: String(repeating: "x", count: 1000))
            _ = store.metric(MetricIdentity(namespace: "n", name: "m\(number)", dimensions: [dimension]))
        }
        #expect(store.metrics.count < 12)
    }

    @Test("With too much data, the older goes")
    func dataBound() {
        let store = MetricStore(limits: .init(values: 10_000, interval: 100))
        let metric = store.metric(Self.identity(1))
        for minute in 0..<10_000 { store.record(1, of: metric, in: .count, at: Int64(minute) * 60) }
        #expect(metric.size < 11_000)
        #expect(metric.size > 2_000)
        let window = MetricWindow(start: 0, end: 600_000_000, period: 60, now: 600_000_000)
        let latest = metric.series[0].series.summaries(of: window).map(\.start).max()
        #expect(latest == 599_940)
    }

    @Test("What a writer collected adds up to what it was given, minute by minute")
    func collected() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let store = MetricStore()
        let writer = MetricWriter(store: store, identities: [Self.identity(0)], unit: .milliseconds)
        var all: [Int64: [Double]] = [:]
        for number in 0..<5000 as Range<Int64> {
            // Now and then one that began a minute earlier.
            let minute = 100 + number / 1000 - (number.isMultiple(of: 97) ? 1 : 0)
            let value = Double(random.next() % 200) / 4
            all[minute, default: []].append(value)
            writer.record(value, at: .init(milliseconds: minute * 60_000 + 5))
            if random.next().isMultiple(of: 500) { store.settle() }
        }
        store.settle()
        let window = MetricWindow(start: 0, end: 60_000_000, period: 60, now: 60_000_000)
        let found = store.find(Self.identity(0))?.series[0].series.summaries(of: window) ?? []
        #expect(found.map(\.start) == all.keys.sorted().map { $0 * 60 })
        for (start, summary) in found {
            let values = (all[start / 60] ?? []).sorted()
            #expect(summary.sampleCount == Double(values.count), "seed \(seed)")
            #expect(summary.sum == values.reduce(0, +))
            #expect(summary.minimum == values.first)
            #expect(summary.maximum == values.last)
            #expect(summary.percentile(50) == values[(values.count + 1) / 2 - 1])
        }
    }

    @Test("A writer whose metric was forgotten begins anew")
    func forgottenWriter() {
        let store = MetricStore(limits: .init(metrics: 4))
        let writer = MetricWriter(store: store, identities: [Self.identity(0)], unit: .none)
        writer.record(1, at: .init(milliseconds: 0))
        store.settle()
        for number in 1..<20 { store.record(1, of: store.metric(Self.identity(number)), in: .none, at: 600) }
        #expect(store.find(Self.identity(0)) == nil)
        writer.record(1, at: .init(milliseconds: 0))
        store.settle()
        #expect(store.find(Self.identity(0)) != nil)
    }
}
