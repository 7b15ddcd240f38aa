// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The one range of bytes that a request asks for with `Range: bytes=…`.
enum ByteRange: Sendable, Equatable {
    case from(Int)
    case between(Int, Int)
    case last(Int)

    /// Nil for a header that S3 does not heed: broken, of another unit, or with more than one range.
    init?(_ header: String) {
        guard let equals = header.firstIndex(of: "="), header[..<equals].lowercased() == "bytes" else { return nil }
        let parts = header[header.index(after: equals)...].split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " } }
        guard parts.count == 2 else { return nil }
        switch (Self.number(parts[0]), Self.number(parts[1])) {
        case (let first?, let last?) where first <= last: self = .between(first, last)
        case (let first?, nil) where parts[1].isEmpty: self = .from(first)
        case (nil, let count?) where parts[0].isEmpty: self = .last(count)
        default: return nil
        }
    }

    /// The positions in an object of `size` bytes; nil when it has none of them.
    func positions(in size: Int) -> Range<Int>? {
        switch self {
        case .from(let first): first < size ? first..<size : nil
        case .between(let first, let last): first < size ? first..<min(last + 1, size) : nil
        case .last(let count): count > 0 && size > 0 ? max(0, size - count)..<size : nil
        }
    }

    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        // More digits than a number holds mean a position behind every object's end; one less leaves room for "+ 1".
        return Int(text) ?? (Int.max - 1)
    }
}
