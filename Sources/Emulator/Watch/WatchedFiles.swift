// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What is watched together: the files of a tree, or single files.
enum WatchedFiles: Sendable {
    /// All files below a folder, those of folders that are hidden left out.
    case tree(URL)
    /// The sources of a Swift package: ``WatchedFiles/sources``.
    case package(URL)
    /// Files that may be there or not.
    case files([URL])

    /// The kinds of files that a build reads.
    static let sources: Set = [
        "swift", "c", "h", "m", "cc", "cpp", "cxx", "hpp", "s", "S", "modulemap", "resolved",
    ]

    /// More folders than that are not watched: nobody edits so many, and the system's watches are for all.
    static let folderLimit = 4096

    /// What there is now.
    struct Scan: Sendable {
        var files: [String: FileStamp] = [:]
        /// Those that must be watched to hear of every change.
        var folders: [String: FolderID] = [:]
    }

    /// Looks at all files; blocks.
    func scan() -> Scan {
        var scan = Scan()
        switch self {
        case .tree(let folder): Self.scan(folder, &scan) { _ in true }
        case .package(let folder): Self.scan(folder, &scan) { Self.sources.contains($0.pathExtension) }
        case .files(let files):
            for file in files {
                scan.note(file)
                let folder = file.deletingLastPathComponent()
                // A folder that is still to be made appears in its own.
                let isThere = FileManager.default.fileExists(atPath: folder.path)
                scan.note(folder: isThere ? folder : folder.deletingLastPathComponent())
            }
        }
        return scan
    }

    /// Whether a change of an entry of a folder can be one of these files.
    ///
    /// - Parameter entry: nil when it is not known.
    func mayInclude(_ entry: String?) -> Bool {
        guard let entry else { return true }
        switch self {
        case .tree, .package: return !entry.hasPrefix(".")
        case .files(let files):
            return files.contains {
                $0.lastPathComponent == entry || $0.deletingLastPathComponent().lastPathComponent == entry
            }
        }
    }

    private static func scan(_ folder: URL, _ scan: inout Scan, _ isMeant: (URL) -> Bool) {
        scan.note(folder: folder)
        let keys: [URLResourceKey] = [.isDirectoryKey]
        let entries = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: keys, options: [.skipsHiddenFiles])
        while let entry = entries?.nextObject() as? URL {
            let isFolder = (try? entry.resourceValues(forKeys: Set(keys)))?.isDirectory ?? false
            if isFolder {
                if scan.folders.count < folderLimit { scan.note(folder: entry) }
            } else if isMeant(entry) {
                scan.note(entry)
            }
        }
    }
}

extension WatchedFiles.Scan {
    /// A file behind a link changes where it is.
    fileprivate mutating func note(_ file: URL) {
        if let stamp = FileStamp(path: file.path) { files[file.path] = stamp }
        let target = file.resolvingSymlinksInPath()
        if target.path != file.path { note(folder: target.deletingLastPathComponent()) }
    }

    fileprivate mutating func note(folder: URL) {
        if let id = FolderID(path: folder.path) { folders[folder.path] = id }
    }
}
