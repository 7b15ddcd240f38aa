// SPDX-License-Identifier: Apache-2.0

/// Takes comments and the contents of texts out of Swift code, line by line.
///
/// It knows line comments, texts in one and in three quotes, and escapes; raw texts count as plain ones.
struct CodeBlanking {
    private static let quote = UInt8(ascii: "\"")
    private static let threeQuotes = [quote, quote, quote]
    private static let comment = Array("//".utf8)

    private var isInMultilineText = false

    mutating func blank(_ line: String) -> String {
        let bytes = Array(line.utf8)
        var kept: [UInt8] = []
        var isInText = false
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: Self.threeQuotes) {
                isInMultilineText.toggle()
                index += 3
            } else if isInMultilineText {
                index += 1
            } else if isInText {
                isInText = bytes[index] != Self.quote
                index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
            } else if bytes[index] == Self.quote {
                isInText = true
                index += 1
            } else if rest.starts(with: Self.comment) {
                break
            } else {
                kept.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
