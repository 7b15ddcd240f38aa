// SPDX-License-Identifier: Apache-2.0

/// Writes a ``WireValue`` as CBOR (RFC 8949).
struct CBORWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ value: WireValue) {
        switch value {
        case .text(let text): add(text)
        case .integer(let number): add(number)
        case .number(let number): add(number)
        case .moment(let seconds):
            head(6, 1)
            add(seconds)
        case .list(let items):
            head(4, UInt64(items.count))
            for item in items { add(item) }
        case .structure(let members), .map(let members):
            head(5, UInt64(members.count))
            for (name, member) in members {
                add(name)
                add(member)
            }
        }
    }

    private mutating func add(_ text: String) {
        head(3, UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func add(_ number: Int64) {
        if number >= 0 { head(0, UInt64(number)) } else { head(1, UInt64(-1 - number)) }
    }

    private mutating func add(_ number: Double) {
        bytes.append(0xFB)
        append(number.bitPattern, bytes: 8)
    }

    /// The first byte of an item with its argument, in as few bytes as it takes.
    private mutating func head(_ type: UInt8, _ argument: UInt64) {
        switch argument {
        case ..<24: bytes.append(type << 5 | UInt8(argument))
        case ...0xFF:
            bytes.append(type << 5 | 24)
            append(argument, bytes: 1)
        case ...0xFFFF:
            bytes.append(type << 5 | 25)
            append(argument, bytes: 2)
        case ...0xFFFF_FFFF:
            bytes.append(type << 5 | 26)
            append(argument, bytes: 4)
        default:
            bytes.append(type << 5 | 27)
            append(argument, bytes: 8)
        }
    }

    private mutating func append(_ value: UInt64, bytes count: Int) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
    }
}
