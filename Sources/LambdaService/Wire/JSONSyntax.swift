// SPDX-License-Identifier: Apache-2.0
import Buffers

/// Checks in one pass over the bytes that they are a JSON text (RFC 8259), without building anything of it.
///
/// A text that is none gets the message of Jackson, the parser behind AWS's own: clients see it.
enum JSONSyntax {
    /// Deeper nesting is refused, as Jackson does (StreamReadConstraints).
    static let deepest = 1000

    /// Where a text stops being JSON, and how AWS says so; nil when it is JSON.
    static func error(in bytes: Bytes) -> String? {
        bytes.withUnsafeBytes { memory in
            var scanner = Scanner(bytes: memory)
            do throws(Problem) {
                try scanner.text()
                return nil
            } catch {
                return error.message(in: memory)
            }
        }
    }

    /// What was met where it may not stand.
    struct Problem: Error {
        enum Kind {
            case expectedValue, expectedName, expectedColon, expectedCommaInArray, expectedCommaInObject
            case token, end, control, escape, number, depth, encodingStart, encodingMiddle
        }
        var kind: Kind
        var position: Int
    }

    /// Containers that are open, one bit each: whether it is an object.
    private struct Nesting {
        private var bits = InlineArray<16, UInt64>(repeating: 0)
        private(set) var depth = 0

        mutating func push(isObject: Bool) -> Bool {
            guard depth < deepest else { return false }
            let mask = UInt64(1) << (depth & 63)
            if isObject { bits[depth >> 6] |= mask } else { bits[depth >> 6] &= ~mask }
            depth += 1
            return true
        }

        mutating func pop() { depth -= 1 }

        var isInObject: Bool { depth > 0 && bits[(depth - 1) >> 6] & (1 << ((depth - 1) & 63)) != 0 }
    }

    private struct Scanner {
        let bytes: UnsafeRawBufferPointer
        var position = 0
        var nesting = Nesting()

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        mutating func text() throws(Problem) {
            skipSpace()
            while true {
                if try value() { continue }
                // A value ended: close containers, or go on to their next value.
                while true {
                    skipSpace()
                    guard nesting.depth > 0 else {
                        guard position == bytes.count else { throw Problem(kind: .token, position: position) }
                        return
                    }
                    let isObject = nesting.isInObject
                    let byte = try current()
                    if byte == UInt8(ascii: ",") {
                        position += 1
                        skipSpace()
                        if isObject { try name() }
                        break
                    }
                    guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                        throw Problem(
                            kind: isObject ? .expectedCommaInObject : .expectedCommaInArray, position: position)
                    }
                    position += 1
                    nesting.pop()
                }
            }
        }

        /// Reads a value up to its end, or up to the first value inside it: then the answer is true.
        private mutating func value() throws(Problem) -> Bool {
            switch try current() {
            case UInt8(ascii: "\""):
                try string()
            case UInt8(ascii: "{"):
                return try open(isObject: true)
            case UInt8(ascii: "["):
                return try open(isObject: false)
            case UInt8(ascii: "t"): try literal("true")
            case UInt8(ascii: "f"): try literal("false")
            case UInt8(ascii: "n"): try literal("null")
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
            case let byte where byte.isIdentifier: throw Problem(kind: .token, position: position)
            default: throw Problem(kind: .expectedValue, position: position)
            }
            return false
        }

