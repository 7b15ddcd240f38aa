// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A program that is run to its end.
struct Tool {
    private static let shownLines = 25

    private let program: String
    private let arguments: [String]
    private let folder: URL?
    private let variables: [String: String]

    /// - Parameter variables: in place of, or besides, those of this process.
    init(_ program: String, _ arguments: [String], folder: URL? = nil, variables: [String: String] = [:]) {
        self.program = program
        self.arguments = arguments
        self.folder = folder
        self.variables = variables
    }

    /// Runs it.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - purpose: for the error.
    ///   - transient: hears each line as it comes.
    /// - Returns: what it wrote.
    /// - Throws: ``PackagingError`` with the end of what it wrote, when it fails.
    @discardableResult
    func run(_ purpose: String, transient: (String) -> Void = { _ in }) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            throw PackagingError("\(program), for \(purpose), cannot be run: \(error.localizedDescription)")
        }
        var text = Data()
        while case let piece = output.fileHandleForReading.availableData, !piece.isEmpty {
            text += piece
            if let line = String(decoding: piece, as: UTF8.self).split(separator: "\n").last { transient(String(line)) }
        }
        process.waitUntilExit()
        let words = String(decoding: text, as: UTF8.self)
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let lines = words.split(separator: "\n").suffix(Self.shownLines).joined(separator: "\n  ")
            throw PackagingError("\(purpose.prefix(1).uppercased() + purpose.dropFirst()) failed.\n  \(lines)")
        }
        return words
    }
}

/// The Swift toolchain that builds functions: `swift` of the `PATH`, and what lies beside it.
public struct Toolchain: Sendable {
    /// Its `bin`.
    let folder: URL
    /// As it says itself: `6.3.1`.
    public let version: String

    /// Finds it.
    ///
    /// Blocks.
    ///
    /// - Throws: ``PackagingError`` when there is none.
    public init() throws {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let found = folders.map { "\($0)/swift" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw PackagingError("Swift is not on the PATH: https://www.swift.org/install/linux/")
        }
        folder = URL(filePath: found).resolvingSymlinksInPath().deletingLastPathComponent()
        let words = try Tool(found, ["--version"]).run("asking Swift for its version").split(separator: " ")
        let place = words.firstIndex(of: "version").map { words.index(after: $0) }
        version = place.flatMap { $0 < words.endIndex ? String(words[$0]) : nil } ?? "unknown"
    }

    var swift: String { folder.appending(path: "swift").path }
    var clang: String { folder.appending(path: "clang").path }
    var linker: String { folder.appending(path: "ld.lld").path }
}
