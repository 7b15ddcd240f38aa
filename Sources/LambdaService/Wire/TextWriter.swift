// SPDX-License-Identifier: Apache-2.0

/// Eight lower-case hexadecimal digits as the bytes of a number, the first digit in its most significant byte: all are
/// made in one go.
struct HexDigits {
    let bytes: UInt64

    init(_ bits: UInt32) {
        var digits = UInt64(bits)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let letters = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        bytes = digits + 0x3030_3030_3030_3030 + letters * UInt64(UInt8(ascii: "a") - UInt8(ascii: "0") - 10)
    }

    /// The first four digits and the last four.
    var halves: (UInt32, UInt32) { (UInt32(bytes >> 32), UInt32(truncatingIfNeeded: bytes)) }
}

/// Writes a text of a length that is known from front to back.
struct TextWriter: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    /// - Parameter memory: room for all that will be written.
    init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
        self.memory = UnsafeMutableRawBufferPointer(memory)
    }

    mutating func add(_ text: StaticString) {
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(
            from: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        count += text.utf8CodeUnitCount
    }

    /// Eight digits.
    mutating func add(_ bits: UInt32) { store(HexDigits(bits).bytes.bigEndian) }

    /// Sixteen digits.
    mutating func add(_ bits: UInt64) {
        add(UInt32(bits >> 32))
        add(UInt32(truncatingIfNeeded: bits))
    }

    /// Eight digits with a text between the fourth and the fifth.
    mutating func add(_ bits: UInt32, around text: StaticString) {
        let (first, last) = HexDigits(bits).halves
        store(first.bigEndian)
        add(text)
        store(last.bigEndian)
    }

    private mutating func store<Word: FixedWidthInteger & BitwiseCopyable>(_ word: Word) {
        memory.storeBytes(of: word, toByteOffset: count, as: Word.self)
        count += MemoryLayout<Word>.size
    }
}
