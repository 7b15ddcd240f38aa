// SPDX-License-Identifier: Apache-2.0

/// Reads JSON paths by the grammar of RFC 9535, appendix A.
struct JSONPathParser {
    /// How deep filters may be in filters, and conditions in parentheses.
    static let deepest = 64
    /// The greatest index: integers of I-JSON (RFC 7493).
    private static let greatest: UInt = 9_007_199_254_740_991

    let text: String
    let scalars: [Unicode.Scalar]
    var position = 0
    var depth = 0

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
    }

    /// A path that takes all of the text.
    mutating func path() throws(JSONPathError) -> JSONPath.Query {
        let query = try query()
        guard position == scalars.count else { throw wrong("'.' or '[' is expected") }
        return query
    }

    /// A path at the beginning of the text; its end is where the position is then.
    mutating func query() throws(JSONPathError) -> JSONPath.Query {
        guard take("$") else { throw wrong("a path begins with '$'") }
        return JSONPath.Query(isRelative: false, segments: try segments())
    }

    mutating func segments() throws(JSONPathError) -> [JSONPath.Segment] {
        var segments: [JSONPath.Segment] = []
        while true {
            let before = position
            skipSpace()
            if take("[") {
                segments.append(JSONPath.Segment(isDescendant: false, selectors: try bracketed()))
            } else if take("..") {
                let selectors = take("[") ? try bracketed() : [try dotted()]
                segments.append(JSONPath.Segment(isDescendant: true, selectors: selectors))
            } else if take(".") {
                segments.append(JSONPath.Segment(isDescendant: false, selectors: [try dotted()]))
            } else {
                position = before
                return segments
            }
        }
    }

    /// What follows a dot.
    private mutating func dotted() throws(JSONPathError) -> JSONPath.Selector {
        if take("*") { return .wildcard }
        let start = position
        guard let first = current, Self.startsName(first) else { throw wrong("the name of a member is expected") }
        while let scalar = current, Self.continuesName(scalar) { position += 1 }
        return .name(string(from: start))
    }

    /// What follows a bracket, with the one that closes it.
    private mutating func bracketed() throws(JSONPathError) -> [JSONPath.Selector] {
        var selectors: [JSONPath.Selector] = []
        repeat {
            skipSpace()
            selectors.append(try selector())
            skipSpace()
        } while take(",")
        guard take("]") else { throw wrong("']' is expected") }
        return selectors
    }

    private mutating func selector() throws(JSONPathError) -> JSONPath.Selector {
        switch current {
        case "'", "\"": return .name(try stringLiteral())
        case "*":
            position += 1
            return .wildcard
        case "?":
            position += 1
            skipSpace()
            return .filter(try condition())
        default: return try indexOrSlice()
        }
    }

    private mutating func indexOrSlice() throws(JSONPathError) -> JSONPath.Selector {
        let start = try integer()
        let before = position
        skipSpace()
        guard take(":") else {
            position = before
            guard let start else { throw wrong("a name in quotes, an index, a slice, '*' or '?' is expected") }
            return .index(start)
        }
        skipSpace()
        let end = try integer()
        let afterEnd = position
        skipSpace()
        guard take(":") else {
            position = afterEnd
            return .slice(start: start, end: end, step: 1)
        }
        skipSpace()
        return .slice(start: start, end: end, step: try integer() ?? 1)
    }

    /// An integer, nil when there is none.
    private mutating func integer() throws(JSONPathError) -> Int? {
        let start = position
        let isNegative = take("-")
        let first = position
        while let scalar = current, ("0"..."9").contains(scalar) { position += 1 }
        guard position > first else {
            if isNegative { throw wrong("digits are expected after '-'") }
            return nil
        }
        guard scalars[first] != "0" || (position == first + 1 && !isNegative) else {
            throw wrong("an integer has no zeros before it, and is no '-0'", at: start)
        }
        guard let value = Int(string(from: start)), value.magnitude <= Self.greatest else {
            throw wrong("this integer is too great", at: start)
        }
        return value
    }
}

// MARK: - Steps

extension JSONPathParser {
    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    /// A member's name without quotes begins so: a letter, `_`, or anything beyond ASCII.
    static func startsName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        default: scalar.value >= 0x80
        }
    }

    static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        startsName(scalar) || ("0"..."9").contains(scalar)
    }

    mutating func skipSpace() {
        while let scalar = current, [" ", "\t", "\n", "\r"].contains(scalar) { position += 1 }
    }

    /// Takes this text if it comes next.
    mutating func take(_ wanted: String) -> Bool {
        let wanted = wanted.unicodeScalars
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    func string(from start: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<position])
        return String(view)
    }

    func wrong(_ reason: String, at position: Int? = nil) -> JSONPathError {
        JSONPathError(path: text, position: position ?? self.position, reason: reason)
    }
}
