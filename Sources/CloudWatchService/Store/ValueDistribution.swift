// SPDX-License-Identifier: Apache-2.0

/// How often which values occurred, for percentiles.
///
/// It is exact up to 256 different values. With more, values that are close count as one: with each halving of the
/// precision as many fit again, and what is left of it is a percent or two for values within some powers of two.
public struct ValueDistribution: Sendable, Equatable {
    private struct Entry: Equatable {
        var value: Double
        var count: Double
    }

    private static let mostEntries = 256
    /// What is left by a loss of precision, so that the next one is not near.
    private static let fewEntries = 192
    /// The precision that comes after the full one.
    private static let firstLoss: UInt64 = 10

    /// By value.
    private var entries: [Entry] = []
    /// How many bits of values' significands count.
    private var precision: UInt64 = 52

    /// No values.
    public init() {}

    /// - Parameter values: in ascending order.
    init(sorted values: [Double]) {
        for value in values { Self.append(Entry(value: value, count: 1), to: &entries) }
        if entries.count > Self.mostEntries { losePrecision() }
    }

    /// Whether there is no value.
    public var isEmpty: Bool { entries.isEmpty }

    /// How many entries it takes to hold the values.
    var size: Int { entries.count }

    /// Counts a value, once or several times.
    ///
    /// - Parameter count: is positive.
    public mutating func add(_ value: Double, count: Double = 1) {
        let value = rounded(value)
        let index = position(of: value)
        if index < entries.count, entries[index].value == value {
            entries[index].count += count
        } else {
            entries.insert(Entry(value: value, count: count), at: index)
            if entries.count > Self.mostEntries { losePrecision() }
        }
    }

    /// Counts what another distribution has counted.
    public mutating func merge(_ other: ValueDistribution) {
        guard !isEmpty else {
            self = other
            return
        }
        if other.precision < precision {
            precision = other.precision
            entries = merged(entries, [])
        }
        entries = merged(entries, other.entries)
        if entries.count > Self.mostEntries { losePrecision() }
    }

    /// The smallest value that so many percent of all values do not exceed; nil when there is none.
    ///
    /// - Parameter percent: from 0 to 100.
    public func percentile(_ percent: Double) -> Double? {
        let rank = percent / 100 * entries.reduce(0) { $0 + $1.count }
        var counted = 0.0
        for entry in entries {
            counted += entry.count
            if counted >= rank { return entry.value }
        }
        return entries.last?.value
    }

    private func position(of value: Double) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].value < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The value in the middle of those that cannot be told from this one.
    private func rounded(_ value: Double) -> Double {
        guard precision < 52, value != 0 else { return value }
        let lost = UInt64(52) - precision
        let bits = (value.bitPattern >> lost) << lost
        return Double(bitPattern: bits | 1 << (lost - 1))
    }

    private mutating func losePrecision() {
        while entries.count > Self.fewEntries, precision > 0 {
            precision = min(precision - 1, Self.firstLoss)
            entries = merged(entries, [])
        }
    }

    /// The entries of both, rounded as the precision is now.
    private func merged(_ left: [Entry], _ right: [Entry]) -> [Entry] {
        var merged: [Entry] = []
        merged.reserveCapacity(left.count + right.count)
        var (l, r) = (0, 0)
        while l < left.count || r < right.count {
            let isLeft = r == right.count || (l < left.count && left[l].value <= right[r].value)
            var entry = isLeft ? left[l] : right[r]
            if isLeft { l += 1 } else { r += 1 }
            entry.value = rounded(entry.value)
            Self.append(entry, to: &merged)
        }
        return merged
    }

    private static func append(_ entry: Entry, to entries: inout [Entry]) {
        if let last = entries.indices.last, entries[last].value == entry.value {
            entries[last].count += entry.count
        } else {
            entries.append(entry)
        }
    }
}
