// SPDX-License-Identifier: Apache-2.0

/// What is known of the values of a metric in some span of time; there is at least one.
struct MetricSummary: Sendable, Equatable {
    private(set) var sampleCount: Double
    private(set) var sum: Double
    private(set) var minimum: Double
    private(set) var maximum: Double
    /// The values, as soon as two of them differ.
    private var values = ValueDistribution()
    /// Values came as a statistic set, which does not tell them all.
    private var lacksValues = false

    /// One value, once or several times.
    init(_ value: Double, count: Double = 1) {
        sampleCount = count
        sum = value * count
        minimum = value
        maximum = value
    }

    /// Values of which only this is told.
    init(sampleCount: Double, sum: Double, minimum: Double, maximum: Double) {
        self.sampleCount = sampleCount
        self.sum = sum
        self.minimum = minimum
        self.maximum = maximum
        lacksValues = minimum != maximum
    }

    var average: Double { sampleCount == 0 ? 0 : sum / sampleCount }

    /// What it takes to keep it, as a number of values.
    var size: Int { values.size + 6 }

    mutating func add(_ value: Double, count: Double = 1) {
        // As long as there are no values here, all that came were the same one.
        if values.isEmpty, value != minimum, !lacksValues { values.add(minimum, count: sampleCount) }
        if !values.isEmpty { values.add(value, count: count) }
        sampleCount += count
        sum += value * count
        minimum = min(minimum, value)
        maximum = max(maximum, value)
    }

    /// - Parameter more: in ascending order, at least one.
    mutating func add(sorted more: [Double]) {
        guard let least = more.first, let greatest = more.last else { return }
        if values.isEmpty, !lacksValues { values.add(minimum, count: sampleCount) }
        if !values.isEmpty { values.merge(ValueDistribution(sorted: more)) }
        sampleCount += Double(more.count)
        for value in more { sum += value }
        minimum = min(minimum, least)
        maximum = max(maximum, greatest)
    }

    mutating func merge(_ other: MetricSummary) {
        if other.lacksValues || lacksValues {
            lacksValues = true
            values = ValueDistribution()
        } else if other.minimum == other.maximum {
            return add(other.minimum, count: other.sampleCount)
        } else {
            if values.isEmpty { values.add(minimum, count: sampleCount) }
            values.merge(other.values)
        }
        sampleCount += other.sampleCount
        sum += other.sum
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }

    /// A percentile; nil where AWS has none: when a value is negative, or values came as statistic sets
    /// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html).
    func percentile(_ percent: Double) -> Double? {
        guard !lacksValues, minimum >= 0 else { return nil }
        guard let value = values.percentile(percent) else { return minimum }
        // What was rounded may lie a little outside.
        return min(max(value, minimum), maximum)
    }
}
