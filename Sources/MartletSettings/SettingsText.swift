// SPDX-License-Identifier: Apache-2.0

/// Reads the part of TOML that settings are written in: tables and lists of them, keys, strings, numbers, and lists of
/// strings.
///
/// Anything else of https://toml.io/en/v1.0.0 is an error that names its line.
struct SettingsText {
    enum Value: Equatable {
        case string(String)
        case integer(Int)
        case number(Double)
        case list([String])
    }

    struct Entry: Equatable {
        var table: String
        /// Which table it is of those that make a list, `[[table]]`, from 1; 0 for a table that stands alone.
        var element: Int
        var key: String
        var value: Value
        var line: Int
    }

    private let scalars: [Unicode.Scalar]
    private let file: String
    private var position = 0
    private var line = 1

    init(_ text: String, file: String) {
        // Line ends are one scalar from here on.
        scalars = Array(text.replacing("\r\n", with: "\n").unicodeScalars)
        self.file = file
    }

    /// All entries, in order.
    ///
    /// - Throws: for what is not understood, and for a key that stands twice in its table.
    mutating func entries() throws(SettingsError) -> [Entry] {
        var entries: [Entry] = []
        var (table, element) = ("", 0)
        var listed: [String: Int] = [:]
        while true {
            skipEmptyLines()
            guard let next = peek else { return entries }
            if next == "[" {
                let isListed: Bool
                (table, isListed) = try tableName()
                if isListed { listed[table, default: 0] += 1 }
                element = isListed ? listed[table, default: 0] : 0
            } else {
                let entry = try entry(in: table, element)
                let isTwice = entries.contains { $0.table == table && $0.element == element && $0.key == entry.key }
                guard !isTwice else { throw error("\(entry.key) stands here twice", at: entry.line) }
                entries.append(entry)
            }
            try endLine()
        }
    }

    /// `[name]`, or `[[name]]` for one of a list; a name may have parts, `a.b`.
    private mutating func tableName() throws(SettingsError) -> (name: String, isListed: Bool) {
        advance()
        let isListed = peek == "["
        if isListed { advance() }
        skipSpace()
        var name = try name()
        while peek == "." {
            advance()
            skipSpace()
            name += "." + (try self.name())
        }
        try expect("]", "a table's name ends with ]")
        if isListed {
            guard peek == "]" else { throw error("a table's name that begins with [[ ends with ]]") }
            advance()
        }
        return (name, isListed)
    }

    private mutating func entry(in table: String, _ element: Int) throws(SettingsError) -> Entry {
        let line = line
        let key = try key()
        try expect("=", "expected = and a value after \(key)")
        skipSpace()
        return Entry(table: table, element: element, key: key, value: try value(), line: line)
    }

    private mutating func key() throws(SettingsError) -> String {
        let key = try name()
        guard peek != "." else { throw error("a name with a dot is written in quotes: \"\(key).…\"") }
        return key
    }

    private mutating func name() throws(SettingsError) -> String {
        if peek == "\"" || peek == "'" {
            let key = try string()
            skipSpace()
            return key
        }
        var key = String.UnicodeScalarView()
        while let next = peek, next.isASCII,
            next.properties.isAlphabetic || ("0"..."9").contains(next) || "_-".unicodeScalars.contains(next)
        {
            key.append(next)
            advance()
        }
        guard !key.isEmpty else { throw error("expected a key, a [table] or a comment") }
        skipSpace()
        return String(key)
    }

    private mutating func value() throws(SettingsError) -> Value {
        switch peek {
        case "\"", "'": return .string(try string())
        case "[": return .list(try list())
        default: return try number()
        }
    }

    /// A decimal number; what TOML writes in other ways is not needed.
    private mutating func number() throws(SettingsError) -> Value {
        var text = ""
        while let next = peek, "0123456789+-.eE_".unicodeScalars.contains(next) {
            text.unicodeScalars.append(next)
            advance()
        }
        if let number = Int(text) { return .integer(number) }
        guard !text.isEmpty, let number = Double(text), number.isFinite else {
            throw error("expected a string in quotes, a number, or a list of strings in [ ]")
        }
        return .number(number)
    }

    private mutating func list() throws(SettingsError) -> [String] {
        advance()
        var items: [String] = []
        while true {
            skipEmptyLines()
            if peek == "]" { break }
            guard peek == "\"" || peek == "'" else { throw error("expected a string in quotes, or ]") }
            items.append(try string())
            skipEmptyLines()
            guard peek == "," else { break }
            advance()
        }
        try expect("]", "a list ends with ], and commas are between its strings")
        return items
    }

    private mutating func string() throws(SettingsError) -> String {
        guard let quote = peek else { throw error("expected a string") }
        advance()
        var text = String.UnicodeScalarView()
        while let next = peek, next != "\n" {
            advance()
            if next == quote {
                guard !(text.isEmpty && peek == quote) else {
                    throw error("strings of several lines are not understood")
                }
                return String(text)
            }
            text.append(next == "\\" && quote == "\"" ? try escape() : next)
        }
        throw error("the string is not closed on its line")
    }

    private mutating func escape() throws(SettingsError) -> Unicode.Scalar {
        guard let next = peek else { throw error("the string is not closed on its line") }
        advance()
        switch next {
        case "b": return "\u{8}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{c}"
        case "r": return "\r"
        case "\"", "\\": return next
        case "u": return try scalar(digits: 4)
        case "U": return try scalar(digits: 8)
        default: throw error("\\\(next) is no escape")
        }
    }

    private mutating func scalar(digits: Int) throws(SettingsError) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek.flatMap({ Character($0).hexDigitValue }), peek?.isASCII == true else {
                throw error("expected \(digits) hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        guard let scalar = Unicode.Scalar(value) else { throw error("no such character") }
        return scalar
    }

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func advance() {
        if peek == "\n" { line += 1 }
        position += 1
    }

    private mutating func skipSpace() {
        while peek == " " || peek == "\t" { advance() }
    }

    private mutating func skipComment() {
        guard peek == "#" else { return }
        while let next = peek, next != "\n" { _ = next; advance() }
    }

    private mutating func skipEmptyLines() {
        repeat {
            while peek == " " || peek == "\t" || peek == "\n" { advance() }
            skipComment()
        } while peek == "\n"
    }

    private mutating func endLine() throws(SettingsError) {
        skipSpace()
        skipComment()
        guard peek == nil || peek == "\n" else { throw error("nothing but a comment may follow on this line") }
    }

    private mutating func expect(_ scalar: Unicode.Scalar, _ message: String) throws(SettingsError) {
        skipSpace()
        guard peek == scalar else { throw error(message) }
        advance()
    }

    private func error(_ message: String, at other: Int? = nil) -> SettingsError {
        SettingsError(file: file, line: other ?? line, message: message)
    }
}
