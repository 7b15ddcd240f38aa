// SPDX-License-Identifier: Apache-2.0

/// Numbers that follow from what was put in, and from nothing else.
///
/// What goes in is mixed by FNV-1a, what comes out by SplitMix64
/// (https://prng.di.unimi.it/splitmix64.c).
struct SeededDraw {
    private var state: UInt64

    init(seed: UInt64) {
        state = 0xcbf2_9ce4_8422_2325
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
        state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to, and without, 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func number(in range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }
}
