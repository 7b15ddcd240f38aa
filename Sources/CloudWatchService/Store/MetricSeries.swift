// SPDX-License-Identifier: Apache-2.0

/// The data of one metric in one unit, kept as long and as finely as AWS does
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html): seconds for three
/// hours, minutes for 15 days, five minutes for 63 days, hours for 455 days.
///
/// Moments are seconds since 1970.
struct MetricSeries: Sendable {
    private struct Bucket {
        let start: Int64
        var summary: MetricSummary
    }

    private struct Tier {
        let width: Int64
        let kept: Int64
        /// By time.
        var buckets: [Bucket] = []

        /// - Returns: whether it took a new bucket.
        mutating func merge(_ start: Int64, _ add: (inout MetricSummary) -> Void, _ new: () -> MetricSummary) -> Bool {
            if let last = buckets.indices.last, buckets[last].start <= start {
                if buckets[last].start == start {
                    add(&buckets[last].summary)
                    return false
                }
                buckets.append(Bucket(start: start, summary: new()))
                return true
            }
            let index = firstIndex(from: start)
            if index < buckets.count, buckets[index].start == start {
                add(&buckets[index].summary)
                return false
            }
            buckets.insert(Bucket(start: start, summary: new()), at: index)
            return true
        }

        /// The first bucket of that moment or later.
        func firstIndex(from start: Int64) -> Int {
            var (low, high) = (0, buckets.count)
            while low < high {
                let middle = (low + high) / 2
                if buckets[middle].start < start { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private static let hour: Int64 = 3600
    private static let day: Int64 = 86_400

    private var tiers = [
        Tier(width: 1, kept: 3 * hour), Tier(width: 60, kept: 15 * day), Tier(width: 300, kept: 63 * day),
        Tier(width: 3600, kept: 455 * day),
    ]

    /// Whether there is no data any more.
    var isEmpty: Bool { tiers.allSatisfy(\.buckets.isEmpty) }

    /// What it takes to keep it, as a number of values.
    var size: Int { tiers.reduce(0) { $0 + $1.buckets.reduce(0) { $0 + $1.summary.size } } }

    // MARK: Recording

    /// Records a value, once or several times.
    ///
    /// - Returns: whether it took a new place.
    mutating func record(_ value: Double, count: Double, at moment: Int64, isHighResolution: Bool) -> Bool {
        let tier = isHighResolution ? 0 : 1
        return tiers[tier].merge(moment.rounded(downTo: tiers[tier].width)) {
            $0.add(value, count: count)
        } _: {
            MetricSummary(value, count: count)
        }
    }

    /// Records values of which a summary is known.
    ///
    /// - Returns: whether it took a new place.
    mutating func record(_ summary: MetricSummary, at moment: Int64, isHighResolution: Bool) -> Bool {
        let tier = isHighResolution ? 0 : 1
        return merge(summary, at: moment, into: tier)
    }

    private mutating func merge(_ summary: MetricSummary, at moment: Int64, into tier: Int) -> Bool {
        tiers[tier].merge(moment.rounded(downTo: tiers[tier].width)) {
            $0.merge(summary)
        } _: {
            summary
        }
    }

    // MARK: Forgetting

    /// Keeps less finely what is no longer recent, and forgets what is too old.
    mutating func expire(now: Int64) {
        for tier in tiers.indices {
            let end = tiers[tier].firstIndex(from: now - tiers[tier].kept)
            guard end > 0 else { continue }
            let old = tiers[tier].buckets[..<end]
            tiers[tier].buckets.removeFirst(end)
            guard tier + 1 < tiers.count else { continue }
            for bucket in old { _ = merge(bucket.summary, at: bucket.start, into: tier + 1) }
        }
    }

    /// Forgets the older half of what is kept, to make room.
    mutating func dropOlderHalf() {
        for tier in tiers.indices { tiers[tier].buckets.removeFirst((tiers[tier].buckets.count + 1) / 2) }
    }

    // MARK: Reading

    /// What is known of each period of a span; periods without data are left out.
    ///
    /// Data that is kept less finely than the period asks for is left out too.
    func summaries(of window: MetricWindow) -> [(start: Int64, summary: MetricSummary)] {
        var found: [Int64: MetricSummary] = [:]
        for tier in tiers where tier.width <= window.period {
            for bucket in tier.buckets[tier.firstIndex(from: window.start)...] {
                guard bucket.start < window.end else { break }
                let start = window.periodStart(of: bucket.start)
                if found[start]?.merge(bucket.summary) == nil { found[start] = bucket.summary }
            }
        }
        return found.map { (start: $0.key, summary: $0.value) }.sorted { $0.start < $1.start }
    }
}

extension Int64 {
    /// The greatest multiple that is not greater than the number, before 1970 too.
    func rounded(downTo multiple: Int64) -> Int64 {
        let rest = self % multiple
        return rest < 0 ? self - rest - multiple : self - rest
    }
}
