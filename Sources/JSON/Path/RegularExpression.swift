// SPDX-License-Identifier: Apache-2.0

/// A regular expression of the kind that JSON paths and JSON Schema have, which looks at code points.
///
/// Everything of RFC 9485 means what it says there, but for `.`, which stops at each of Unicode's line ends.
public struct RegularExpression {
    private let regex: Regex<AnyRegexOutput>

    /// Reads a pattern; nil when it is none.
    public init?(_ pattern: String) {
        guard let regex = try? Regex(pattern) else { return nil }
        self.regex = regex.matchingSemantics(.unicodeScalar)
    }

    /// Whether it matches all of a text, or some part of it.
    public func matches(_ text: String, whole: Bool) -> Bool {
        let match = whole ? try? regex.wholeMatch(in: text) : try? regex.firstMatch(in: text)
        return match != nil
    }
}
