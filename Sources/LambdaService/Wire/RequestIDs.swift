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
        String(unsafeUninitializedCapacity: 36) { memory in
            var text = TextWriter(memory)
            text.add(UInt32(high >> 32))
            text.add("-")
            text.add(UInt32(truncatingIfNeeded: high), around: "-")
            text.add("-")
            text.add(UInt32(low >> 32), around: "-")
            text.add(UInt32(truncatingIfNeeded: low))
            return text.count
        }
    }
}
