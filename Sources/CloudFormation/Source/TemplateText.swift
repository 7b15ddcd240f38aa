// SPDX-License-Identifier: Apache-2.0

/// The text of a template: bytes that are UTF-8, with the lines that positions are told in.
struct TemplateText: Sendable {
    /// How long a template may be.
    /// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    static let maximumBytes = 1_000_000

    let file: String
    let bytes: [UInt8]
    private let lineStarts: [Int]

    /// - Throws: ``TemplateError`` when there is too much of it, or when it is not UTF-8; its position is that of the
    ///   first bad byte.
    init(_ bytes: [UInt8], file: String) throws(TemplateError) {
        self.file = file
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.lazy.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        if bytes.count > Self.maximumBytes {
            throw error(Fault(offset: 0, message: "the template is longer than \(Self.maximumBytes) bytes"))
        }
        if let offset = Self.firstInvalidByte(of: bytes) {
            throw error(Fault(offset: offset, message: "the template is not valid UTF-8"))
        }
    }

    /// The one value of the text: JSON if it begins with a brace or a bracket, which no template in YAML does.
    func document() throws(Fault) -> Node {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let first = start.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        return isJSON ? try JSONReader.read(self) : try YAMLReader.read(self)
    }

    func diagnostic(_ severity: Diagnostic.Severity, _ fault: Fault) -> Diagnostic {
        let (line, column) = position(of: fault.offset)
        return Diagnostic(
            severity: severity, file: file, line: line, column: column, path: fault.path.description,
            message: fault.message)
    }

    func error(_ fault: Fault) -> TemplateError {
        TemplateError(diagnostics: [diagnostic(.error, fault)])
    }

    private func position(of offset: Int) -> (line: Int, column: Int) {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let before = bytes[lineStarts[low]..<min(offset, bytes.count)]
        // Continuation bytes do not begin a character.
        return (low + 1, before.lazy.filter { $0 & 0xC0 != 0x80 }.count + 1)
    }

    private static func firstInvalidByte(of bytes: [UInt8]) -> Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }
}
