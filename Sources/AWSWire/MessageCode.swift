// SPDX-License-Identifier: Apache-2.0
import CLibcrypto

/// Codes by which a message is known to come from who has the key: HMAC (RFC 2104).
enum MessageCode {
    /// The length of the blocks of SHA-1 and SHA-256, in bytes.
    private static let blockLength = 64

    /// - Parameter algorithm: SHA-1 or SHA-256.
    static func make(_ algorithm: Checksum.Algorithm, of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > blockLength ? Checksum.value(algorithm, of: key) : key
        block += repeatElement(0, count: blockLength - block.count)
        for index in block.indices { block[index] ^= 0x36 }
        var inner = Checksum(algorithm)
        inner.update(block)
        inner.update(message)
        for index in block.indices { block[index] ^= 0x36 ^ 0x5C }
        var outer = Checksum(algorithm)
        outer.update(block)
        outer.update(inner.value)
        return outer.value
    }

    /// Whether two codes are the same, in a time that does not tell where they differ.
    static func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        first.count == second.count && CRYPTO_memcmp(first, second, first.count) == 0
    }
}
