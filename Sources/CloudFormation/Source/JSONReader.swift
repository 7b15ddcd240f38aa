// SPDX-License-Identifier: Apache-2.0

/// Reads JSON (RFC 8259) into ``Node``s, which know where they stand in the text.
///
/// Stricter than the RFC asks: a key that stands twice in an object is an error, since one of the two would be lost.
/// Nesting is limited, so that a hostile text cannot use up the stack.
struct JSONReader {
    static let maximumDepth = 100

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the one value of a text.
    static func read(_ text: TemplateText) throws(Fault) -> Node {
        var reader = JSONReader(text.bytes)
        if text.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.offset = 3 }
        let node = try reader.readValue()
        reader.skipSpace()
        if let byte = reader.peek { throw reader.fault("the document ends before \(describe(byte))") }
        return node
    }

    private mutating func readValue() throws(Fault) -> Node {
        skipSpace()
        let start = offset
        let value: Node.Value
        switch peek {
        case UInt8(ascii: "{"): value = try nested { reader throws(Fault) in try reader.readObject() }
        case UInt8(ascii: "["): value = try nested { reader throws(Fault) in try reader.readList() }
        case UInt8(ascii: "\""): value = .text(try readString())
        case UInt8(ascii: "t"): value = try readWord("true", .bool(true))
        case UInt8(ascii: "f"): value = try readWord("false", .bool(false))
        case UInt8(ascii: "n"): value = try readWord("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || Self.digits.contains(byte): value = .number(try readNumber())
        case let byte?: throw fault("expected a value, found \(Self.describe(byte))")
        case nil: throw fault("expected a value, found the end of the text")
        }
        return Node(value: value, offset: start)
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(Fault) -> Node.Value
    ) throws(Fault) -> Node.Value {
        guard depth < Self.maximumDepth else {
            throw fault("values are nested deeper than \(Self.maximumDepth) levels")
        }
        depth += 1
        offset += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func readObject() throws(Fault) -> Node.Value {
        var members: [Node.Member] = []
        var keys: Set<String> = []
        if skip("}") { return .object(members) }
        repeat {
            skipSpace()
            let keyOffset = offset
            guard peek == UInt8(ascii: "\"") else { throw fault("expected a key in quotes") }
            let key = try readString()
            guard keys.insert(key).inserted else {
                throw Fault(offset: keyOffset, message: "the key \"\(key)\" stands twice in this object")
            }
            guard skip(":") else { throw fault("expected a colon after the key \"\(key)\"") }
            members.append(Node.Member(key: key, keyOffset: keyOffset, value: try readValue()))
        } while skip(",")
        guard skip("}") else { throw fault("expected a comma or the end of the object") }
        return .object(members)
    }

    private mutating func readList() throws(Fault) -> Node.Value {
        var items: [Node] = []
        if skip("]") { return .list(items) }
        repeat { items.append(try readValue()) } while skip(",")
        guard skip("]") else { throw fault("expected a comma or the end of the list") }
        return .list(items)
    }

    private mutating func readWord(_ word: StaticString, _ value: Node.Value) throws(Fault) -> Node.Value {
        let matches = word.withUTF8Buffer { bytes[offset...].starts(with: $0) }
        guard matches else { throw fault("expected a value; did you mean \(word)?") }
        offset += word.utf8CodeUnitCount
        return value
    }

    private mutating func readNumber() throws(Fault) -> String {
        let start = offset
        if peek == UInt8(ascii: "-") { offset += 1 }
        if peek == UInt8(ascii: "0") { offset += 1 } else { try readDigits() }
        if peek == UInt8(ascii: ".") {
            offset += 1
            try readDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            offset += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
            try readDigits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func readDigits() throws(Fault) {
        let start = offset
        while let byte = peek, Self.digits.contains(byte) { offset += 1 }
        if offset == start { throw fault("expected a digit") }
    }
}

extension JSONReader {
    private mutating func readString() throws(Fault) -> String {
        offset += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try readEscape(into: &text)
            case 0..<0x20:
                throw fault("a control character stands in a string; write it as an escape")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw fault("the string does not end")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(Fault) {
        let start = offset
        offset += 1
        guard let byte = peek else { throw fault("the string does not end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = readScalar() else {
                throw Fault(offset: start, message: "this escape stands for no character")
            }
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw Fault(offset: start, message: "no such escape: \\\(Character(Unicode.Scalar(byte)))")
        }
    }

    /// What follows `\u`: four hexadecimal digits, or a pair of surrogates.
    private mutating func readScalar() -> Unicode.Scalar? {
        guard let high = readHexadecimal() else { return nil }
        guard high & 0xFC00 == 0xD800 else { return Unicode.Scalar(high) }
        guard bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return nil }
        offset += 2
        guard let low = readHexadecimal(), low & 0xFC00 == 0xDC00 else { return nil }
        return Unicode.Scalar(0x10000 + (high & 0x3FF) << 10 + low & 0x3FF)
    }

    private mutating func readHexadecimal() -> UInt32? {
        guard bytes.count - offset >= 4 else { return nil }
        var value: UInt32 = 0
        for byte in bytes[offset..<offset + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        offset += 4
        return value
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private func fault(_ message: String) -> Fault {
        Fault(offset: offset, message: message)
    }

    private static func describe(_ byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7F ? "\"\(Character(Unicode.Scalar(byte)))\"" : "a byte of value \(byte)"
    }
}
