// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Immutable bytes that are shared, never copied: what a payload is from the socket it came from to the one it goes to.
///
/// A value is a view into reference-counted storage, so passing it on and slicing it cost no copy.
public struct Bytes: Sendable {
    private let storage: Storage
    private let offset: Int
    /// How many bytes there are.
    public let count: Int

    /// No bytes.
    public init() {
        self.init(storage: .empty, offset: 0, count: 0)
    }

    /// A copy of some bytes.
    public init(_ bytes: some Collection<UInt8>) {
        var builder = BytesBuilder(capacity: bytes.count)
        builder.append(contentsOf: bytes)
        self = builder.finish()
    }

    /// The UTF-8 form of a text.
    public init(_ text: some StringProtocol) {
        self.init(text.utf8)
    }

    /// A copy of memory that the caller owns.
    public init(copying memory: UnsafeRawBufferPointer) {
        var builder = BytesBuilder(capacity: memory.count)
        builder.append(memory)
        self = builder.finish()
    }

    init(storage: Storage, offset: Int, count: Int) {
        self.storage = storage
        self.offset = offset
        self.count = count
    }

    /// Whether there is no byte.
    public var isEmpty: Bool { count == 0 }

    /// Calls `body` with the bytes, which are valid only during the call.
    ///
    /// - Throws: what `body` throws.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: storage.base + offset, count: count))
    }

    /// The bytes from one position up to another, sharing this value's storage.
    public func slice(_ range: Range<Int>) -> Bytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice \(range) of \(count) bytes")
        return Bytes(storage: storage, offset: offset + range.lowerBound, count: range.count)
    }

    /// A copy as an array.
    public var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    public var string: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

extension Bytes: Equatable {
    /// Whether both have the same bytes, wherever they are stored; takes time in proportion to `count`.
    public static func == (left: Bytes, right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        return memcmp(left.storage.base + left.offset, right.storage.base + right.offset, left.count) == 0
    }
}

extension Bytes: ExpressibleByStringLiteral {
    /// A copy of the UTF-8 form of a literal.
    public init(stringLiteral value: StaticString) {
        self = value.withUTF8Buffer { Bytes($0) }
    }
}

extension Bytes: CustomStringConvertible {
    /// How many bytes there are, and none of them: `12 bytes` for one.
    public var description: String { "\(count) bytes" }
}

/// The memory behind ``Bytes``.
///
/// Safety: `@unchecked Sendable` because the memory is written by its one ``BytesBuilder`` only, which gives it up in
/// `finish()`.
final class Storage: @unchecked Sendable {
    static let empty = Storage(capacity: 0)

    let base: UnsafeMutableRawPointer

    init(capacity: Int) {
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        base.deallocate()
    }
}
