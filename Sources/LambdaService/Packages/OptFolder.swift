// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation

/// What stands for a function's `/opt`: its layers, each unpacked over those before it.
struct OptFolder {
    /// In the order of the function's `Layers`.
    let layers: [FunctionLayer]

    /// Merges the layers into one folder below `directory`, unless that has been done already.
    ///
    /// Blocks.
    ///
    /// - Returns: the folder; a single layer's own, and none without layers.
    /// - Throws: the system's error for a directory that cannot be written to.
    func make(in directory: String) throws -> String? {
        guard layers.count > 1 else { return layers.first?.folder }
        let digests = layers.map(\.sha256).joined(separator: "\n")
        let name = Self.prefix + Hex.encode(Checksum.value(.sha256, of: Array(digests.utf8)))
        let folder = URL(fileURLWithPath: directory).appendingPathComponent(name).path
        let files = FileManager.default
        guard !files.fileExists(atPath: folder) else { return folder }
        let partial = "\(folder).\(UUID().uuidString).partial"
        defer { try? files.removeItem(atPath: partial) }
        try files.createDirectory(atPath: partial, withIntermediateDirectories: true)
        for layer in layers { try Self.lay(layer.folder, over: partial) }
        if rename(partial, folder) != 0, !files.fileExists(atPath: folder) {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
        return folder
    }

    /// What the names of merged folders begin with.
    static let prefix = "opt-"

    private static func lay(_ source: String, over target: String) throws {
        // Folders come before what is in them, so no path leads through a link that an earlier layer left.
        for entry in try FileTree.entries(of: source) {
            let path = "\(target)/\(entry.path)"
            if entry.kind == .folder, FileTree.kind(of: path) == .folder { continue }
            try? FileManager.default.removeItem(atPath: path)
            switch entry.kind {
            case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case .link(let destination):
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: destination)
            case .file: try copy("\(source)/\(entry.path)", to: path)
            }
        }
    }

    /// Unpacked files never change, so another name for them does; a copy where the file system has no such names.
    private static func copy(_ source: String, to target: String) throws {
        if link(source, target) != 0 { try FileManager.default.copyItem(atPath: source, toPath: target) }
    }
}
