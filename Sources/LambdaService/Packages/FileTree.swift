// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation

/// The files below a folder; symbolic links are not followed.
enum FileTree {
    /// What is at one path.
    enum Kind: Equatable {
        case folder
        case file
        case link(to: String)
    }

    /// One file, folder or link.
    struct Entry {
        /// From the folder on.
        var path: String
        var kind: Kind
        var size: Int
        /// The permissions, `0o755` say.
        var mode: Int
        var modified: Date
    }

    /// Everything below a folder, in the order of the paths: a folder before what is in it.
    ///
    /// Blocks. What is neither file, folder nor link is left out.
    ///
    /// - Throws: the system's error for a folder that cannot be read.
    static func entries(of folder: String) throws -> [Entry] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().compactMap { path in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
            guard let kind = try kind(of: "\(folder)/\(path)", attributes) else { return nil }
            return Entry(
                path: path, kind: kind, size: (attributes[.size] as? Int) ?? 0,
                mode: (attributes[.posixPermissions] as? Int) ?? 0o644,
                modified: (attributes[.modificationDate] as? Date) ?? Date(timeIntervalSince1970: 0))
        }
    }

    /// What is at a path; nil when nothing is.
    ///
    /// Blocks.
    static func kind(of path: String) -> Kind? {
        (try? FileManager.default.attributesOfItem(atPath: path)).flatMap { try? kind(of: path, $0) }
    }

    private static func kind(of path: String, _ attributes: [FileAttributeKey: Any]) throws -> Kind? {
        switch attributes[.type] as? FileAttributeType {
        case .typeDirectory: .folder
        case .typeRegular: .file
        case .typeSymbolicLink: .link(to: try FileManager.default.destinationOfSymbolicLink(atPath: path))
        default: nil
        }
    }

    /// How many bytes the files of a folder hold.
    ///
    /// Blocks.
    ///
    /// - Throws: the system's error for a folder that cannot be read.
    static func size(of folder: String) throws -> Int {
        try entries(of: folder).reduce(0) { $1.kind == .file ? $0 + $1.size : $0 }
    }
}

extension FunctionCode {
    /// The files of a folder as code: their names, sizes and dates stand for their digest.
    ///
    /// Blocks.
    ///
    /// - Throws: the system's error for a folder that cannot be read.
    public static func folder(_ path: String) throws -> FunctionCode {
        let entries = try FileTree.entries(of: path)
        let listing = entries.map { "\($0.path) \($0.kind) \($0.size) \($0.mode) \($0.modified.timeIntervalSince1970)" }
        return FunctionCode(
            folder: path,
            sha256: Base64.encode(Checksum.value(.sha256, of: Array(([path] + listing).joined(separator: "\n").utf8))),
            size: entries.reduce(0) { $1.kind == .file ? $0 + $1.size : $0 })
    }
}
