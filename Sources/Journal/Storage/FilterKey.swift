// SPDX-License-Identifier: Apache-2.0

/// Makes the keys that a ``SkipFilter`` holds: FNV-1a of what they stand for, mixed so that all bits count.
struct FilterKey {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    /// - Parameter kind: keeps keys of different meanings apart.
    init(_ kind: Unicode.Scalar) {
        combine(UInt64(kind.value))
    }

    mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // An end, so that `ab`, `c` and `a`, `bc` differ.
        hash = (hash ^ 0x1FF) &* 0x100_0000_01B3
    }

    mutating func combine(_ number: UInt64) {
        var number = number
        for _ in 0..<8 {
            hash = (hash ^ number & 0xFF) &* 0x100_0000_01B3
            number >>= 8
        }
    }

    var value: UInt64 {
        var value = hash
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// A request id, or the id of a message.
    static func request(_ id: some Sequence<UInt8>) -> UInt64 {
        var key = FilterKey("r")
        key.combine(id)
        return key.value
    }

    /// Attributes, each of which may be left open.
    static func attributes(kind: String?, source: String?, function: String?, outcome: String?) -> UInt64 {
        var key = FilterKey("a")
        for attribute in [kind, source, function, outcome] {
            // No attribute is empty.
            key.combine((attribute ?? "").utf8)
        }
        return key.value
    }
}

/// A scalar in JSON, as far as a ``SkipFilter`` tells it from others.
enum ScalarKey {
    /// - Parameter name: the member's; empty for an item of an array.
    static func string(_ text: some Sequence<UInt8>, name: some Sequence<UInt8>) -> UInt64 {
        var key = FilterKey("s")
        key.combine(name)
        key.combine(text)
        return key.value
    }

    /// Whole or not: 1 is 1.0.
    static func number(_ number: Double, name: some Sequence<UInt8>) -> UInt64 {
        var key = FilterKey("n")
        key.combine(name)
        // 0 is -0.
        key.combine(number == 0 ? 0 : number.bitPattern)
        return key.value
    }

    /// `true`, `false` or `null`.
    static func word(_ word: some Sequence<UInt8>, name: some Sequence<UInt8>) -> UInt64 {
        var key = FilterKey("w")
        key.combine(name)
        key.combine(word)
        return key.value
    }
}
