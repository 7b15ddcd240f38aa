// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The repository as the rules see it: its files, without what was built or installed in it.
struct Repository: Sendable {
    /// Every file's path, relative to the repository.
    let paths: [String]
    /// The files that are text for people or compilers.
    let files: [SourceFile]
    let cModules: Set<String>

    init(files: [SourceFile], otherPaths: [String] = [], cModules: Set<String> = []) {
        self.files = files
        self.cModules = cModules
        paths = files.map(\.path) + otherPaths
    }

    /// Reads the repository that this file is in.
    static func read() throws -> Repository {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent()
        let paths = try files(below: root)
        let readable = try paths.filter(isText).map { path in
            SourceFile(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
        }
        let modules = paths.filter { $0.hasSuffix("module.modulemap") }.map { $0.split(separator: "/")[1] }
        return Repository(
            files: readable, otherPaths: paths.filter { !isText($0) }, cModules: Set(modules.map(String.init)))
    }

    func exists(_ link: String, from file: SourceFile) -> Bool {
        var folders = file.path.split(separator: "/").dropLast()
        for piece in link.split(separator: "/") {
            switch piece {
            case ".": continue
            case "..":
                guard !folders.isEmpty else { return false }
                folders.removeLast()
            default: folders.append(piece)
            }
        }
        let path = folders.joined(separator: "/")
        return path.isEmpty || paths.contains { $0 == path || $0.hasPrefix(path + "/") }
    }

    private static func isText(_ path: String) -> Bool {
        let endings = [".swift", ".md", ".py", ".json", ".txt", ".h", ".c", ".ini", ".toml", ".yml", ".yaml"]
        return endings.contains { path.hasSuffix($0) } || path == "Makefile" || path.hasPrefix("scripts/")
            || path.hasPrefix(".ci/")
    }

    /// Walks what git would track; folders that hold builds, state or packages are left out.
    private static func files(below root: URL) throws -> [String] {
        let start = root.standardizedFileURL.path(percentEncoded: false)
        guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        else {
            throw CocoaError(.fileReadNoSuchFile)
        }
        var found: [String] = []
        for case let file as URL in walk {
            if isLeftOut(file.lastPathComponent) {
                walk.skipDescendants()
            } else if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                let path = file.standardizedFileURL.path(percentEncoded: false)
                found.append(String(path.dropFirst(start.count).drop { $0 == "/" }))
            }
        }
        return found.sorted()
    }

    private static func isLeftOut(_ name: String) -> Bool {
        let names: Set<String> = [
            ".git", ".martlet", ".swiftpm", ".venv", "__pycache__", ".pytest_cache", "Package.resolved",
        ]
        return names.contains(name) || name.hasPrefix(".build")
    }
}
