// SPDX-License-Identifier: Apache-2.0
public import JSON

/// Changes members of a JSON text, and leaves every other byte as somebody wrote it.
struct JSONTextEditor {
    private(set) var bytes: [UInt8]

    /// - Parameter bytes: a JSON text.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Sets a member of the object at a place, or adds it after its other members.
    ///
    /// - Returns: whether there is such an object.
    mutating func set(_ name: String, to value: JSONValue, ofObjectAt place: [JSONLocation.Step]) -> Bool {
        // What is written is as deep as the steps that lead to it, and the lists among them.
        let text = value.indentedText(depth: place.count + 1)
        if let range = range(place + [.name(name)]) {
            bytes.replaceSubrange(range, with: text.utf8)
            return true
        }
        guard let object = range(place), bytes[object.lowerBound] == UInt8(ascii: "{") else { return false }
        var end = object.upperBound - 1
        while end > object.lowerBound + 1, Self.isSpace(bytes[end - 1]) { end -= 1 }
        let indent = String(repeating: "  ", count: place.count + 1)
        let comma = bytes[end - 1] == UInt8(ascii: "{") ? "" : ","
        bytes.insert(contentsOf: "\(comma)\n\(indent)\(JSONValue.string(name).text): \(text)".utf8, at: end)
        return true
    }

    /// Where the value at a place is; nil when there is none.
    private func range(_ place: [JSONLocation.Step]) -> Range<Int>? {
        var position = skippingSpace(from: 0)
        for step in place {
            guard let inner = self.position(of: step, inValueAt: position) else { return nil }
            position = inner
        }
        return end(ofValueAt: position).map { position..<$0 }
    }

    private func position(of step: JSONLocation.Step, inValueAt start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        let isObject = bytes[start] == UInt8(ascii: "{")
        guard isObject || bytes[start] == UInt8(ascii: "[") else { return nil }
        var position = skippingSpace(from: start + 1)
        var index = 0
        while position < bytes.count, bytes[position] != UInt8(ascii: "}"), bytes[position] != UInt8(ascii: "]") {
            var found = JSONLocation.Step.index(index)
            if isObject {
                guard let end = end(ofValueAt: position),
                    let name = bytes[position..<end].withUnsafeBytes({ JSONValue(parsing: $0) })?.string
                else { return nil }
                found = .name(name)
                position = skippingSpace(from: skippingSpace(from: end) + 1)
            }
            if found == step { return position }
            guard let end = end(ofValueAt: position) else { return nil }
            position = skippingSpace(from: end)
            if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
                position = skippingSpace(from: position + 1)
            }
            index += 1
        }
        return nil
    }

    private func end(ofValueAt start: Int) -> Int? {
        var (depth, isInText, isEscaped) = (0, false, false)
        for position in bytes.indices.dropFirst(start) {
            let byte = bytes[position]
            if isInText {
                isInText = byte != UInt8(ascii: "\"") || isEscaped
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                if !isInText, depth == 0 { return position + 1 }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return position }
                depth -= 1
                if depth == 0 { return position + 1 }
            case UInt8(ascii: ","), UInt8(ascii: ":"): if depth == 0 { return position }
            default: if depth == 0, Self.isSpace(byte) { return position }
            }
        }
        return depth == 0 && !isInText ? bytes.count : nil
    }

    private func skippingSpace(from start: Int) -> Int {
        var position = start
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        return position
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [32, 9, 10, 13].contains(byte) }
}

extension TestFile {
    /// The file's text with other members for one of its steps; nil when the text is not that of this file.
    ///
    /// - Parameters:
    ///   - members: what is to be there, `expect` for one.
    ///   - index: which step.
    public func text(_ text: [UInt8], setting members: [String: JSONValue], ofStep index: Int) -> [UInt8]? {
        var editor = JSONTextEditor(text)
        let place: [JSONLocation.Step] = isList ? [.name("steps"), .index(index)] : []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard editor.set(name, to: value, ofObjectAt: place) else { return nil }
        }
        return editor.bytes
    }
}
