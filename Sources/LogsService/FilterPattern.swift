// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// Which events a filter is after
/// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html): terms of unstructured
/// text, or one comparison of a JSON property, several joined by `&&` or `||`.
struct FilterPattern {
    private enum Kind {
        case all
        case terms(required: [String], optional: [String], excluded: [String])
        case property(PropertyExpression)
    }

    private let kind: Kind

    /// - Throws: `InvalidParameterException` for a pattern that is none, or of a kind that is not carried out here.
    init(_ pattern: String) throws(AWSError) {
        let text = pattern.trimmed
        if text.isEmpty {
            kind = .all
        } else if text.hasPrefix("{") {
            guard text.hasSuffix("}") else { throw .invalidFilter }
            kind = .property(try PropertyExpression(text.dropFirst().dropLast()))
        } else if text.hasPrefix("[") || text.hasPrefix("%") {
            throw .unsupportedFilter
        } else {
            kind = try Self.terms(text)
        }
    }

    func matches(_ message: String) -> Bool {
        switch kind {
        case .all: true
        case .terms(let required, let optional, let excluded):
            required.allSatisfy { message.contains($0) } && !excluded.contains { message.contains($0) }
                && (optional.isEmpty || optional.contains { message.contains($0) })
        case .property(let expression): JSONValue(parsing: message).map { expression.holds(for: $0) } ?? false
        }
    }

    private static func terms(_ text: String) throws(AWSError) -> Kind {
        var (required, optional, excluded): ([String], [String], [String]) = ([], [], [])
        var rest = text[...]
        while let first = rest.first {
            if first == " " {
                rest = rest.dropFirst()
                continue
            }
            if first == "?" || first == "-" { rest = rest.dropFirst() }
            let term = try takeTerm(&rest)
            switch first {
            case "?": optional.append(term)
            case "-": excluded.append(term)
            default: required.append(term)
            }
        }
        return .terms(required: required, optional: optional, excluded: excluded)
    }

    private static func takeTerm(_ rest: inout Substring) throws(AWSError) -> String {
        guard rest.first == "\"" else {
            let term = rest.prefix { $0 != " " }
            rest = rest.dropFirst(term.count)
            // Other than letters, digits and underscores, a term needs quotation marks.
            let isPlain = term.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            guard isPlain, !term.isEmpty else { throw .invalidFilter }
            return String(term)
        }
        let quoted = rest.dropFirst()
        guard let end = quoted.firstIndex(of: "\"") else { throw .invalidFilter }
        rest = quoted[quoted.index(after: end)...]
        return String(quoted[..<end])
    }
}

/// `$.level = "ERROR" && $.duration > 3`.
struct PropertyExpression {
    private enum Operand {
        case text(String)
        case number(Double)
    }

    private struct Comparison {
        var path: String
        var sign: String
        var operand: Operand

        func holds(for value: JSONValue) -> Bool {
            guard let found = value.value(at: path) else { return false }
            switch operand {
            case .text(let pattern):
                guard let text = found.scalarText else { return false }
                let isLike = text.matches(wildcard: pattern)
                return sign == "=" ? isLike : !isLike
            case .number(let bound):
                guard let number = found.double else { return false }
                return switch sign {
                case "=": number == bound
                case "!=": number != bound
                case "<": number < bound
                case "<=": number <= bound
                case ">": number > bound
                default: number >= bound
                }
            }
        }
    }

    /// Any of the lists must hold whole.
    private let alternatives: [[Comparison]]

    init(_ text: Substring) throws(AWSError) {
        var alternatives: [[Comparison]] = []
        for alternative in text.split(outsideQuotesAt: "||") {
            var comparisons: [Comparison] = []
            for part in alternative.split(outsideQuotesAt: "&&") { comparisons.append(try Self.comparison(part)) }
            alternatives.append(comparisons)
        }
        self.alternatives = alternatives
    }

    func holds(for value: JSONValue) -> Bool {
        alternatives.contains { $0.allSatisfy { $0.holds(for: value) } }
    }

    private static func comparison(_ text: Substring) throws(AWSError) -> Comparison {
        let text = String(text).trimmed
        guard text.hasPrefix("$.") else { throw .unsupportedFilter }
        let path = text.dropFirst(2).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "-" }
        var rest = String(text.dropFirst(2 + path.count)).trimmed
        guard let sign = ["!=", "<=", ">=", "=", "<", ">"].first(where: { rest.hasPrefix($0) }), !path.isEmpty else {
            throw .unsupportedFilter
        }
        rest = String(rest.dropFirst(sign.count)).trimmed
        if let number = Double(rest) { return Comparison(path: String(path), sign: sign, operand: .number(number)) }
        guard sign == "=" || sign == "!=", !rest.isEmpty else { throw .invalidFilter }
        if rest.hasPrefix("\"") {
            guard rest.count >= 2, rest.hasSuffix("\"") else { throw .invalidFilter }
            rest = String(rest.dropFirst().dropLast())
        } else if !rest.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "*" }) {
            throw .invalidFilter
        }
        return Comparison(path: String(path), sign: sign, operand: .text(rest))
    }
}

extension AWSError {
    fileprivate static let invalidFilter = AWSError("InvalidParameterException", "Invalid filter pattern", status: 400)
    fileprivate static let unsupportedFilter = AWSError(
        "InvalidParameterException",
        "Invalid filter pattern: Martlet knows terms and comparisons of JSON properties joined by && and ||",
        status: 400)
}

extension String {
    fileprivate var trimmed: String {
        var rest = drop { $0 == " " }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }

    /// Whether the text is like a pattern in which `*` stands for any characters.
    fileprivate func matches(wildcard pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return self == pattern }
        guard hasPrefix(first), hasSuffix(last), count >= first.count + last.count else { return false }
        var rest = dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}

extension Substring {
    /// The parts between separators that do not stand in quotation marks.
    fileprivate func split(outsideQuotesAt separator: String) -> [Substring] {
        var parts: [Substring] = []
        var start = startIndex
        var index = startIndex
        var isQuoted = false
        while index < endIndex {
            if self[index] == "\"" { isQuoted.toggle() }
            if !isQuoted, self[index...].hasPrefix(separator) {
                parts.append(self[start..<index])
                index = self.index(index, offsetBy: separator.count)
                start = index
            } else {
                index = self.index(after: index)
            }
        }
        return parts + [self[start...]]
    }
}
