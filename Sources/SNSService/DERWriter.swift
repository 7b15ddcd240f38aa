// SPDX-License-Identifier: Apache-2.0

/// Builds ASN.1 values in DER, as far as a certificate needs them.
enum DER {
    static func sequence(_ parts: [UInt8]...) -> [UInt8] { tagged(0x30, parts.flatMap { $0 }) }

    static func set(_ parts: [UInt8]...) -> [UInt8] { tagged(0x31, parts.flatMap { $0 }) }

    /// A non-negative integer, most significant byte first.
    static func integer(_ magnitude: [UInt8]) -> [UInt8] {
        let digits = magnitude.drop { $0 == 0 }
        let needsSignByte = (digits.first ?? 0x80) >= 0x80
        return tagged(0x02, (needsSignByte ? [0] : []) + digits)
    }

    static func objectIdentifier(_ components: [UInt64]) -> [UInt8] {
        precondition(components.count >= 2, "an object identifier has at least two components")
        let body = [components[0] * 40 + components[1]] + components.dropFirst(2)
        return tagged(0x06, body.flatMap(base128))
    }

    static let null: [UInt8] = [0x05, 0x00]

    static func utf8String(_ text: String) -> [UInt8] { tagged(0x0C, Array(text.utf8)) }

    /// - Parameter text: `YYMMDDHHMMSSZ`.
    static func utcTime(_ text: String) -> [UInt8] { tagged(0x17, Array(text.utf8)) }

    /// - Parameter text: `YYYYMMDDHHMMSSZ`.
    static func generalizedTime(_ text: String) -> [UInt8] { tagged(0x18, Array(text.utf8)) }

    static func bitString(_ bytes: [UInt8]) -> [UInt8] { tagged(0x03, [0] + bytes) }

    private static func base128(_ value: UInt64) -> [UInt8] {
        var bytes = [UInt8(value & 0x7F)]
        var rest = value >> 7
        while rest > 0 {
            bytes.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
            rest >>= 7
        }
        return bytes
    }

    private static func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(rest & 0xFF), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }
}
