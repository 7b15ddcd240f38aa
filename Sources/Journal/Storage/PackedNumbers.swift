// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

// Whole numbers are stored in groups of seven bits, the lowest first, as LEB128 has them; the sign is their lowest bit.

/// Writes numbers, texts and contents into memory that is large enough.
struct PackedWriter {
    static let mostForNumber = 10

    private let memory: UnsafeMutableRawBufferPointer
    private(set) var position: Int

    init(_ memory: UnsafeMutableRawBufferPointer, at position: Int) {
        self.memory = memory
        self.position = position
    }

    static func mostForText(_ text: String?) -> Int { text.map { mostForNumber + $0.utf8.count } ?? 0 }

    mutating func add(_ number: Int) {
        var left = UInt64(bitPattern: Int64(number) << 1 ^ Int64(number) >> 63)
        while left >= 0x80 {
            memory[position] = UInt8(truncatingIfNeeded: left) | 0x80
            position += 1
            left >>= 7
        }
        memory[position] = UInt8(truncatingIfNeeded: left)
        position += 1
    }

    mutating func add(_ number: Double) {
        memory.storeBytes(of: number.bitPattern, toByteOffset: position, as: UInt64.self)
        position += 8
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    /// - Parameter isApart: whether only its size is stored here.
    mutating func add(_ content: JournalRecord.Content, isApart: Bool) {
        add(content.size)
        if !isApart { content.bytes.withUnsafeBytes { add($0) } }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: memory[position...]).copyMemory(from: bytes)
        position += bytes.count
    }
}

/// Reads what a ``PackedWriter`` wrote; of other bytes it reads nothing that is not there.
struct PackedReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    /// False after something was read that is not there, or means nothing.
    private(set) var isWhole = true

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func number() -> Int {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)) }
            shift += 7
        }
        isWhole = false
        return 0
    }

    mutating func fraction() -> Double {
        guard bytes.count - position >= 8 else {
            isWhole = false
            return 0
        }
        defer { position += 8 }
        return Double(bitPattern: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    mutating func text() -> UnsafeRawBufferPointer {
        let count = number()
        guard count >= 0, count <= bytes.count - position else {
            isWhole = false
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    mutating func content(isApart: Bool) -> PackedRecord.Content {
        let size = number()
        let bytes = isApart ? UnsafeRawBufferPointer(start: nil, count: 0) : text()
        return .init(bytes: bytes, size: size)
    }
}
