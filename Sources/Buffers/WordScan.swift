// SPDX-License-Identifier: Apache-2.0

extension UnsafeRawBufferPointer {
    /// Whether there may be a byte of some kind; eight are looked at in one step, the last ones of all perhaps twice.
    ///
    /// - Parameters:
    ///   - isKind: whether a byte is of that kind: asked where there are fewer than eight.
    ///   - marks: has the high bit of a byte set for each byte of a word that is of that kind, and may have others set
    ///     then; with ``UInt64/bytes(below:)`` say.
    @inlinable
    @inline(__always)
    public func mayContain(_ isKind: (UInt8) -> Bool, marks: (UInt64) -> UInt64) -> Bool {
        guard count >= 8 else { return contains(where: isKind) }
        var index = 0
        while index + 8 < count {
            if marks(loadUnaligned(fromByteOffset: index, as: UInt64.self)) & UInt64.highBits != 0 { return true }
            index += 8
        }
        return marks(loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)) & UInt64.highBits != 0
    }
}

extension UInt64 {
    @usableFromInline static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// A word that has this byte eight times.
    @inlinable
    @inline(__always)
    public init(repeating byte: UInt8) { self = 0x0101_0101_0101_0101 * UInt64(byte) }

    /// The high bit of each byte that is less than a number of at most 128, if there is one.
    @inlinable
    @inline(__always)
    public func bytes(below number: UInt8) -> UInt64 { (self &- UInt64(repeating: number)) & ~self }
}
