// SPDX-License-Identifier: Apache-2.0

/// Goes through a JSON text and tells the scalars in it with the names of their members, without building a value.
///
/// It does not check that the text is JSON: what it tells of other texts means nothing and harms nobody.
struct ScalarScanner {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    /// The member whose value comes next; nil in an array.
    private var name: Range<Int>?
    /// Where strings were written with escapes, which are not undone here: what was told is not complete.
    private(set) var hasEscapes = false

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Calls `body` with a key for each scalar.
    mutating func scan(_ body: (UInt64) -> Void) {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = string()
                if nextIsColon() {
                    name = text
                    continue
                }
                body(ScalarKey.string(bytes[text], name: bytes[name ?? 0..<0]))
                name = nil
            case UInt8(ascii: "-"), 48...57:
                if let number = number() { body(ScalarKey.number(number, name: bytes[name ?? 0..<0])) }
                name = nil
            case 97...122:
                let start = position
                while position < bytes.count, (97...122).contains(bytes[position]) { position += 1 }
                body(ScalarKey.word(bytes[start..<position], name: bytes[name ?? 0..<0]))
                name = nil
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                // What follows an array's first bracket are items.
                name = nil
                position += 1
            default: position += 1
            }
        }
    }

    private mutating func string() -> Range<Int> {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") {
                hasEscapes = true
                position += 1
            }
            position += 1
        }
        let end = min(position, bytes.count)
        position = min(position + 1, bytes.count)
        return start..<end
    }

    private mutating func nextIsColon() -> Bool {
        while position < bytes.count {
            switch bytes[position] {
            case 32, 9, 10, 13: position += 1
            case UInt8(ascii: ":"):
                position += 1
                return true
            default: return false
            }
        }
        return false
    }

    private mutating func number() -> Double? {
        let start = position
        var isWhole = true
        while position < bytes.count {
            let byte = bytes[position]
            if !(48...57).contains(byte) {
                guard [43, 45, 46, 69, 101].contains(byte) else { break }
                if byte != 45 || position > start { isWhole = false }
            }
            position += 1
        }
        if isWhole, position - start <= 16 {
            var number: Int64 = 0
            for byte in bytes[start..<position] where byte != 45 { number = number * 10 + Int64(byte - 48) }
            return Double(bytes[start] == 45 ? -number : number)
        }
        return Double(String(decoding: bytes[start..<position], as: UTF8.self))
    }
}
