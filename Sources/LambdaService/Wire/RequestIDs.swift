// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Locks
import Randomness

/// Request ids: lower-case UUIDs of version 4, from a seed.
public final class RequestIDs: Sendable {
    // Guards the generator: ids are made on the loop, and by whoever else is given this source.
    private let bits: Locked<RandomBits>

    /// The source for a seed.
    public init(seed: UInt64) {
        bits = Locked(RandomBits(seed: seed))
    }

    /// The next id.
    public func next() -> String {
        let (high, low) = bits.withLock { ($0.next(), $0.next()) }
        return Self.uuid(high, low)
    }

    /// A UUID of version 4 from random bits.
    static func uuid(_ high: UInt64, _ low: UInt64) -> String {
        format(high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000, low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    private static func format(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { text in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    text[position] = UInt8(ascii: "-")
                    position += 1
                }
                text[position] = hexDigit(index < 16 ? high >> UInt64(60 - 4 * index) : low >> UInt64(124 - 4 * index))
                position += 1
            }
            return 36
        }
    }
}

/// The digit of a number's last four bits.
func hexDigit(_ bits: UInt64) -> UInt8 {
    let digit = UInt8(truncatingIfNeeded: bits & 15)
    return digit < 10 ? 48 + digit : 87 + digit
}
