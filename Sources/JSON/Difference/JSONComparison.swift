// SPDX-License-Identifier: Apache-2.0

/// Compares two JSON values part by part.
public struct JSONComparison: Sendable {
    /// How much of the second value the first one says.
    public enum Extent: Sendable {
        /// All: each member and each item.
        case whole
        /// A part: objects of the second value may have more members. Arrays have as many items as the first says.
        case subset
    }

    /// How much of the second value the first one says.
    public var extent: Extent
    /// What may differ, be absent, or be there in addition: paths in either value.
    public var ignored: [JSONPath]
    /// Decides whether one text may stand for another; they must be the same without it.
    public var textsMatch: (@Sendable (_ first: String, _ second: String) -> Bool)?

    /// A comparison of everything that is not to be ignored.
    public init(
        _ extent: Extent = .whole, ignoring ignored: [JSONPath] = [],
        textsMatch: (@Sendable (_ first: String, _ second: String) -> Bool)? = nil
    ) {
        self.extent = extent
        self.ignored = ignored
        self.textsMatch = textsMatch
    }

    /// Where two values differ, members in the order of their names; empty when they do not.
    ///
    /// Of arrays that grew or shrank, the items that both begin and end with are taken for the same.
    public func differences(from first: JSONValue, to second: JSONValue) -> [JSONDifference] {
        var walk = ComparisonWalk(comparison: self, first: first, second: second)
        walk.compare(ComparisonWalk.Pair(first, second, .root, .root))
        return walk.differences
    }

    /// Whether two values do not differ.
    public func holds(_ first: JSONValue, _ second: JSONValue) -> Bool {
        differences(from: first, to: second).isEmpty
    }
}
