// SPDX-License-Identifier: Apache-2.0
public import JSON

/// What a result must hold: objects may have more members than are expected, everything else must be as it is expected.
public struct Expectation: Sendable {
    private let expected: JSONValue

    /// Expects a value, whose placeholders must be filled in already.
    public init(_ expected: JSONValue) {
        self.expected = expected
    }

    /// The first place where a result is not as expected, in words; nil when it is.
    public func mismatch(with result: JSONValue) -> String? {
        Self.mismatch(expected, result, at: "")
    }

    private static func mismatch(_ expected: JSONValue, _ actual: JSONValue, at path: String) -> String? {
        switch (expected, actual) {
        case (.object(let wanted), .object(let members)):
            for (name, value) in wanted.sorted(by: { $0.key < $1.key }) {
                let place = path.isEmpty ? name : "\(path).\(name)"
                guard let member = members[name] else { return "\(place) is missing" }
                if let difference = mismatch(value, member, at: place) { return difference }
            }
            return nil
        case (.array(let wanted), .array(let items)):
            guard wanted.count == items.count else { return "\(path) has \(items.count) items, not \(wanted.count)" }
            for (index, (value, item)) in zip(wanted, items).enumerated() {
                if let difference = mismatch(value, item, at: "\(path).\(index)") { return difference }
            }
            return nil
        case (.string(let pattern), .string(let text)) where matches(pattern, text):
            return nil
        default:
            return expected == actual ? nil : "\(path) is \(shortened(actual)), not \(shortened(expected))"
        }
    }

    /// Whether a text is a pattern in which `*` stands for any characters.
    static func matches(_ pattern: String, _ text: String) -> Bool {
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

    private static func shortened(_ value: JSONValue) -> String {
        let text = value.text
        return text.count <= 200 ? text : "\(text.prefix(200))…"
    }
}
