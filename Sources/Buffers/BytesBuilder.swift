// SPDX-License-Identifier: Apache-2.0

/// Collects bytes and then becomes ``Bytes`` without copying them.
///
/// A reader may also fill ``unusedCapacity(minimum:)`` itself and then say with ``didFill(_:)`` how much it wrote.
public struct BytesBuilder: ~Copyable {
    private var storage: Storage
    private var capacity: Int
    /// How many bytes were collected.
    public private(set) var count = 0

    /// A builder without bytes.
    ///
    /// - Parameter capacity: how many bytes fit before memory is allocated again; it grows by itself.
    public init(capacity: Int = 0) {
        storage = capacity == 0 ? .empty : Storage(capacity: capacity)
        self.capacity = capacity
    }

    /// Appends a copy of memory that the caller owns.
    public mutating func append(_ memory: UnsafeRawBufferPointer) {
        guard let source = memory.baseAddress, !memory.isEmpty else { return }
        reserve(memory.count)
        (storage.base + count).copyMemory(from: source, byteCount: memory.count)
        count += memory.count
    }

    /// Appends a copy of some bytes.
    public mutating func append(contentsOf bytes: some Collection<UInt8>) {
        let appended: Void? = bytes.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
        if appended == nil {
            append(contentsOf: Array(bytes))
        }
    }

    /// Appends a copy of bytes.
    public mutating func append(_ bytes: Bytes) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends the UTF-8 form of a text.
    public mutating func append(_ text: some StringProtocol) {
        append(contentsOf: text.utf8)
    }

    /// Memory after the collected bytes, for a reader to fill; at least `minimum` bytes.
    public mutating func unusedCapacity(minimum: Int) -> UnsafeMutableRawBufferPointer {
        reserve(minimum)
        return UnsafeMutableRawBufferPointer(start: storage.base + count, count: capacity - count)
    }

    /// Where the next byte goes; tells a reader whether it was handed this builder's own memory.
    public var end: UnsafeRawPointer { UnsafeRawPointer(storage.base + count) }

    /// Counts bytes that a reader wrote into ``unusedCapacity(minimum:)``.
    public mutating func didFill(_ filled: Int) {
        precondition(filled >= 0 && count + filled <= capacity, "filled \(filled) bytes past the capacity")
        count += filled
    }

    /// Gives the collected bytes up as an immutable value.
    public consuming func finish() -> Bytes {
        Bytes(storage: storage, offset: 0, count: count)
    }

    private mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let grown = max(count + more, 2 * capacity, 64)
        let larger = Storage(capacity: grown)
        larger.base.copyMemory(from: storage.base, byteCount: count)
        storage = larger
        capacity = grown
    }
}
