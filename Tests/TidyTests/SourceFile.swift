// SPDX-License-Identifier: Apache-2.0

/// A file of the repository: where it is, and what it says.
struct SourceFile: Sendable {
    /// Relative to the repository, `Sources/Buffers/Bytes.swift`.
    let path: String
    let text: String
    let lines: [String]
    /// The lines with comments and the contents of texts blanked, so that a rule about code meets only code.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        var blanking = CodeBlanking()
        code = path.hasSuffix(".swift") ? lines.map { blanking.blank($0) } : []
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    var isSwift: Bool { path.hasSuffix(".swift") }

    var isMarkdown: Bool { path.hasSuffix(".md") }

    /// In a target that others link: not a command, not a test.
    var isLibrary: Bool { isSwift && path.hasPrefix("Sources/") && !path.hasPrefix("Sources/martlet/") }

    var isTest: Bool { path.hasPrefix("Tests/") }

    /// The folder that is the file's target: `Sources/Buffers`.
    var target: String { path.split(separator: "/").prefix(2).joined(separator: "/") }
}

/// Something a reader should not meet.
struct Finding: Sendable, Equatable, CustomStringConvertible {
    let path: String
    /// From 1 on; nil for the file as a whole.
    let line: Int?
    let problem: String

    var description: String {
        line.map { "\(path):\($0): \(problem)" } ?? "\(path): \(problem)"
    }
}
