// SPDX-License-Identifier: Apache-2.0
import JSON

/// Reads one CBOR data item (RFC 8949) as the values that AWS's CBOR protocol sends: what JSON has, and moments, which
/// are seconds since 1970 there.
///
/// Byte strings, tags other than that of a moment, and what is nested deeper than ``deepest`` are refused.
struct CBORReader {
    private static let deepest = 32
    /// What ends an item of indefinite length.
    private static let end: UInt8 = 0xFF

    private struct Malformed: Error {}

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0

    /// The one item that the bytes are; nil when they are none.
    static func read(_ bytes: UnsafeRawBufferPointer) -> JSONValue? {
        var reader = CBORReader(bytes: bytes)
        guard let value = try? reader.item(), reader.position == bytes.count else { return nil }
        return value
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func item() throws(Malformed) -> JSONValue {
        guard depth < Self.deepest else { throw Malformed() }
        depth += 1
        defer { depth -= 1 }
        let initial = try byte()
        let information = initial & 0x1F
        switch initial >> 5 {
        case 0: return whole(try argument(information), isNegative: false)
        case 1: return whole(try argument(information), isNegative: true)
        case 3: return .string(try text(information))
        case 4: return .array(try items(information))
        case 5: return .object(try members(information))
        case 6:
            guard try argument(information) == 1 else { throw Malformed() }
            return try item()
        case 7: return try simple(information)
        default: throw Malformed()
        }
    }

    // MARK: Numbers

    private func whole(_ argument: UInt64, isNegative: Bool) -> JSONValue {
        guard let number = Int64(exactly: argument) else {
            return .number(isNegative ? -1 - Double(argument) : Double(argument))
        }
        return .integer(isNegative ? -1 - number : number)
    }

    private mutating func simple(_ information: UInt8) throws(Malformed) -> JSONValue {
        switch information {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22, 23: return .null
        case 25: return .number(Self.half(UInt16(truncatingIfNeeded: try argument(information))))
        case 26: return .number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: try argument(information)))))
        case 27: return .number(Double(bitPattern: try argument(information)))
        default: throw Malformed()
        }
    }

    /// RFC 8949, appendix D: not every machine has such numbers.
    private static func half(_ bits: UInt16) -> Double {
        let exponent = Int(bits >> 10 & 0x1F)
        let significand = Double(bits & 0x3FF)
        let magnitude: Double
        switch exponent {
        case 0: magnitude = significand * 0x1p-24
        case 31: magnitude = significand == 0 ? .infinity : .nan
        default: magnitude = Double(sign: .plus, exponent: exponent - 25, significand: significand + 1024)
        }
        return bits & 0x8000 == 0 ? magnitude : -magnitude
    }

    // MARK: Texts, lists, maps

    private mutating func text(_ information: UInt8) throws(Malformed) -> String {
        guard information == 31 else { return try definiteText(information) }
        var text = ""
        while try !isAtEnd() {
            let initial = try byte()
            guard initial >> 5 == 3 else { throw Malformed() }
            text += try definiteText(initial & 0x1F)
        }
        return text
    }

    private mutating func definiteText(_ information: UInt8) throws(Malformed) -> String {
        let count = try argument(information)
        guard count <= UInt64(bytes.count - position) else { throw Malformed() }
        let end = position + Int(count)
        guard let text = String(validating: bytes[position..<end], as: UTF8.self) else { throw Malformed() }
        position = end
        return text
    }

    private mutating func items(_ information: UInt8) throws(Malformed) -> [JSONValue] {
        var items: [JSONValue] = []
        if information == 31 {
            while try !isAtEnd() { items.append(try item()) }
        } else {
            for _ in 0..<(try count(information)) { items.append(try item()) }
        }
        return items
    }

    private mutating func members(_ information: UInt8) throws(Malformed) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        if information == 31 {
            while try !isAtEnd() { try member(&members) }
        } else {
            for _ in 0..<(try count(information)) { try member(&members) }
        }
        return members
    }

    private mutating func member(_ members: inout [String: JSONValue]) throws(Malformed) {
        guard case .string(let name) = try item() else { throw Malformed() }
        members[name] = try item()
    }

    // MARK: Steps

    /// How many items follow: each takes a byte at least.
    private mutating func count(_ information: UInt8) throws(Malformed) -> Int {
        let count = try argument(information)
        guard count <= UInt64(bytes.count - position) else { throw Malformed() }
        return Int(count)
    }

    private mutating func argument(_ information: UInt8) throws(Malformed) -> UInt64 {
        guard information >= 24 else { return UInt64(information) }
        guard information <= 27 else { throw Malformed() }
        var value: UInt64 = 0
        for _ in 0..<(1 << (information - 24)) { value = value << 8 | UInt64(try byte()) }
        return value
    }

    private mutating func byte() throws(Malformed) -> UInt8 {
        guard position < bytes.count else { throw Malformed() }
        position += 1
        return bytes[position - 1]
    }

    private mutating func isAtEnd() throws(Malformed) -> Bool {
        guard position < bytes.count else { throw Malformed() }
        guard bytes[position] == Self.end else { return false }
        position += 1
        return true
    }
}
