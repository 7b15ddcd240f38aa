// SPDX-License-Identifier: Apache-2.0

/// What a block of records may contain: a Bloom filter, by which a search passes over blocks without reading them.
///
/// It holds exact keys (attributes, request ids, members of JSON with their values) and the four-byte pieces of texts.
/// Its size is a power of two, so that a filter with few entries can be folded to half of it: an entry's bits are
/// found modulo the size.
struct SkipFilter: Equatable {
    /// A text is told by pieces of so many bytes; shorter texts cannot be looked for.
    static let piece = 4
    /// The size that a filter is filled at, in bits: 64 KiB.
    static let fullSize = 1 << 19
    private static let smallestSize = 1 << 10
    /// How many bits stand for a key, and for a piece of a text, of which a text has many.
    private static let (keyBits, pieceBits) = (8, 2)

    private var words: [UInt64]

    init() {
        words = [UInt64](repeating: 0, count: Self.fullSize / 64)
    }

    // MARK: Filling

    mutating func add(key: UInt64) {
        var position = key
        let step = Self.step(of: key)
        for _ in 0..<Self.keyBits {
            set(position)
            position &+= step
        }
    }

    /// Adds every piece of a text, in lower case.
    mutating func add(text: UnsafeRawBufferPointer) {
        guard text.count >= Self.piece else { return }
        let mask = UInt64(words.count * 64 - 1)
        var window: UInt32 = 0
        words.withUnsafeMutableBufferPointer { words in
            for (index, byte) in text.enumerated() {
                window = window << 8 | UInt32(Self.lowercase(byte))
                guard index >= Self.piece - 1 else { continue }
                let hash = Self.hash(piece: window)
                let (first, second) = (hash >> 32 & mask, hash & mask)
                words[Int(first >> 6)] |= 1 << (first & 63)
                words[Int(second >> 6)] |= 1 << (second & 63)
            }
        }
    }

    // MARK: Asking

    /// False when the key was not added; true when it may have been.
    func mayContain(key: UInt64) -> Bool {
        var position = key
        let step = Self.step(of: key)
        for _ in 0..<Self.keyBits {
            guard isSet(position) else { return false }
            position &+= step
        }
        return true
    }

    /// False when no text that was added contains this one, whose case does not count.
    func mayContain(text: some Sequence<UInt8>) -> Bool {
        var window: UInt32 = 0
        for (index, byte) in text.enumerated() {
            window = window << 8 | UInt32(Self.lowercase(byte))
            guard index >= Self.piece - 1 else { continue }
            let hash = Self.hash(piece: window)
            guard isSet(hash >> 32), isSet(hash) else { return false }
        }
        return true
    }

    // MARK: Storing

    /// The filter in as little room as keeps at least half of its bits unset.
    var folded: SkipFilter {
        var filter = self
        while filter.words.count * 64 > Self.smallestSize {
            let half = filter.words.count / 2
            let words = (0..<half).map { filter.words[$0] | filter.words[$0 + half] }
            guard words.reduce(0, { $0 + $1.nonzeroBitCount }) * 2 <= half * 64 else { break }
            filter.words = words
        }
        return filter
    }

    /// The filter as it is stored.
    var bytes: [UInt8] { words.withUnsafeBytes { Array($0) } }

    /// Reads what ``bytes`` wrote; nil for what is none.
    init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8, bytes.count.nonzeroBitCount == 1 else { return nil }
        words = (0..<(bytes.count / 8)).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    }

    // MARK: Bits

    private mutating func set(_ position: UInt64) {
        let position = position & UInt64(words.count * 64 - 1)
        words[Int(position >> 6)] |= 1 << (position & 63)
    }

    private func isSet(_ position: UInt64) -> Bool {
        let position = position & UInt64(words.count * 64 - 1)
        return words[Int(position >> 6)] & 1 << (position & 63) != 0
    }

    /// Odd, so that all positions differ.
    private static func step(of key: UInt64) -> UInt64 { key >> 32 | 1 }

    private static func hash(piece: UInt32) -> UInt64 {
        var hash = UInt64(piece) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        return hash &* 0xBF58_476D_1CE4_E5B9
    }

    static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- 65 < 26 ? byte | 32 : byte
    }
}
