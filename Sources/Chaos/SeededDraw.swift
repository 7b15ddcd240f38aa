// SPDX-License-Identifier: Apache-2.0
import Randomness

/// Numbers that follow from what was put in, and from nothing else.
///
/// What goes in is mixed by FNV-1a, what comes out by SplitMix64.
struct SeededDraw {
    private var random = SplitMix64(seed: 0xcbf2_9ce4_8422_2325)

    init(seed: UInt64) {
        absorb(seed)
    }

    mutating func absorb(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { absorb(byte: UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// Texts one after the other are told from their concatenation.
    mutating func absorb(_ text: String) {
        for byte in text.utf8 { absorb(byte: byte) }
        // No UTF-8 has it.
        absorb(byte: 0xff)
    }

    mutating func absorb(bytes: UnsafeRawBufferPointer) {
        for byte in bytes { absorb(byte: byte) }
    }

    private mutating func absorb(byte: UInt8) {
        random.state = (random.state ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    mutating func next() -> UInt64 { random.next() }

    /// From 0 up to, and without, 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func number(in range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }
}
