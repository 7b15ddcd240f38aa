// SPDX-License-Identifier: Apache-2.0

/// Jackson's wording of what is wrong with a text.
extension JSONSyntax.Problem {
    private static let anyValue = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

    func message(in bytes: UnsafeRawBufferPointer) -> String {
        guard position < bytes.count, kind != .end else {
            return "Unexpected end-of-input" + location(in: bytes, bytes.count)
        }
        let met = "Unexpected character (\(Self.name(of: bytes[position]))): "
        let text =
            switch kind {
            case .expectedValue: met + "expected a valid value \(Self.anyValue)"
            case .expectedName: met + "was expecting double-quote to start field name"
            case .expectedColon: met + "was expecting a colon to separate field name and value"
            case .expectedCommaInArray: met + "was expecting comma to separate Array entries"
            case .expectedCommaInObject: met + "was expecting comma to separate Object entries"
            case .number: met + "Expected space separating root-level values"
            case .control:
                "Illegal unquoted character (\(Self.name(of: bytes[position]))): has to be escaped using backslash to be "
                    + "included in string value"
            case .encodingStart: "Invalid UTF-8 start byte 0x\(String(bytes[position], radix: 16))"
            case .encodingMiddle: "Invalid UTF-8 middle byte 0x\(String(bytes[position], radix: 16))"
            case .escape: "Unrecognized character escape"
            case .depth: "Document nesting depth exceeds the maximum allowed (\(JSONSyntax.deepest))"
            case .token, .end: "Unrecognized token '\(token(in: bytes))': was expecting \(Self.anyValue)"
            }
        return text + location(in: bytes, position)
    }

    private func location(in bytes: UnsafeRawBufferPointer, _ position: Int) -> String {
        let before = bytes[..<position]
        let line = before.reduce(1) { $1 == 10 ? $0 + 1 : $0 }
        let column = position - (before.lastIndex(of: 10).map { $0 + 1 } ?? 0) + 1
        return "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); "
            + "line: \(line), column: \(column)]"
    }

    private func token(in bytes: UnsafeRawBufferPointer) -> String {
        let token = bytes[position...].prefix(256).prefix { $0.isIdentifier }
        return String(decoding: token.isEmpty ? bytes[position...].prefix(1) : token, as: UTF8.self)
    }

    private static func name(of byte: UInt8) -> String {
        let isControl = byte < 0x20 || (0x7F...0x9F).contains(byte)
        return isControl
            ? "(CTRL-CHAR, code \(byte))" : "'\(Unicode.Scalar(byte))' (code \(byte))"
    }
}
