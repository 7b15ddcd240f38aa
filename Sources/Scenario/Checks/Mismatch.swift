// SPDX-License-Identifier: Apache-2.0
public import JSON

/// One thing that is not as a test expects it.
public struct Mismatch: Sendable, Equatable, CustomStringConvertible {
    /// Where: a JSON path within the result, or what was looked at in words.
    public let place: String
    /// What is wrong, as the part of a sentence after the place.
    public let reason: String
    /// What should be there, where that is a value.
    public let expected: JSONValue?
    /// What is there, where that is a value.
    public let actual: JSONValue?

    /// A mismatch in words.
    public init(_ place: String, _ reason: String, expected: JSONValue? = nil, actual: JSONValue? = nil) {
        self.place = place
        self.reason = reason
        self.expected = expected
        self.actual = actual
    }

    init(_ place: JSONLocation, _ reason: String, expected: JSONValue? = nil, actual: JSONValue? = nil) {
        self.init(place.description, reason, expected: expected, actual: actual)
    }

    /// The difference between what is expected and what is there.
    init(_ difference: JSONDifference) {
        let reason =
            switch difference.kind {
            case .added: "is not expected"
            case .removed: "is missing"
            case .changed: "differs"
            }
        self.init(difference.location, reason, expected: difference.before, actual: difference.after)
    }

    /// One line: `$.a.b is 2, not 1`.
    public var description: String {
        guard reason == "differs", let expected, let actual else { return "\(place) \(reason)" }
        return "\(place) is \(Self.shortened(actual)), not \(Self.shortened(expected))"
    }

    /// A value on one line, its end left out where it is long.
    public static func shortened(_ value: JSONValue) -> String {
        let text = value.text
        return text.count <= 200 ? text : "\(text.prefix(200))…"
    }
}
