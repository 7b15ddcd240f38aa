// SPDX-License-Identifier: Apache-2.0

/// The place of one value within another: names of members and positions in arrays, from the outside in.
public struct JSONLocation: Hashable, Sendable, CustomStringConvertible {
    /// One step inwards.
    public enum Step: Hashable, Sendable {
        /// Into the member of an object.
        case name(String)
        /// Into an item of an array, counted from 0.
        case index(Int)
    }

    /// The way from the outermost value; empty for that itself.
    public var steps: [Step]

    /// The outermost value.
    public static let root = JSONLocation([])

    /// A place with the way to it.
    public init(_ steps: [Step]) {
        self.steps = steps
    }

    /// The place one step further in.
    public func appending(_ step: Step) -> JSONLocation {
        JSONLocation(steps + [step])
    }

    /// A JSON path for people, `$.Records[0]['a b']` say, which finds just this place.
    public var description: String {
        steps.reduce(into: "$") { text, step in
            if case .name(let name) = step, Self.isShorthand(name) {
                text += ".\(name)"
            } else {
                text += Self.bracketed(step)
            }
        }
    }

    /// The normalized path of RFC 9535 (2.7), `$['Records'][0]['a b']` say, which is the same for the same place.
    public var normalizedPath: String {
        steps.reduce(into: "$") { $0 += Self.bracketed($1) }
    }

    private static func bracketed(_ step: Step) -> String {
        switch step {
        case .index(let index): return "[\(index)]"
        case .name(let name):
            var text = "['"
            for scalar in name.unicodeScalars { append(scalar, to: &text) }
            return text + "']"
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "'": text += "\\'"
        case "\\": text += "\\\\"
        case "\u{8}": text += "\\b"
        case "\u{C}": text += "\\f"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\u{0}"..<" ": text += scalar.value < 16 ? "\\u000\(hex(scalar))" : "\\u00\(hex(scalar))"
        default: text.unicodeScalars.append(scalar)
        }
    }

    private static func hex(_ scalar: Unicode.Scalar) -> String { String(scalar.value, radix: 16) }

    private static func isShorthand(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, JSONPathParser.startsName(first) else { return false }
        return name.unicodeScalars.allSatisfy(JSONPathParser.continuesName)
    }
}

/// A value that a path found, with its place.
public struct JSONNode: Sendable {
    /// Where it is.
    public let location: JSONLocation
    /// What is there.
    public let value: JSONValue
}
