// SPDX-License-Identifier: Apache-2.0
import Buffers

/// Writes one JSON object, its members in the order in which they are added (an encoder would not keep it).
public struct JSONObjectWriter {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// An object without members.
    public init() {}

    /// Adds a member that is text.
    public mutating func add(_ name: String, _ value: String) {
        begin(name)
        appendQuoted(value)
    }

    /// Adds a member that is a number.
    public mutating func add(_ name: String, _ value: Int) {
        begin(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Adds a member that is a list of texts.
    public mutating func add(_ name: String, texts: [String]) {
        begin(name)
        bytes.append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendQuoted(text)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Adds a member whose value is JSON already: another object's bytes, `null`, `true`.
    public mutating func add(_ name: String, json: some Sequence<UInt8>) {
        begin(name)
        bytes.append(contentsOf: json)
    }

    /// The whole object.
    public consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func appendQuoted(_ text: String) {
        Self.append(quoted: text, to: &bytes)
    }

    /// A text as JSON, with its quotation marks.
    public static func quoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        append(quoted: text, to: &bytes)
        return bytes
    }

    /// Appends a string with what RFC 8259, 7 demands escaped: the quotation mark, the backslash, U+0000 to U+001F.
    public static func append(quoted text: String, to bytes: inout [UInt8]) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { text in
            guard mayNeedEscape(UnsafeRawBufferPointer(text)) else { return bytes.append(contentsOf: text) }
            var rest = text[...]
            while let next = rest.firstIndex(where: needsEscape) {
                bytes.append(contentsOf: rest[..<next])
                appendEscape(text[next], to: &bytes)
                rest = rest[(next + 1)...]
            }
            bytes.append(contentsOf: rest)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func mayNeedEscape(_ text: UnsafeRawBufferPointer) -> Bool {
        text.mayContain(needsEscape) { word in
            word.bytes(below: 32) | (word ^ UInt64(repeating: UInt8(ascii: "\""))).bytes(below: 1)
                | (word ^ UInt64(repeating: UInt8(ascii: "\\"))).bytes(below: 1)
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 8: bytes.append(UInt8(ascii: "b"))
        case 9: bytes.append(UInt8(ascii: "t"))
        case 10: bytes.append(UInt8(ascii: "n"))
        case 12: bytes.append(UInt8(ascii: "f"))
        case 13: bytes.append(UInt8(ascii: "r"))
        case ..<32: bytes.append(contentsOf: "u00\(Hex.encode([byte]))".utf8)
        default: bytes.append(byte)
        }
    }
}
