// SPDX-License-Identifier: Apache-2.0

/// A pattern for names: `*` stands for any characters, `?` for one.
struct Glob: Sendable, Equatable {
    private let pattern: [UInt8]

    init(_ pattern: String) {
        self.pattern = Array(pattern.utf8)
    }

    /// Whether the whole of a text is as the pattern says; takes no longer than the product of their lengths.
    func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        var (at, position) = (0, 0)
        // Where to go on when what follows the last star did not fit.
        var star: (pattern: Int, text: Int)?
        while position < text.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == text[position] || pattern[at] == UInt8(ascii: "?") {
                at += 1
                position += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                at = last.pattern + 1
                position = last.text + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
