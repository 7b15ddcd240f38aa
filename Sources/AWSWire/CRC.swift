// SPDX-License-Identifier: Apache-2.0

/// A reflected cyclic redundancy check of 32 or 64 bits, eight bytes a step.
struct CRC: Sendable {
    /// A polynomial with its lookup tables, which are computed once.
    struct Kind: Sendable {
        let width: Int
        let mask: UInt64
        /// Eight tables of 256 entries: the effect of a byte that stands 0…7 bytes before the end.
        let tables: [UInt64]

        init(width: Int, reflectedPolynomial polynomial: UInt64) {
            self.width = width
            mask = width == 64 ? .max : (1 << UInt64(width)) - 1
            var tables = [UInt64](repeating: 0, count: 8 * 256)
            for index in 0..<256 {
                var entry = UInt64(index)
                for _ in 0..<8 { entry = entry & 1 == 1 ? entry >> 1 ^ polynomial : entry >> 1 }
                tables[index] = entry
            }
            for index in 256..<8 * 256 {
                let before = tables[index - 256]
                tables[index] = before >> 8 ^ tables[Int(before & 255)]
            }
            self.tables = tables
        }

        /// IEEE 802.3, as in zip.
        static let crc32 = Kind(width: 32, reflectedPolynomial: 0xEDB8_8320)
        /// Castagnoli (RFC 3720).
        static let crc32c = Kind(width: 32, reflectedPolynomial: 0x82F6_3B78)
        /// The 64-bit one of NVM Express.
        static let crc64nvme = Kind(width: 64, reflectedPolynomial: 0x9A6C_9329_AC4B_C9B5)
    }

    private let kind: Kind
    private var register: UInt64

    init(_ kind: Kind) {
        self.kind = kind
        register = kind.mask
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var register = register
        kind.tables.withUnsafeBufferPointer { tables in
            var index = 0
            while index + 8 <= bytes.count {
                let word = register ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                var next: UInt64 = 0
                for position in 0..<8 {
                    next ^= tables[(7 - position) << 8 | Int(truncatingIfNeeded: word >> UInt64(8 * position) & 255)]
                }
                register = next
                index += 8
            }
            for byte in bytes[index...] {
                register = register >> 8 ^ tables[Int((register ^ UInt64(byte)) & 255)]
            }
        }
        self.register = register
    }

    /// The check so far, most significant byte first.
    var value: [UInt8] {
        let result = register ^ kind.mask
        return stride(from: kind.width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: result >> UInt64($0)) }
    }
}
