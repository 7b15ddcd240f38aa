// SPDX-License-Identifier: Apache-2.0

/// One place where two JSON values differ.
public struct JSONDifference: Sendable, Equatable {
    /// What differs.
    public enum Kind: String, Sendable {
        /// Only the second value has something there.
        case added
        /// Only the first value has something there.
        case removed
        /// Both have something there, not the same.
        case changed
    }

    /// Where: in the first value for what was removed or changed, in the second for what was added.
    public let location: JSONLocation
    /// What the first value has there; nil for what was added.
    public let before: JSONValue?
    /// What the second value has there; nil for what was removed.
    public let after: JSONValue?

    /// What differs.
    public var kind: Kind { before == nil ? .added : after == nil ? .removed : .changed }

    /// A difference of which at least one side is there.
    public init(location: JSONLocation, before: JSONValue?, after: JSONValue?) {
        self.location = location
        self.before = before
        self.after = after
    }
}

extension JSONDifference: Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, kind, before, after
    }

    /// Writes `{"path": "$['a']", "kind": "changed", "before": 1, "after": 2}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(location.normalizedPath, forKey: .path)
        try container.encode(kind.rawValue, forKey: .kind)
        try container.encodeIfPresent(before, forKey: .before)
        try container.encodeIfPresent(after, forKey: .after)
    }
}
