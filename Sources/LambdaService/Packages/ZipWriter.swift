// SPDX-License-Identifier: Apache-2.0
import CLibarchive
public import Foundation

/// Writes a zip file, entry by entry, in the order in which they are added.
public struct ZipWriter {
    /// Why a zip file cannot be written.
    public struct Failure: Error, CustomStringConvertible {
        /// The library's words.
        public let description: String
    }

    // `AE_IFDIR` and its like are macros that Swift does not see.
    private static let folderType: UInt32 = 0o040000
    private static let fileType: UInt32 = 0o100000
    private static let linkType: UInt32 = 0o120000

    private let archive: OpaquePointer

    /// Writes a file with what the body adds.
    ///
    /// Blocks.
    ///
    /// - Parameter options: libarchive's (archive_write_set_options(3)), `zip:compression-level=9` say.
    /// - Throws: ``Failure``, and what the body throws.
    public static func write(
        to path: String, options: [String] = [], _ body: (ZipWriter) throws -> Void
    ) throws {
        guard let archive = archive_write_new() else { throw Failure(description: "out of memory") }
        defer { archive_write_free(archive) }
        let writer = ZipWriter(archive: archive)
        archive_write_set_format_zip(archive)
        try UTF8Locale.use {
            // What it converts from is the locale of this moment.
            try writer.check(
                archive_write_set_options(archive, (["hdrcharset=UTF-8"] + options).joined(separator: ",")))
            try writer.check(archive_write_open_filename(archive, path))
            try body(writer)
            try writer.check(archive_write_close(archive))
        }
    }

    /// Adds a folder.
    ///
    /// - Parameter modified: nil for the first moment that a zip file can tell, in whatever time zone.
    public func addFolder(_ path: String, mode: Int, modified: Date? = nil) throws {
        try add(path, Self.folderType, mode, modified)
    }

    /// Adds a symbolic link.
    public func addLink(_ path: String, to target: String, modified: Date? = nil) throws {
        try add(path, Self.linkType, 0o777, modified) { archive_entry_set_symlink($0, target) }
    }

    /// Adds a file with these bytes.
    public func addFile(_ path: String, mode: Int, bytes: [UInt8], modified: Date? = nil) throws {
        try add(path, Self.fileType, mode, modified) { archive_entry_set_size($0, la_int64_t(bytes.count)) }
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Adds a file with as many bytes as another is long, from its beginning.
    public func addFile(
        _ path: String, mode: Int, size: Int, contentsOf file: FileHandle, modified: Date? = nil
    ) throws {
        try add(path, Self.fileType, mode, modified) { archive_entry_set_size($0, la_int64_t(size)) }
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
            try piece.withUnsafeBytes { try write($0) }
        }
    }

    private func add(
        _ path: String, _ type: UInt32, _ mode: Int, _ modified: Date?, _ body: (OpaquePointer) -> Void = { _ in }
    ) throws {
        guard let entry = archive_entry_new() else { throw Failure(description: "out of memory") }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, path)
        archive_entry_set_filetype(entry, type)
        archive_entry_set_perm(entry, mode_t(mode))
        if let modified { archive_entry_set_mtime(entry, time_t(modified.timeIntervalSince1970), 0) }
        body(entry)
        try check(archive_write_header(archive, entry))
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else { throw failure }
    }

    private func check(_ code: Int32) throws {
        guard code >= ARCHIVE_WARN else { throw failure }
    }

    private var failure: Failure {
        Failure(description: archive_error_string(archive).map { String(cString: $0) } ?? "unknown")
    }
}
