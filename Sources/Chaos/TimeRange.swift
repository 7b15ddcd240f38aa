// SPDX-License-Identifier: Apache-2.0

/// Times in rules: `200ms`, `5s`, `2m`, `1h`, `1d`, or a range of two, `1s-10s`.
enum TimeRange {
    /// No rule makes anything take longer.
    private static let longest: Int64 = 30 * 86_400_000

    /// The range in milliseconds; nil for a text that is none.
    static func milliseconds(_ text: String) -> ClosedRange<Int64>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let low = ends.first.flatMap(one), let high = ends.last.flatMap(one), low <= high else {
            return nil
        }
        return low...high
    }

    private static func one(_ text: Substring) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let number = Int64(digits), let unit = units[text[digits.endIndex...]] else { return nil }
        let (product, isTooLarge) = number.multipliedReportingOverflow(by: unit)
        return isTooLarge || product > longest ? nil : product
    }
}
