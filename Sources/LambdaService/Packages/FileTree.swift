// SPDX-License-Identifier: Apache-2.0
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
            let whole = "\(folder)/\(path)"
            let attributes = try FileManager.default.attributesOfItem(atPath: whole)
            let kind: Kind
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory: kind = .folder
            case .typeRegular: kind = .file
            case .typeSymbolicLink:
                kind = .link(to: try FileManager.default.destinationOfSymbolicLink(atPath: whole))
            default: return nil
            }
            return Entry(
                path: path, kind: kind, size: (attributes[.size] as? Int) ?? 0,
                mode: (attributes[.posixPermissions] as? Int) ?? 0o644,
                modified: (attributes[.modificationDate] as? Date) ?? Date(timeIntervalSince1970: 0))
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
