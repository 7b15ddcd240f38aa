// SPDX-License-Identifier: Apache-2.0
import CLibarchive
import Foundation

/// Packs a folder of code into a zip file, for code that never was one.
struct FolderArchive {
    /// Why a folder cannot be packed.
    struct Failure: Error {
        let reason: String
    }

    // `AE_IFDIR` and its like are macros that Swift does not see.
    private static let folderType: UInt32 = 0o040000
    private static let fileType: UInt32 = 0o100000
    private static let linkType: UInt32 = 0o120000

    let folder: String

    /// Writes the zip file.
    ///
    /// Blocks. A link that leads out of the folder is packed as the file that it leads to.
    ///
    /// - Throws: ``Failure``, or the system's error for a folder that cannot be read.
    func write(to path: String) throws {
        guard let archive = archive_write_new() else { throw Failure(reason: "out of memory") }
        defer { archive_write_free(archive) }
        archive_write_set_format_zip(archive)
        try UTF8Locale.use {
            // What it converts from is the locale of this moment.
            try check(archive_write_set_options(archive, "hdrcharset=UTF-8"), archive)
            try check(archive_write_open_filename(archive, path), archive)
            for entry in try FileTree.entries(of: folder) { try add(entry, to: archive) }
            try check(archive_write_close(archive), archive)
        }
    }

    private func add(_ found: FileTree.Entry, to archive: OpaquePointer) throws {
        guard let entry = archive_entry_new() else { throw Failure(reason: "out of memory") }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, found.path)
        archive_entry_set_perm(entry, mode_t(found.mode))
        archive_entry_set_mtime(entry, time_t(found.modified.timeIntervalSince1970), 0)
        switch found.kind {
        case .folder:
            archive_entry_set_filetype(entry, Self.folderType)
            try check(archive_write_header(archive, entry), archive)
        case .link(let target) where !target.hasPrefix("/"):
            archive_entry_set_filetype(entry, Self.linkType)
            archive_entry_set_symlink(entry, target)
            try check(archive_write_header(archive, entry), archive)
        case .file, .link:
            guard let file = FileHandle(forReadingAtPath: "\(folder)/\(found.path)") else { return }
            defer { try? file.close() }
            var status = stat()
            guard fstat(file.fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
            archive_entry_set_perm(entry, status.st_mode & 0o777)
            archive_entry_set_filetype(entry, Self.fileType)
            archive_entry_set_size(entry, la_int64_t(status.st_size))
            try check(archive_write_header(archive, entry), archive)
            try copy(file, to: archive)
        }
    }

    private func copy(_ file: FileHandle, to archive: OpaquePointer) throws {
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
            let written = piece.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
            guard written == piece.count else { throw failure(of: archive) }
        }
    }

    private func check(_ code: Int32, _ archive: OpaquePointer) throws {
        guard code >= ARCHIVE_WARN else { throw failure(of: archive) }
    }

    private func failure(of archive: OpaquePointer) -> Failure {
        Failure(reason: archive_error_string(archive).map { String(cString: $0) } ?? "unknown")
    }
}
