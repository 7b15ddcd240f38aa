// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Packs a folder of code into a zip file, for code that never was one.
struct FolderArchive {
    let folder: String

    /// Writes the zip file.
    ///
    /// Blocks. A link that leads out of the folder is packed as the file that it leads to.
    ///
    /// - Throws: `ZipWriter.Failure`, or the system's error for a folder that cannot be read.
    func write(to path: String) throws {
        try ZipWriter.write(to: path) { writer in
            for entry in try FileTree.entries(of: folder) { try add(entry, to: writer) }
        }
    }

    private func add(_ found: FileTree.Entry, to writer: ZipWriter) throws {
        switch found.kind {
        case .folder:
            try writer.addFolder(found.path, mode: found.mode, modified: found.modified)
        case .link(let target) where !target.hasPrefix("/"):
            try writer.addLink(found.path, to: target, modified: found.modified)
        case .file, .link:
            guard let file = FileHandle(forReadingAtPath: "\(folder)/\(found.path)") else { return }
            defer { try? file.close() }
            var status = stat()
            guard fstat(file.fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
            try writer.addFile(
                found.path, mode: Int(status.st_mode & 0o777), size: Int(status.st_size), contentsOf: file,
                modified: found.modified)
        }
    }
}
