// SPDX-License-Identifier: Apache-2.0

/// What `ArnLike` compares ARNs with: each of the six parts may hold `*` for any text and `?` for one character.
///
/// IAM User Guide, "Amazon Resource Name (ARN) condition operators": the parts are compared separately, case counts.
struct ARNPattern: Sendable, Equatable {
    /// The pattern as it is written.
    let text: String
    private let parts: [Substring]

    init(_ text: String) {
        self.text = text
        parts = Self.parts(of: text)
    }

    /// Whether an ARN is one of those that the pattern stands for.
    func matches(_ arn: String) -> Bool {
        let candidate = Self.parts(of: arn)
        return parts.count == candidate.count && zip(parts, candidate).allSatisfy { Self.matches($0, $1) }
    }

    private static func parts(of text: String) -> [Substring] {
        text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    }

    private static func matches(_ pattern: Substring, _ text: Substring) -> Bool {
        let (pattern, text) = (Array(pattern.unicodeScalars), Array(text.unicodeScalars))
        var (position, index) = (0, 0)
        /// The last star, and where what it stands for ends so far.
        var star: (position: Int, index: Int)?
        while index < text.count {
            if position < pattern.count, pattern[position] == "*" {
                star = (position, index)
                position += 1
            } else if position < pattern.count, pattern[position] == "?" || pattern[position] == text[index] {
                position += 1
                index += 1
            } else if let last = star {
                star = (last.position, last.index + 1)
                (position, index) = (last.position + 1, last.index + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == "*" }
    }
}
