// SPDX-License-Identifier: Apache-2.0

/// A query for values within a JSON value: a JSON path, https://www.rfc-editor.org/rfc/rfc9535.
///
/// All of the standard is understood: names, indexes, slices, wildcards, descendants, and filters with the functions
/// `length`, `count`, `match`, `search` and `value`. Members of an object are visited in the order of their names.
public struct JSONPath: Sendable, CustomStringConvertible {
    let query: Query

    /// The path as it was written, with its `$`.
    public let description: String

    /// Reads a path as the standard has it, `$.Records[0].s3.bucket.name` say.
    ///
    /// - Throws: ``JSONPathError`` with the position of what is wrong.
    public init(_ text: String) throws(JSONPathError) {
        var parser = JSONPathParser(text)
        query = try parser.path()
        description = text
    }

    /// Reads a path that may lack its `$`, as people type it: `Records[0].s3` and `.Records[0].s3` say the same.
    ///
    /// - Throws: ``JSONPathError`` with the position of what is wrong, counted in the completed text.
    public init(shorthand text: String) throws(JSONPathError) {
        try self.init(Self.completed(text))
    }

    /// The path as the standard has it.
    static func completed(_ text: String) -> String {
        switch text.first {
        case "$": text
        case ".", "[": "$\(text)"
        default: "$.\(text)"
        }
    }

    init(query: Query, description: String) {
        self.query = query
        self.description = description
    }

    /// The one location that the path can name, nil when it can name several or depends on the value.
    ///
    /// Negative indexes depend on the value.
    var onlyLocation: JSONLocation? {
        var steps: [JSONLocation.Step] = []
        for segment in query.segments {
            guard !segment.isDescendant, segment.selectors.count == 1 else { return nil }
            switch segment.selectors[0] {
            case .name(let name): steps.append(.name(name))
            case .index(let index) where index >= 0: steps.append(.index(index))
            default: return nil
            }
        }
        return JSONLocation(steps)
    }
}

extension JSONPath {
    /// A path within a path: from the root, or from the item that a filter looks at.
    struct Query: Sendable {
        var isRelative: Bool
        var segments: [Segment]

        /// Whether it gives at most one value, whatever it is applied to.
        var isSingular: Bool {
            segments.allSatisfy { segment in
                guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
                switch segment.selectors[0] {
                case .name, .index: return true
                case .slice, .wildcard, .filter: return false
                }
            }
        }
    }

    /// Selectors that are applied to children, or to descendants of every depth.
    struct Segment: Sendable {
        var isDescendant: Bool
        var selectors: [Selector]
    }

    enum Selector: Sendable {
        case name(String)
        case index(Int)
        case slice(start: Int?, end: Int?, step: Int)
        case wildcard
        case filter(Condition)
    }

    /// What a filter asks of an item.
    indirect enum Condition: Sendable {
        case any([Condition])
        case all([Condition])
        case not(Condition)
        case exists(Query)
        case compare(Operand, Comparison, Operand)
        case matches(Operand, pattern: Operand, whole: Bool)
    }

    /// One side of a comparison: a value or nothing.
    indirect enum Operand: Sendable {
        case literal(JSONValue)
        /// The value that a singular query finds, or the only one of several.
        case value(Query)
        case length(Operand)
        case count(Query)
    }

    enum Comparison: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }
}

/// A JSON path that cannot be read, or not be written to.
public struct JSONPathError: Error, Equatable, CustomStringConvertible {
    /// The path, as it was written.
    public let path: String
    /// Where it goes wrong: the number of its characters (Unicode scalars) before that place.
    public let position: Int
    /// What is wrong there, as a part of a sentence.
    public let reason: String

    /// One line that says all of it.
    public var description: String { "\(path): at character \(position + 1), \(reason)" }
}
