// SPDX-License-Identifier: Apache-2.0
public import JSON

/// What a result must hold: objects may have more members than are expected, everything else must be as it is expected.
public struct Expectation: Sendable {
    private let expected: JSONValue

    /// Expects a value, whose placeholders must be filled in already.
    public init(_ expected: JSONValue) {
        self.expected = expected
    }

    /// The places where a result is not as expected; empty when it is.
    public func mismatches(with result: JSONValue) -> [Mismatch] {
        JSONComparison(.subset, textsMatch: Self.matches).differences(from: expected, to: result).map { Mismatch($0) }
    }

    /// Whether a text is a pattern in which `*` stands for any characters.
    @Sendable static func matches(_ pattern: String, _ text: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == text }
        guard text.hasPrefix(first), text.hasSuffix(last), text.count >= first.count + last.count else { return false }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
