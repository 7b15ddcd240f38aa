// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import NewPackage

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new package: a function in Swift, its template, an event and a test.",
        discussion: """
            The folder gets the package's name. What is in it builds, passes its tests and runs as it is.

            Examples:
              martlet init bird-counter
              martlet init bird-counter --martlet ../martlet
              martlet init bird-counter --martlet https://example.com/martlet.git --branch main
            """)

    @Argument(help: "The package's name: a letter first; letters, digits, - and _.")
    var name: String

    @Option(
        name: .customLong("martlet"),
        help:
            "Where the package finds LambdaRuntime: a checkout of Martlet, or the URL of its repository. By default the checkout that this program was built in.",
        completion: .directory)
    var library: String?

    @Option(help: "The branch, where --martlet is a URL.")
    var branch = "main"

    func run() throws {
        let name: PackageName
        do throws(PackageNameError) {
            name = try PackageName(self.name)
        } catch {
            throw ValidationError("\(error)")
        }
        let package = NewPackage(name, library: try place())
        let folder = URL(filePath: name.text, directoryHint: .isDirectory)
        let files = FileManager.default
        if let found = try? files.contentsOfDirectory(atPath: folder.path), !found.isEmpty {
            throw ValidationError("The folder \(name.text) is there and has something in it: take another name.")
        }
        for file in package.files {
            let url = folder.appending(path: file.path)
            try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url, options: .withoutOverwriting)
        }
        Console.output((["\(name.text)/"] + package.files.map { "  \($0.path)" }).joined(separator: "\n"))
        Console.note("Next: cd \(name.text), then swift test; martlet test; README.md has the rest.")
    }

    private func place() throws -> NewPackage.Library {
        guard let library else {
            guard let own = Self.ownCheckout else {
                throw ValidationError(
                    "This program does not stand in a checkout of Martlet: name one, or its repository's URL, with --martlet."
                )
            }
            return .folder(own.path)
        }
        if library.contains("://") || library.hasPrefix("git@") { return .repository(library, branch: branch) }
        let folder = URL(filePath: library).standardizedFileURL
        guard Self.isMartlet(folder) else {
            throw ValidationError("\(library) is no checkout of Martlet: it has no Package.swift of that name.")
        }
        return .folder(folder.path)
    }

    private static var ownCheckout: URL? {
        var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        while let candidate = folder, candidate.path != "/" {
            if isMartlet(candidate) { return candidate }
            folder = candidate.deletingLastPathComponent()
        }
        return nil
    }

    private static func isMartlet(_ folder: URL) -> Bool {
        let manifest = try? String(contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
        return manifest?.contains("name: \"martlet\"") ?? false
    }
}
