// SPDX-License-Identifier: Apache-2.0

/// Takes comments and the contents of texts out of Swift code, line by line.
///
/// It knows line comments, texts in one and in three quotes, and escapes; raw texts count as plain ones.
struct CodeBlanking {
    private var isInMultilineText = false

    mutating func blank(_ line: String) -> String {
        let characters = Array(line)
        var kept = ""
        var isInText = false
        var index = 0
        while index < characters.count {
            let rest = characters[index...]
            if rest.starts(with: ["\"", "\"", "\""]) {
                isInMultilineText.toggle()
                index += 3
            } else if isInMultilineText {
                index += 1
            } else if isInText {
                isInText = characters[index] != "\""
                index += characters[index] == "\\" ? 2 : 1
            } else if characters[index] == "\"" {
                isInText = true
                index += 1
            } else if rest.starts(with: ["/", "/"]) {
                break
            } else {
                kept.append(characters[index])
                index += 1
            }
        }
        return kept
    }
}
