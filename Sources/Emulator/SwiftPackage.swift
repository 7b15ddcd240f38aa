// SPDX-License-Identifier: Apache-2.0
public import Foundation

/// The Swift package that a template stands in, and the executables it builds.
public struct SwiftPackage: Sendable {
    let folder: URL
    /// Whether the executable that was built last is the one that is meant, in whatever configuration.
    var prefersNewest = false

    /// The nearest folder, this one or one that it is in, that has a `Package.swift`.
    public static func root(of folder: URL) -> URL? {
        var folder = folder.standardizedFileURL
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            guard folder.path != "/" else { return nil }
            folder.deleteLastPathComponent()
        }
        return folder
    }

    /// Where an executable of the package is.
    ///
    /// The configuration that the running emulator was built with comes first, so that a debug emulator runs debug
    /// functions; then release, then debug.
    ///
    /// - Throws: ``EmulatorError`` when it is not built and building it fails.
    func executable(_ product: String, progress: @Sendable (String) -> Void) throws -> URL {
        if let built = builtExecutable(product) { return built }
        progress("Building \(product) (swift build -c release --product \(product)) …")
        try build(product)
        if let built = builtExecutable(product) { return built }
        throw EmulatorError("The package in \(folder.path) has no executable product named \(product).")
    }

    private func builtExecutable(_ product: String) -> URL? {
        let built = candidates(product).filter { FileManager.default.isExecutableFile(atPath: $0.path) }
        return prefersNewest ? built.max { Self.date($0) < Self.date($1) } : built.first
    }

    /// Where an executable may be, the preferred place first.
    func candidates(_ product: String) -> [URL] {
        var folders = ["release", "debug"].map { folder.appending(path: ".build/\($0)") }
        if let own = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent(),
            own.path.hasPrefix(folder.resolvingSymlinksInPath().appending(path: ".build").path)
        {
            folders.sort { first, _ in first.resolvingSymlinksInPath().path == own.path }
        }
        return folders.map { $0.appending(path: product) }
    }

    /// The configuration in which an executable was built that is used: `debug` or `release`.
    func configuration(of product: String) -> String {
        builtExecutable(product)?.deletingLastPathComponent().lastPathComponent ?? "release"
    }

    private static func date(_ file: URL) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }

    private func build(_ product: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["swift", "build", "-c", "release", "--product", product]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        // The ready line owns the standard output.
        process.standardOutput = FileHandle.standardError
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw EmulatorError(
                "Building \(product) failed; run 'swift build -c release --product \(product)' in \(folder.path).")
        }
    }
}
