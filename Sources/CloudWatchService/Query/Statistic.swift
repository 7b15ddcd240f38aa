// SPDX-License-Identifier: Apache-2.0

/// What is asked about the values of a period.
enum Statistic: Sendable, Equatable {
    case sampleCount, average, sum, minimum, maximum
    /// From 0 to 100.
    case percentile(Double)

    /// A name such as `Average`; nil for other texts.
    init?(basic name: String) {
        switch name {
        case "SampleCount": self = .sampleCount
        case "Average": self = .average
        case "Sum": self = .sum
        case "Minimum": self = .minimum
        case "Maximum": self = .maximum
        default: return nil
        }
    }

    /// A name such as `p99` or `p99.9`; nil for other texts, and for AWS's trimmed statistics.
    init?(extended name: String) {
        let number = name.dropFirst()
        guard name.first == "p", (1...14).contains(number.utf8.count), number.utf8.first != UInt8(ascii: "."),
            number.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
            let percent = Double(number), percent <= 100
        else { return nil }
        self = .percentile(percent)
    }

    init?(_ name: String) {
        guard let statistic = Statistic(basic: name) ?? Statistic(extended: name) else { return nil }
        self = statistic
    }

    /// What it is for these values; nil where they do not tell it.
    func value(of summary: MetricSummary) -> Double? {
        switch self {
        case .sampleCount: summary.sampleCount
        case .average: summary.average
        case .sum: summary.sum
        case .minimum: summary.minimum
        case .maximum: summary.maximum
        case .percentile(let percent): summary.percentile(percent)
        }
    }
}
