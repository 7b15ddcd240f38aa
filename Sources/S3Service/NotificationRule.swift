// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One rule of a bucket's notification configuration: which changes of which keys go to which function.
public struct NotificationRule: Codable, Sendable, Equatable {
    /// The name of the rule, which its events carry.
    public var id: String
    /// The ARN of a function, with or without a qualifier.
    public var function: String
    /// `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete` and the like.
    public var events: [String]
    /// What keys have to begin with.
    public var prefix: String
    /// What keys have to end with.
    public var suffix: String

    /// A rule for all keys, unless a prefix or a suffix is given.
    public init(id: String, function: String, events: [String], prefix: String = "", suffix: String = "") {
        self.id = id
        self.function = function
        self.events = events
        self.prefix = prefix
        self.suffix = suffix
    }

    /// Whether the rule asks for an event.
    ///
    /// - Parameters:
    ///   - event: as events carry it, without `s3:`.
    ///   - key: compared byte by byte, as everything about keys is.
    func matches(event: String, key: String) -> Bool {
        events.contains { Self.pattern($0, covers: "s3:\(event)") } && key.utf8.starts(with: prefix.utf8)
            && key.utf8.reversed().starts(with: suffix.utf8.reversed())
    }

    /// Whether some event would match both rules, which S3 does not allow.
    func overlaps(_ other: NotificationRule) -> Bool {
        events.contains { event in
            other.events.contains { Self.pattern($0, covers: event) || Self.pattern(event, covers: $0) }
        }
            && (prefix.utf8.starts(with: other.prefix.utf8) || other.prefix.utf8.starts(with: prefix.utf8))
            && (suffix.utf8.reversed().starts(with: other.suffix.utf8.reversed())
                || other.suffix.utf8.reversed().starts(with: suffix.utf8.reversed()))
    }

    private static func pattern(_ pattern: String, covers event: String) -> Bool {
        pattern == event || (pattern.hasSuffix("*") && event.hasPrefix(pattern.dropLast()))
    }
}

extension NotificationRule {
    static func stored(_ rules: [NotificationRule]) throws -> String {
        String(decoding: try JSONEncoder().encode(rules), as: UTF8.self)
    }

    static func rules(stored: String) throws -> [NotificationRule] {
        try JSONDecoder().decode([NotificationRule].self, from: Data(stored.utf8))
    }
}
