// SPDX-License-Identifier: Apache-2.0
import Buffers
public import JSON
import ServiceProtocols

/// A condition on a JSON payload or result: `$.detail.id == 7`, `$.user && $.size > 100`, `$..key == "a/b"`.
///
/// It is what stands in a filter of JSON path (RFC 9535, 2.3.5) after the question mark, with `$` for the document.
public struct JSONCondition: Sendable, CustomStringConvertible {
    /// As it was written.
    public let description: String
    private let path: JSONPath
    /// What a document that fulfils it has for certain.
    let keys: [UInt64]

    /// Reads a condition.
    ///
    /// - Throws: `JSONPathError` for what is none.
    public init(_ text: String) throws(JSONPathError) {
        description = text
        let filter = Self.relative(text)
        path = try JSONPath("$[?\(filter)]")
        keys = Self.equalities(in: filter).compactMap(\.key)
    }

    /// Whether a document fulfils it.
    public func isFulfilled(by document: JSONValue) -> Bool {
        // A filter looks at the items of an array.
        !JSONValue.array([document]).values(at: path).isEmpty
    }

    /// With `@` for each `$` outside of quotation marks.
    private static func relative(_ text: String) -> String {
        var quote: Character?
        var isEscaped = false
        return String(
            text.map { character in
                defer { isEscaped = character == "\\" && !isEscaped }
                if let open = quote {
                    if character == open, !isEscaped { quote = nil }
                    return character
                }
                if character == "'" || character == "\"" { quote = character }
                return character == "$" ? "@" : character
            })
    }

    // MARK: Keys

    private struct Equality {
        var name: Substring
        var literal: Substring

        /// Nil for what cannot be told by a key.
        var key: UInt64? {
            if let quote = literal.first, quote == "'" || quote == "\"" {
                guard literal.count >= 2, literal.last == quote else { return nil }
                let text = literal.dropFirst().dropLast()
                return text.contains { $0 == "\\" || $0 == quote } ? nil : ScalarKey.string(text.utf8, name: name.utf8)
            }
            if ["true", "false", "null"].contains(literal) { return ScalarKey.word(literal.utf8, name: name.utf8) }
            return Double(literal).map { ScalarKey.number($0, name: name.utf8) }
        }
    }

    /// The equalities that all have to hold; none where the condition is anything but a list of comparisons.
    private static func equalities(in filter: String) -> [Equality] {
        guard !filter.contains("||"), !filter.contains("("), !filter.replacing("!=", with: "").contains("!") else {
            return []
        }
        return filter.split(separator: "&&").compactMap { part in
            let sides = part.split(separator: "==", omittingEmptySubsequences: false)
                .map { $0.trimmingPrefix(while: \.isWhitespace) }
            guard sides.count == 2, let name = memberName(sides[0]) else { return nil }
            return Equality(name: name, literal: trimmed(sides[1]))
        }
    }

    /// The name at the end of a path, `id` of `@.detail.id` and `@['id']`; empty for an item of an array.
    private static func memberName(_ path: Substring) -> Substring? {
        let path = trimmed(path)
        guard path.hasPrefix("@"), path.count > 1 else { return nil }
        if path.last == "]" {
            guard let bracket = path.lastIndex(of: "[") else { return nil }
            let inside = path[path.index(after: bracket)...].dropLast()
            if Int(inside) != nil { return "" }
            guard let quote = inside.first, quote == "'" || quote == "\"", inside.count >= 2, inside.last == quote
            else {
                return nil
            }
            let name = inside.dropFirst().dropLast()
            return name.contains { $0 == "\\" || $0 == "'" || $0 == "\"" } ? nil : name
        }
        let name = path[(path.lastIndex(of: ".").map { path.index(after: $0) } ?? path.endIndex)...]
        return name.isEmpty || name.contains { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-" } ? nil : name
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension JSONCondition: Equatable {
    /// Whether both were written in the same way.
    public static func == (left: JSONCondition, right: JSONCondition) -> Bool { left.description == right.description }
}
