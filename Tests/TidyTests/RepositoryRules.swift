// SPDX-License-Identifier: Apache-2.0

/// The rules that look at several files at once.
enum RepositoryRules {
    static let all: [@Sendable (Repository) -> [Finding]] = [cModules, links, fixtures]

    /// Each C module has one target that imports it, so that C types end there.
    static func cModules(_ repository: Repository) -> [Finding] {
        var importers: [String: Set<String>] = [:]
        for file in repository.files where file.isSwift && !file.isTest {
            for line in file.code {
                let words = line.split(separator: " ")
                guard let keyword = words.firstIndex(of: "import"), keyword < 2, words.count > keyword + 1 else {
                    continue
                }
                let module = String(words[keyword + 1])
                if repository.cModules.contains(module) { importers[module, default: []].insert(file.target) }
            }
        }
        return importers.filter { $0.value.count > 1 }.map { module, targets in
            Finding(path: "Package.swift", line: nil, problem: "\(module) is imported by \(targets.sorted())")
        }
    }

    /// A relative link leads to a file or a folder.
    static func links(_ repository: Repository) -> [Finding] {
        repository.files.filter(\.isMarkdown).flatMap { file in
            file.lines.enumerated().flatMap { index, line in
                line.linkTargets
                    .filter { !repository.exists($0, from: file) }
                    .map { Finding(path: file.path, line: index + 1, problem: "the link to \($0) leads nowhere") }
            }
        }
    }

    /// A sample event or a fixture that nothing names is dead; the events that `make demo` plays are named as a folder.
    static func fixtures(_ repository: Repository) -> [Finding] {
        repository.paths.filter(isFixture).compactMap { path in
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let stem = name.split(separator: ".").first.map(String.init) ?? name
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            let isPlayed = repository.files.contains {
                $0.path == "Makefile" && $0.text.contains("martlet test \(folder)\n")
            }
            let isNamed =
                isPlayed
                || repository.files.contains { file in
                    file.path != path && (file.text.contains(name) || file.text.contains("\"\(stem)\""))
                }
            return isNamed ? nil : Finding(path: path, line: nil, problem: "nothing names this fixture")
        }
    }

    private static func isFixture(_ path: String) -> Bool {
        path.hasPrefix("events/") || (path.hasPrefix("Tests/") && path.contains("/Fixtures/"))
    }
}

extension String {
    /// The relative targets of the Markdown links in a line, without their anchors.
    fileprivate var linkTargets: [String] {
        split(separator: "](").dropFirst().compactMap { rest in
            let target = rest.prefix { $0 != ")" && $0 != "#" && $0 != " " }
            return target.isEmpty || target.contains(":") ? nil : String(target)
        }
    }
}