        private mutating func open(isObject: Bool) throws(Problem) -> Bool {
            position += 1
            skipSpace()
            if try current() == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                position += 1
                return false
            }
            guard nesting.push(isObject: isObject) else { throw Problem(kind: .depth, position: position) }
            if isObject { try name() }
            return true
        }

        /// A member's name and its colon.
        private mutating func name() throws(Problem) {
            guard try current() == UInt8(ascii: "\"") else { throw Problem(kind: .expectedName, position: position) }
            try string()
            skipSpace()
            guard try current() == UInt8(ascii: ":") else { throw Problem(kind: .expectedColon, position: position) }
            position += 1
            skipSpace()
        }

        private mutating func string() throws(Problem) {
            position += 1
            while position < bytes.count {
                skipPlain()
                guard position < bytes.count else { break }
                switch bytes[position] {
                case UInt8(ascii: "\""):
                    position += 1
                    return
                case UInt8(ascii: "\\"): try escape()
                case ..<0x20: throw Problem(kind: .control, position: position)
                case 0x80...: try multibyte()
                default: position += 1
                }
            }
            throw Problem(kind: .end, position: position)
        }

        /// Skips characters of a string that mean only themselves, sixteen at a time: long payloads are long strings.
        private mutating func skipPlain() {
            typealias Block = SIMD16<UInt8>
            while position + 16 <= bytes.count {
                let block = bytes.loadUnaligned(fromByteOffset: position, as: Block.self)
                // Below 0x20, or from 0x80 on: both are 0x60 or more away from 0x20, counted round.
                let isSpecial =
                    (block &- 0x20) .>= Block(repeating: 0x60)
                    .| (block .== Block(repeating: UInt8(ascii: "\"")))
                    .| (block .== Block(repeating: UInt8(ascii: "\\")))
                // `any` goes through the lanes one by one.
                let lanes = unsafeBitCast(isSpecial, to: SIMD2<UInt64>.self)
                guard lanes[0] | lanes[1] == 0 else { return }
                position += 16
            }
        }

        /// One character of two to four bytes (RFC 3629, 4).
        private mutating func multibyte() throws(Problem) {
            let first = bytes[position]
            let (count, second): (Int, ClosedRange<UInt8>) =
                switch first {
                case 0xC2...0xDF: (2, 0x80...0xBF)
                case 0xE0: (3, 0xA0...0xBF)
                case 0xED: (3, 0x80...0x9F)
                case 0xE1...0xEF: (3, 0x80...0xBF)
                case 0xF0: (4, 0x90...0xBF)
                case 0xF1...0xF3: (4, 0x80...0xBF)
                case 0xF4: (4, 0x80...0x8F)
                default: throw Problem(kind: .encodingStart, position: position)
                }
            for index in 1..<count {
                guard position + index < bytes.count else { throw Problem(kind: .end, position: bytes.count) }
                guard (index == 1 ? second : 0x80...0xBF).contains(bytes[position + index]) else {
                    throw Problem(kind: .encodingMiddle, position: position + index)
                }
            }
            position += count
        }

        private mutating func escape() throws(Problem) {
            guard position + 1 < bytes.count else { throw Problem(kind: .end, position: bytes.count) }
            switch bytes[position + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                position += 2
            case UInt8(ascii: "u"):
                guard position + 6 <= bytes.count else { throw Problem(kind: .end, position: bytes.count) }
                guard bytes[(position + 2)..<(position + 6)].allSatisfy(\.isHexDigit) else {
                    throw Problem(kind: .escape, position: position)
                }
                position += 6
            default: throw Problem(kind: .escape, position: position)
            }
        }

        private mutating func number() throws(Problem) {
            if bytes[position] == UInt8(ascii: "-") { position += 1 }
            if try current() == UInt8(ascii: "0") { position += 1 } else { try digits() }
            if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
                position += 1
                try digits()
            }
            if position < bytes.count, bytes[position] | 32 == UInt8(ascii: "e") {
                position += 1
                let sign = try current()
                if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
                try digits()
            }
            guard position == bytes.count || !bytes[position].isIdentifier else {
                throw Problem(kind: .number, position: position)
            }
        }

        private mutating func digits() throws(Problem) {
            let first = position
            while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
            guard position > first else {
                throw Problem(kind: position == bytes.count ? .end : .number, position: position)
            }
        }

        private mutating func literal(_ text: StaticString) throws(Problem) {
            let start = position
            let expected = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            let end = position + expected.count
            guard end <= bytes.count, bytes[position..<end].elementsEqual(expected),
                end == bytes.count || !bytes[end].isIdentifier
            else { throw Problem(kind: .token, position: start) }
            position = end
        }

        private mutating func skipSpace() {
            while position < bytes.count {
                switch bytes[position] {
                case 0x20, 0x0A, 0x0D, 0x09: position += 1
                default: return
                }
            }
        }

        private func current() throws(Problem) -> UInt8 {
            guard position < bytes.count else { throw Problem(kind: .end, position: position) }
            return bytes[position]
        }
    }
}

extension UInt8 {
    var isIdentifier: Bool { isASCIILetterOrDigit || self == 95 || self == 36 }

    fileprivate var isHexDigit: Bool {
        (48...57).contains(self) || (65...70).contains(self) || (97...102).contains(self)
    }
}
