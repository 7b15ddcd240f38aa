// SPDX-License-Identifier: Apache-2.0

/// The body of an S3 error: `<Error><Code>…</Code><Message>…</Message>…</Error>`.
///
/// Two texts of one flat element are all that is wanted of XML here; a parser would double the size of a bootstrap.
struct XMLErrorBody {
    let code: String
    let message: String

    /// Nil when the text is no such document.
    init?(_ text: String) {
        guard let error = Self.content(of: "Error", in: text[...]), let code = Self.content(of: "Code", in: error)
        else {
            return nil
        }
        self.code = Self.unescape(code)
        message = Self.content(of: "Message", in: error).map(Self.unescape) ?? ""
    }

    private static func content(of element: String, in text: Substring) -> Substring? {
        guard let start = text.end(ofFirst: "<\(element)>"), let end = text[start...].start(ofFirst: "</\(element)>")
        else {
            return nil
        }
        return text[start..<end]
    }

    private static func unescape(_ text: Substring) -> String {
        var plain = ""
        var rest = text
        while let ampersand = rest.firstIndex(of: "&") {
            plain += rest[..<ampersand]
            rest = rest[ampersand...]
            guard let semicolon = rest.firstIndex(of: ";"),
                let character = character(named: rest[rest.index(after: ampersand)..<semicolon])
            else { break }
            plain.append(character)
            rest = rest[rest.index(after: semicolon)...]
        }
        return plain + rest
    }

    private static func character(named name: Substring) -> Character? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.first == "#" else { return nil }
            let digits = name.dropFirst()
            let number = digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init).map(Character.init)
        }
    }
}

extension Substring {
    fileprivate func start(ofFirst text: String) -> Index? {
        let wanted = Array(text.utf8)
        var candidate = utf8.startIndex
        while candidate < utf8.endIndex {
            if utf8[candidate...].starts(with: wanted) { return candidate }
            candidate = utf8.index(after: candidate)
        }
        return nil
    }

    fileprivate func end(ofFirst text: String) -> Index? {
        start(ofFirst: text).map { utf8.index($0, offsetBy: text.utf8.count) }
    }
}
