// SPDX-License-Identifier: Apache-2.0

/// Splits a stream of JSON into the values of which it is made, without keeping more than one of them.
///
/// It looks for the ends of values only: whether they are JSON is for their reader to say.
struct JSONSplitter: Sendable {
    struct Piece {
        var bytes: [UInt8]
        /// The line that it begins on, from 1 on.
        var line: Int
    }

    enum Malformed: Error {
        case unexpected(Character)
        case tooLong
        case cutOff
    }

    /// Where the values are: in the array that these members lead to; empty for the outermost values.
    private let path: [[UInt8]]
    /// Whether the items of an outermost array are taken one by one.
    private let opensArrays: Bool
    private let limit: Int

    private(set) var line = 1
    /// The objects and, at last, the array that lead to the values.
    private var frames: [Frame] = []
    private var value: Value?
    private var key: (bytes: [UInt8], isEscaped: Bool)?

    private enum Frame {
        case object(key: [UInt8]?)
        case array
    }

    /// A value that has begun.
    private struct Value {
        var bytes: [UInt8] = []
        var line: Int
        var isKept: Bool
        var depth = 0
        var isInText = false
        var isEscaped = false
        var isScalar = false
    }

    init(path: [String] = [], opensArrays: Bool = true, limit: Int) {
        self.path = path.map { Array($0.utf8) }
        self.opensArrays = opensArrays
        self.limit = limit
    }

    /// Whether a value has begun, and has not ended.
    var isInValue: Bool { value?.isKept ?? false }

    mutating func take(_ bytes: some Sequence<UInt8>, _ emit: (Piece) -> Void) throws(Malformed) {
        for byte in bytes { try take(byte, emit) }
    }

    /// The end of the stream.
    mutating func finish(_ emit: (Piece) -> Void) throws(Malformed) {
        if let value, value.isScalar { end(value, emit) }
        guard value == nil, key == nil, frames.isEmpty else { throw .cutOff }
    }

    private mutating func take(_ byte: UInt8, _ emit: (Piece) -> Void) throws(Malformed) {
        defer { if byte == UInt8(ascii: "\n") { line += 1 } }
        if value != nil {
            guard try continueValue(byte, emit) else { return }
        } else if key != nil {
            return continueKey(byte)
        }
        try between(byte)
        if value != nil { _ = try continueValue(byte, emit) }
    }

    /// A byte outside of values: begins one, or leads further in or out.
    private mutating func between(_ byte: UInt8) throws(Malformed) {
        switch (byte, frames.last) {
        case (UInt8(ascii: " "), _), (UInt8(ascii: "\t"), _), (UInt8(ascii: "\r"), _), (UInt8(ascii: "\n"), _): return
        case (UInt8(ascii: ","), .some), (UInt8(ascii: ":"), .object(key: .some)): return
        case (UInt8(ascii: "]"), .array), (UInt8(ascii: "}"), .object(key: nil)): leave()
        case (UInt8(ascii: "\""), .object(key: nil)): key = ([], false)
        case (UInt8(ascii: "["), nil) where path.isEmpty && opensArrays: frames.append(.array)
        case (UInt8(ascii: "{"), nil) where !path.isEmpty: frames.append(.object(key: nil))
        case (_, .object(key: nil)), (UInt8(ascii: "]"), _), (UInt8(ascii: "}"), _), (UInt8(ascii: ","), _),
            (UInt8(ascii: ":"), _):
            throw .unexpected(Character(Unicode.Scalar(byte)))
        case (_, .object(key: .some(let name))): enter(byte, name)
        case (_, .array): value = Value(line: line, isKept: true)
        case (_, nil): value = Value(line: line, isKept: path.isEmpty)
        }
    }

    /// The first byte of a member's value.
    private mutating func enter(_ byte: UInt8, _ name: [UInt8]) {
        let isOnPath = frames.count <= path.count && path[frames.count - 1] == name
        if isOnPath, frames.count == path.count, byte == UInt8(ascii: "[") {
            frames.append(.array)
        } else if isOnPath, frames.count < path.count, byte == UInt8(ascii: "{") {
            frames.append(.object(key: nil))
        } else {
            value = Value(line: line, isKept: false)
        }
    }

    private mutating func leave() {
        frames.removeLast()
        memberEnded()
    }

    private mutating func memberEnded() {
        if case .object = frames.last { frames[frames.count - 1] = .object(key: nil) }
    }

    private mutating func continueKey(_ byte: UInt8) {
        guard var (bytes, isEscaped) = key else { return }
        if !isEscaped, byte == UInt8(ascii: "\"") {
            frames[frames.count - 1] = .object(key: bytes)
            key = nil
            return
        }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        // A longer name than any that is looked for need not be kept.
        if bytes.count < 64 { bytes.append(byte) }
        key = (bytes, isEscaped)
    }

    /// - Returns: whether the byte is one after the value.
    private mutating func continueValue(_ byte: UInt8, _ emit: (Piece) -> Void) throws(Malformed) -> Bool {
        guard var value = self.value else { return true }
        self.value = nil
        let isFirst = !value.isScalar && !value.isInText && value.depth == 0
        var isLast = false
        switch byte {
        case _ where value.isInText:
            let isQuote = byte == UInt8(ascii: "\"") && !value.isEscaped
            value.isEscaped = !value.isEscaped && byte == UInt8(ascii: "\\")
            value.isInText = !isQuote
            isLast = isQuote && value.depth == 0
        case UInt8(ascii: "\"") where !value.isScalar: value.isInText = true
        case UInt8(ascii: "{") where !value.isScalar, UInt8(ascii: "[") where !value.isScalar: value.depth += 1
        case UInt8(ascii: "}") where value.depth > 0, UInt8(ascii: "]") where value.depth > 0:
            value.depth -= 1
            isLast = value.depth == 0
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: " "), UInt8(ascii: "\n"),
            UInt8(ascii: "\r"), UInt8(ascii: "\t"):
            if value.isScalar {
                end(value, emit)
                return true
            }
        default: value.isScalar = value.isScalar || isFirst
        }
        if value.isKept {
            guard value.bytes.count < limit else { throw .tooLong }
            value.bytes.append(byte)
        }
        if isLast { end(value, emit) } else { self.value = value }
        return false
    }

    private mutating func end(_ value: Value, _ emit: (Piece) -> Void) {
        self.value = nil
        if value.isKept { emit(Piece(bytes: value.bytes, line: value.line)) }
        memberEnded()
    }
}
