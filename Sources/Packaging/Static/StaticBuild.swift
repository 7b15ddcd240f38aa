// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Foundation

/// Builds products of a Swift package as fully static programs.
///
/// They are built again only when something of the package has changed, or the toolchain, or what is linked: asking
/// SwiftPM takes seconds, looking at the files' dates does not.
public struct StaticBuild {
    /// What is linked statically.
    public enum Libraries: Sendable {
        /// Swift's static libraries and a static libcurl.
        case curl(StaticCurl)
        /// All that this Swift SDK brings: `swift sdk list`.
        case sdk(String)
    }

    /// A program that was built.
    public struct Program: Sendable {
        /// Where it is.
        public let file: URL
        /// The files that it was linked from.
        public let inputs: [String]
        /// The folder of the packages that were fetched for it.
        let checkouts: URL
    }

    private let package: URL
    private let libraries: Libraries
    private let tools: Toolchain

    /// Builds of the package in a folder.
    public init(package: URL, libraries: Libraries, tools: Toolchain) {
        self.package = package.resolvingSymlinksInPath()
        self.libraries = libraries
        self.tools = tools
    }

    /// Builds a product, unless it is built.
    ///
    /// Blocks.
    ///
    /// - Throws: ``PackagingError`` with the compiler's words.
    public func program(
        _ product: String, progress: (String) -> Void, transient: (String) -> Void
    ) throws -> Program {
        let record = scratch.appending(path: "\(product).inputs")
        let arguments = try arguments(product)
        let sources = try stampOfSources(arguments)
        if (try? String(contentsOf: record, encoding: .utf8)) == stamp(sources), let program = built(product) {
            return program
        }
        progress("Building \(product), static (release) …")
        try? FileManager.default.removeItem(at: record)
        try Tool(tools.swift, arguments, folder: package).run("building \(product)", transient: transient)
        guard let program = built(product) else {
            throw PackagingError("The package in \(package.path) has no executable product named \(product).")
        }
        try stamp(sources).write(to: record, atomically: true, encoding: .utf8)
        return program
    }

    /// A folder of SwiftPM's own for each way to link: it would compile everything anew when they alternated in one.
    private var scratch: URL {
        switch libraries {
        case .curl: package.appending(path: ".build/static")
        case .sdk(let name): package.appending(path: ".build/static-\(name)")
        }
    }

    private func arguments(_ product: String) throws -> [String] {
        let map = "\(package.path)=/package"
        var all = [
            "build", "-c", "release", "--scratch-path", scratch.path, "--product", product, "--static-swift-stdlib",
            "-Xswiftc", "-file-prefix-map", "-Xswiftc", map, "-Xcc", "-ffile-prefix-map=\(map)",
            "-Xcc", "-ffunction-sections", "-Xcc", "-fdata-sections",
            "-Xlinker", "-s", "-Xlinker", "--build-id=none",
            "-Xlinker", try StaticLinker.writeScript(to: scratch).path, "-Xlinker",
            "--dependency-file=\(inputsFile(product).path)",
        ]
        switch libraries {
        case .sdk(let name): all += ["--swift-sdk", name]
        case .curl(let curl):
            let linker = try StaticLinker.write(to: scratch, prefix: curl.prefix, tools)
            all += [
                "-Xswiftc", "-static-executable", "-Xswiftc", "-use-ld=\(linker.path)", "-Xlinker", "--icf=safe",
                // Static programs register their unwind tables, so the index of these would only take room.
                "-Xlinker", "--no-eh-frame-hdr",
            ]
        }
        return all
    }

    private func inputsFile(_ product: String) -> URL { scratch.appending(path: "\(product).d") }

    private func built(_ product: String) -> Program? {
        let file = scratch.appending(path: "release/\(product)").resolvingSymlinksInPath()
        guard FileManager.default.isExecutableFile(atPath: file.path) else { return nil }
        let text = (try? String(contentsOf: inputsFile(product), encoding: .utf8)) ?? ""
        let rule = text.split(separator: "\n\n", maxSplits: 1).first ?? ""
        let inputs = rule.split(whereSeparator: { $0 == "\n" || $0 == " " || $0 == "\\" }).dropFirst().map(String.init)
        return Program(file: file, inputs: inputs, checkouts: scratch.appending(path: "checkouts"))
    }

    private func stamp(_ sources: String) -> String {
        // SwiftPM writes it during a build.
        let resolved = (try? Data(contentsOf: package.appending(path: "Package.resolved"))) ?? Data()
        return sources + Hex.encode(resolved.withUnsafeBytes { Checksum.value(.sha256, of: $0) })
    }

    private func stampOfSources(_ arguments: [String]) throws -> String {
        var lines = [tools.folder.path, tools.version] + arguments
        if case .curl(let curl) = libraries { lines += [curl.prefix.path, try curl.digest] }
        for folder in [package] + localDependencies { lines += try Self.files(below: folder) }
        return Hex.encode(Checksum.value(.sha256, of: Array(lines.joined(separator: "\n").utf8)))
    }

    /// Packages that are not fetched but edited where they are.
    private var localDependencies: [URL] {
        struct Workspace: Decodable {
            struct Object: Decodable { var dependencies: [Dependency] }
            struct Dependency: Decodable { var packageRef: Reference }
            struct Reference: Decodable { var kind: String, location: String }
            var object: Object
        }
        let data = try? Data(contentsOf: scratch.appending(path: "workspace-state.json"))
        let state = data.flatMap { try? JSONDecoder().decode(Workspace.self, from: $0) }
        let found = state?.object.dependencies.map(\.packageRef).filter { $0.kind == "fileSystem" } ?? []
        return found.map { URL(filePath: $0.location) }
    }

    /// The names, sizes and dates of what a build may read.
    private static func files(below folder: URL) throws -> [String] {
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey, .contentModificationDateKey]
        let found = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: Array(keys), options: [.skipsHiddenFiles])
        var lines: [String] = []
        for case let file as URL in found ?? FileManager.DirectoryEnumerator() {
            let values = try file.resourceValues(forKeys: keys)
            guard values.isRegularFile == true, file.lastPathComponent != "Package.resolved" else { continue }
            let date = values.contentModificationDate?.timeIntervalSince1970 ?? 0
            lines.append("\(file.path) \(values.fileSize ?? 0) \(date)")
        }
        return lines.sorted()
    }
}
