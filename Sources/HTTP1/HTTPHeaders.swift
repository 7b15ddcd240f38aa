// SPDX-License-Identifier: Apache-2.0
import Buffers

/// Header fields in the order in which they were sent; names compare without regard to case.
///
/// All fields live in one block of text, as they stand on the wire: reading a head and writing one allocate next to
/// nothing, and a value becomes a `String` only when somebody asks for it.
public struct HTTPHeaders: Sendable {
    struct Field: Sendable {
        var nameStart: Int32
        var nameCount: Int32
        var valueStart: Int32
        var valueCount: Int32
    }

    /// `Name: value\r\n` of each field.
    private(set) var text: [UInt8] = []
    private(set) var fields: [Field] = []
    /// A field whose bytes are still arriving.
    private var open: Field?

    /// No fields.
    public init() {}

    /// Calls `body` with all fields as they stand on the wire, each ended by CR LF.
    public func withWireText<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        text.withUnsafeBytes(body)
    }

    /// How many fields there are.
    public var count: Int { fields.count }

    /// The first value of a field, or nil; setting it replaces all values, nil removes the field.
    public subscript(_ name: String) -> String? {
        get {
            guard let field = fields.first(where: { isNamed($0, name) }) else { return nil }
            return value(of: field)
        }
        set {
            remove(name)
            if let newValue { add(name, newValue) }
        }
    }

    /// All values of a field, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { isNamed($0, name) }.map(value(of:))
    }

    /// Whether there is a field of that name, even one with an empty value.
    public func contains(_ name: String) -> Bool {
        fields.contains { isNamed($0, name) }
    }

    /// Adds a field; bytes that would end the field (CR, LF, NUL) become spaces.
    public mutating func add(_ name: String, _ value: String) {
        var name = name, value = value
        name.withUTF8 { name in
            value.withUTF8 { value in append(UnsafeRawBufferPointer(name), UnsafeRawBufferPointer(value)) }
        }
    }

    /// Removes all fields of that name; does nothing without one.
    public mutating func remove(_ name: String) {
        guard contains(name) else { return }
        let kept = filter { !$0.name.equalsIgnoringASCIICase(name) }
        text.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        for (name, value) in kept { add(name, value) }
    }

    /// Makes place for a head of the usual size, so that it is not moved while it grows.
    private mutating func reserve() {
        text.reserveCapacity(512)
        fields.reserveCapacity(12)
    }

    mutating func append(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let start = text.count
        if start == 0 { reserve() }
        // In one piece: an array asks with each thing that it is given whether it is its own and large enough.
        withUnsafeTemporaryAllocation(byteCount: name.count + value.count + 4, alignment: 1) { line in
            let valueStart = name.count + 2
            UnsafeMutableRawBufferPointer(rebasing: line[..<name.count]).copyMemory(from: name)
            UnsafeMutableRawBufferPointer(rebasing: line[valueStart...]).copyMemory(from: value)
            line[name.count] = UInt8(ascii: ":")
            line[name.count + 1] = UInt8(ascii: " ")
            if name.mayHaveControls || value.mayHaveControls {
                var field = line[..<(line.count - 2)]
                field.clean()
            }
            line[line.count - 2] = UInt8(ascii: "\r")
            line[line.count - 1] = UInt8(ascii: "\n")
            text.append(contentsOf: line)
        }
        fields.append(
            Field(
                nameStart: Int32(start), nameCount: Int32(name.count), valueStart: Int32(start + name.count + 2),
                valueCount: Int32(value.count)))
    }

    // MARK: Fields that arrive in pieces

    mutating func continueName(_ bytes: UnsafeRawBufferPointer) {
        if open == nil {
            if text.isEmpty { reserve() }
            open = Field(nameStart: Int32(text.count), nameCount: 0, valueStart: 0, valueCount: 0)
        }
        text.append(contentsOf: bytes)
    }

    mutating func continueValue(_ bytes: UnsafeRawBufferPointer) {
        startValue()
        text.append(contentsOf: bytes)
    }

    mutating func endField() {
        startValue()
        guard var field = open else { return }
        while text.count > Int(field.valueStart), let last = text.last, last == 32 || last == 9 { text.removeLast() }
        field.valueCount = Int32(text.count) - field.valueStart
        text.append(UInt8(ascii: "\r"))
        text.append(UInt8(ascii: "\n"))
        fields.append(field)
        open = nil
    }

    var lastNameHasSpace: Bool {
        guard let field = fields.last else { return false }
        return text[Int(field.nameStart)..<Int(field.nameStart + field.nameCount)].contains(UInt8(ascii: " "))
    }

    private mutating func startValue() {
        guard var field = open, field.valueStart == 0 else { return }
        field.nameCount = Int32(text.count) - field.nameStart
        text.append(UInt8(ascii: ":"))
        text.append(UInt8(ascii: " "))
        field.valueStart = Int32(text.count)
        open = field
    }

    private func value(of field: Field) -> String {
        String(decoding: text[Int(field.valueStart)..<Int(field.valueStart + field.valueCount)], as: UTF8.self)
    }

    private func isNamed(_ field: Field, _ name: String) -> Bool {
        guard Int(field.nameCount) == name.utf8.count else { return false }
        var index = Int(field.nameStart)
        for byte in name.utf8 {
            if text[index].lowercasedASCII != byte.lowercasedASCII { return false }
            index += 1
        }
        return true
    }
}

extension HTTPHeaders: Sequence {
    /// The fields in order, each with its name in the case in which it was sent.
    public func makeIterator() -> AnyIterator<(name: String, value: String)> {
        var index = 0
        return AnyIterator {
            guard index < fields.count else { return nil }
            defer { index += 1 }
            let field = fields[index]
            let name = text[Int(field.nameStart)..<Int(field.nameStart + field.nameCount)]
            return (String(decoding: name, as: UTF8.self), value(of: field))
        }
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// The fields of a literal in its order; a name may stand in it more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }
}

extension Slice<UnsafeMutableRawBufferPointer> {
    /// Makes spaces of bytes that would end a field.
    fileprivate mutating func clean() {
        for index in indices where self[index] == 13 || self[index] == 10 || self[index] == 0 {
            self[index] = UInt8(ascii: " ")
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var mayHaveControls: Bool {
        mayContain {
            $0 < 16
        } marks: {
            $0.bytes(below: 16)
        }
    }
}

extension UInt8 {
    var lowercasedASCII: UInt8 { self >= 65 && self <= 90 ? self | 32 : self }
}

extension String {
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }
}
