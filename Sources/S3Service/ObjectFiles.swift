// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import Synchronization

/// The bodies of objects, a file each.
///
/// A name is given once and never again: a file is complete when it has its name, and nobody writes to it later. Rows
/// of the database refer to names. What no row refers to, because the process died in between, is swept at the next
/// start.
final class ObjectFiles: Sendable {
    private let directory: String
    private let syncs: Bool
    /// Distinguishes the files of this run from those that an earlier one left.
    private let run: String
    private let counter = Atomic<UInt64>(0)

    /// Opens the folder and makes it where it is missing.
    ///
    /// - Parameter syncs: whether a file is on the disk when it has its name.
    /// - Throws: the file system's error.
    init(directory: URL, syncs: Bool) throws {
        self.directory = directory.path
        self.syncs = syncs
        run = String(UInt64.random(in: .min ... .max), radix: 36)
        for folder in 0..<Self.folders {
            try FileManager.default.createDirectory(
                at: directory.appendingPathComponent(Self.folder(folder)), withIntermediateDirectories: true)
        }
        try FileManager.default.createDirectory(
            at: directory.appendingPathComponent("incoming"), withIntermediateDirectories: true)
    }

    /// A few folders keep each of them small enough for any tool.
    private static let folders: UInt64 = 16

    private static func folder(_ number: UInt64) -> String { String(number % folders, radix: 16) }

    /// A name for a new file, `3/run-123`.
    func newName() -> String {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(Self.folder(number))/\(run)-\(number)"
    }

    func temporary() throws(FileError) -> TemporaryFile {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return try TemporaryFile(path: "\(directory)/incoming/\(run)-\(number)")
    }

    func place(_ content: ReceivedBody.Content, as name: String) throws(FileError) {
        switch content {
        case .memory(let pieces):
            let file = try temporary()
            for piece in pieces { try file.append(piece) }
            try place(file, as: name)
        case .file(let file):
            try place(file, as: name)
        }
    }

    /// Gives an object's bytes a second name, so that a copy costs no space and no time.
    ///
    /// - Returns: false when there is no such file any more.
    func link(_ existing: String, as name: String) throws(FileError) -> Bool {
        guard Foundation.link(path(existing), path(name)) == 0 else {
            if errno == ENOENT { return false }
            throw FileError("link", existing)
        }
        try syncFolder(of: name)
        return true
    }

    /// Nil when there is no such file any more.
    func open(_ name: String) throws(FileError) -> OpenFile? {
        try OpenFile(path: path(name))
    }

    func remove(_ names: [String]) {
        for name in names { unlink(path(name)) }
    }

    /// Removes what earlier runs left without a row that refers to it.
    ///
    /// - Parameter isReferenced: asked for each name.
    func sweep(isReferenced: (String) throws -> Bool) throws {
        for folder in (0..<Self.folders).map(Self.folder) + ["incoming"] {
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")
            for file in files where !file.hasPrefix("\(run)-") {
                let name = "\(folder)/\(file)"
                if folder == "incoming" { unlink(path(name)) } else if try !isReferenced(name) { unlink(path(name)) }
            }
        }
    }

    private func place(_ file: TemporaryFile, as name: String) throws(FileError) {
        try file.place(at: path(name), syncs: syncs)
        try syncFolder(of: name)
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)" }

    private func syncFolder(of name: String) throws(FileError) {
        guard syncs else { return }
        let folder = path(String(name.prefix { $0 != "/" }))
        let descriptor = Foundation.open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", folder) }
        defer { Foundation.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError("sync", folder) }
    }
}

/// A body that has arrived whole and was found right.
struct ReceivedBody: Sendable {
    enum Content: Sendable {
        case memory([Bytes])
        case file(TemporaryFile)
    }

    var content: Content
    var summary: BodySummary
}
