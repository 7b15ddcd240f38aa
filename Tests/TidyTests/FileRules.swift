// SPDX-License-Identifier: Apache-2.0

/// The rules about one file that are more than a word.
enum FileRules {
    static let all: [@Sendable (SourceFile) -> [Finding]] = [
        licence, lineLength, uncheckedSendable, leftovers, machinePaths, readmeLength, sleepingClient,
    ]

    static func licence(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.name != "Package.swift" else { return [] }
        let isFirst = file.lines.first == "// SPDX-License-Identifier: Apache-2.0"
        return isFirst ? [] : [Finding(path: file.path, line: 1, problem: "the first line is not the licence's")]
    }

    /// A line is longer only when a text or an address in it makes it so, as neither can be broken.
    static func lineLength(_ file: SourceFile) -> [Finding] {
        guard file.isSwift else { return [] }
        return zip(file.lines, file.code).enumerated().compactMap { index, line in
            let (text, code) = line
            let isComment = text.drop { $0 == " " }.hasPrefix("//")
            let isUnbreakable = isComment ? text.contains("://") : code.utf8.count < text.utf8.count
            guard text.utf8.count > 120, text.count > 120, !isUnbreakable else { return nil }
            return Finding(path: file.path, line: index + 1, problem: "\(text.count) columns, 120 are allowed")
        }
    }

    /// `@unchecked Sendable` is a promise, so the lines around it say who keeps it.
    static func uncheckedSendable(_ file: SourceFile) -> [Finding] {
        guard file.isSwift else { return [] }
        let lines = file.lines
        return file.code.enumerated().compactMap { index, line in
            let around = lines[max(0, index - 8)...min(index + 2, lines.count - 1)]
            guard line.contains("@unchecked Sendable"), !around.contains(where: { $0.contains("Safety:") }) else {
                return nil
            }
            return Finding(path: file.path, line: index + 1, problem: "`@unchecked Sendable` without a `Safety:` line")
        }
    }

    /// What was to be done is done, or is an issue.
    static func leftovers(_ file: SourceFile) -> [Finding] {
        let words = ["TO" + "DO", "FIX" + "ME"]
        return each(file.lines, of: file) { line in
            words.first { line.containsAsWord($0) }.map { "`\($0)`: open work belongs into an issue" }
        }
    }

    /// A path of somebody's machine is of no use to anybody else.
    static func machinePaths(_ file: SourceFile) -> [Finding] {
        let folders = ["/" + "work/", "/" + "root/"]
        return each(file.lines, of: file) { line in
            folders.first { line.containsAsWord($0) }.map { "`\($0)` is a path of one machine" }
        }
    }

    static func readmeLength(_ file: SourceFile) -> [Finding] {
        let count = file.lines.count
        guard file.path == "README.md", count > 150 else { return [] }
        return [Finding(path: file.path, line: nil, problem: "\(count) lines, 150 are allowed")]
    }

    /// The client tests wait with `eventually` of one file, which asks again until a deadline.
    static func sleepingClient(_ file: SourceFile) -> [Finding] {
        guard file.path.hasPrefix("Tests/Clients/"), file.name.hasSuffix(".py"), file.name != "waiting.py" else {
            return []
        }
        return each(file.lines, of: file) {
            $0.contains("time.sleep(") ? "a test waits for what happens, not for time to pass" : nil
        }
    }

    private static func each(
        _ lines: [String], of file: SourceFile, _ problem: (String) -> String?
    ) -> [Finding] {
        lines.enumerated().compactMap { index, line in
            problem(line).map { Finding(path: file.path, line: index + 1, problem: $0) }
        }
    }
}
