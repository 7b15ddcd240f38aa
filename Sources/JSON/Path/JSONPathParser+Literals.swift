// SPDX-License-Identifier: Apache-2.0

extension JSONPathParser {
    /// A text in single or double quotes.
    mutating func stringLiteral() throws(JSONPathError) -> String {
        let start = position
        guard let quote = current else { throw wrong("a text in quotes is expected") }
        position += 1
        var text = String.UnicodeScalarView()
        while let scalar = current {
            switch scalar {
            case quote:
                position += 1
                return String(text)
            case "\\":
                position += 1
                text.append(try escape(within: quote))
            case "\u{0}"..<" ": throw wrong("a control character must be written with '\\u'")
            default:
                position += 1
                text.append(scalar)
            }
        }
        throw wrong("this text has no end", at: start)
    }

    private mutating func escape(within quote: Unicode.Scalar) throws(JSONPathError) -> Unicode.Scalar {
        guard let scalar = current else { throw wrong("something is expected after '\\'") }
        let escaped: Unicode.Scalar
        switch scalar {
        case quote, "\\", "/": escaped = scalar
        case "b": escaped = "\u{8}"
        case "f": escaped = "\u{C}"
        case "n": escaped = "\n"
        case "r": escaped = "\r"
        case "t": escaped = "\t"
        case "u": return try unicodeEscape()
        default: throw wrong("'\\\(scalar)' means nothing")
        }
        position += 1
        return escaped
    }

    /// `u` and what follows; a character beyond U+FFFF comes as two of them.
    private mutating func unicodeEscape() throws(JSONPathError) -> Unicode.Scalar {
        let start = position - 1
        position += 1
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take("\\u") else { throw wrong("half of a surrogate pair", at: start) }
        let second = try codeUnit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw wrong("half of a surrogate pair", at: start) }
        return scalar
    }

    private mutating func codeUnit() throws(JSONPathError) -> UInt32 {
        let start = position
        while let scalar = current, position < start + 4, scalar.properties.isASCIIHexDigit { position += 1 }
        guard position == start + 4, let value = UInt32(string(from: start), radix: 16) else {
            throw wrong("'\\u' needs four hexadecimal digits")
        }
        return value
    }

    /// A number as JSON has it; nil when there is none.
    mutating func numberLiteral() throws(JSONPathError) -> JSONValue? {
        let start = position
        guard let first = current, first == "-" || ("0"..."9").contains(first) else { return nil }
        while let scalar = current, ("0"..."9").contains(scalar) || ["-", "+", ".", "e", "E"].contains(scalar) {
            position += 1
        }
        guard let value = JSONValue(parsing: string(from: start)) else { throw wrong("this is no number", at: start) }
        return value
    }
}
