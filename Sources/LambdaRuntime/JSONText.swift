// SPDX-License-Identifier: Apache-2.0
import Buffers

extension BytesBuilder {
    /// Appends a text as a JSON string: quoted, with quotation marks, backslashes and control characters escaped.
    mutating func appendJSON(_ text: String) {
        var text = text
        append(byte: UInt8(ascii: "\""))
        text.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<index]))
                appendEscape(byte)
                start = index + 1
            }
            append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start...]))
        }
        append(byte: UInt8(ascii: "\""))
    }

    mutating func append(byte: UInt8) {
        unusedCapacity(minimum: 1)[0] = byte
        didFill(1)
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            let digits = Array("0123456789abcdef".utf8)
            append("\\u00")
            append(byte: digits[Int(byte >> 4)])
            append(byte: digits[Int(byte & 0xF)])
        }
    }
}
