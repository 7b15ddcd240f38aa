// SPDX-License-Identifier: Apache-2.0

/// Writes an XML document, element by element, with names as given and text escaped.
public struct XMLWriter {
    private var bytes: [UInt8] = []

    /// - Parameter declaration: whether the document begins with `<?xml version="1.0" encoding="UTF-8"?>` and a line
    ///   end.
    public init(declaration: Bool = true) {
        if declaration { bytes.append(contentsOf: Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)) }
    }

    /// An element with elements in it.
    public mutating func element(
        _ name: String, attributes: [(name: String, value: String)] = [], _ content: (inout XMLWriter) -> Void
    ) {
        open(name, attributes)
        content(&self)
        close(name)
    }

    /// An element with text in it.
    public mutating func element(
        _ name: String, attributes: [(name: String, value: String)] = [], _ text: some StringProtocol
    ) {
        open(name, attributes)
        appendEscaped(text)
        close(name)
    }

    /// An element with nothing in it, written as `<Name/>`; it has no attributes.
    public mutating func empty(_ name: String) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(UInt8(ascii: ">"))
    }

    /// The whole document.
    public consuming func finish() -> [UInt8] { bytes }

    private mutating func open(_ name: String, _ attributes: [(name: String, value: String)]) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        for attribute in attributes {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: attribute.name.utf8)
            bytes.append(contentsOf: [UInt8(ascii: "="), UInt8(ascii: "\"")])
            appendEscaped(attribute.value)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func close(_ name: String) {
        bytes.append(contentsOf: [UInt8(ascii: "<"), UInt8(ascii: "/")])
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Control characters become references too: parsers normalise a bare carriage return, and object keys may hold
    /// any.
    private mutating func appendEscaped(_ text: some StringProtocol) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: Array("&amp;".utf8))
            case UInt8(ascii: "<"): bytes.append(contentsOf: Array("&lt;".utf8))
            case UInt8(ascii: ">"): bytes.append(contentsOf: Array("&gt;".utf8))
            case UInt8(ascii: "\""): bytes.append(contentsOf: Array("&quot;".utf8))
            case 9, 10: bytes.append(byte)
            case 0..<32: bytes.append(contentsOf: Array("&#x\(String(byte, radix: 16));".utf8))
            default: bytes.append(byte)
            }
        }
    }
}
