// SPDX-License-Identifier: Apache-2.0
public import AWSWire
public import Buffers
import CLibarchive
import Foundation

/// The zip file of a function's code.
///
/// It comes from outside: nothing of it is written anywhere but below one new folder, and no more than AWS takes.
public struct DeploymentPackage: Sendable {
    /// More entries than any real package has, and the most that a zip file without 64-bit fields can have.
    private static let entryLimit = 65_535
    private static let damaged = AWSError.invalidParameter(
        "Could not unzip uploaded file. Please check your file, then try to upload again.")

    private static let empty = AWSError.invalidParameter("Uploaded file must be a non-empty zip")

    let zip: Bytes

    /// A package that was sent with a request.
    ///
    /// - Throws: AWS's error for a file that is too long.
    public init(zip: Bytes) throws(AWSError) {
        guard zip.count < LambdaLimits.zippedCode else {
            throw .requestTooLarge("Zipped size must be smaller than \(LambdaLimits.zippedCode) bytes")
        }
        self.zip = zip
    }

    /// A package from a bucket, where only what it unpacks to is limited.
    init(object: Bytes) {
        zip = object
    }

    /// Unpacks into a folder below `directory` that is named after the package's digest, unless it is there already;
    /// the zip file itself is kept beside it.
    ///
    /// Blocks.
    ///
    /// - Throws: ``AWSError`` for what is no zip file, would write elsewhere, or holds too much; the system's error for
    ///   a directory that cannot be written to.
    public func unpack(into directory: String) throws -> FunctionCode {
        let digest = zip.withUnsafeBytes { Checksum.value(.sha256, of: $0) }
        let folder = URL(fileURLWithPath: directory).appendingPathComponent(Hex.encode(digest)).path
        let archive = "\(folder).zip"
        let files = FileManager.default
        if !files.fileExists(atPath: folder) || !files.fileExists(atPath: archive) {
            try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try make(folder) { path in
                try files.createDirectory(atPath: path, withIntermediateDirectories: true)
                try UTF8Locale.use { try extract(into: path) }
            }
            try make(archive) { path in
                try zip.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
            }
        }
        return FunctionCode(
            folder: folder, sha256: Base64.encode(digest), size: zip.count, archive: archive,
            unzippedSize: try FileTree.size(of: folder))
    }

    /// Makes a file or folder whole or not at all; when another request was faster, what it made is the same.
    private func make(_ path: String, _ body: (String) throws -> Void) throws {
        let partial = "\(path).\(UUID().uuidString).partial"
        defer { try? FileManager.default.removeItem(atPath: partial) }
        try body(partial)
        if rename(partial, path) != 0, !FileManager.default.fileExists(atPath: path) {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
    }

    private func extract(into folder: String) throws {
        // It begins with its end, which libarchive does not take for a zip file.
        let isEmpty = zip.withUnsafeBytes { $0.starts(with: [0x50, 0x4B, 5, 6]) }
        guard !isEmpty else { throw Self.empty }
        // Entries are counted before the first is written.
        try withArchive { archive in
            var (entry, count) = (nil as OpaquePointer?, 0)
            while archive_read_next_header(archive, &entry) == ARCHIVE_OK {
                count += 1
                guard count <= Self.entryLimit else { throw Self.damaged }
            }
        }
        try withArchive { archive in
            var unpacking = Unpacking(archive: archive, folder: folder)
            try unpacking.run()
        }
    }

    private func withArchive(_ body: (OpaquePointer) throws -> Void) throws {
        guard let archive = archive_read_new() else { throw AWSError.service("out of memory") }
        defer { archive_read_free(archive) }
        archive_read_support_format_zip_seekable(archive)
        try zip.withUnsafeBytes { memory in
            guard archive_read_open_memory(archive, memory.baseAddress, memory.count) == ARCHIVE_OK else {
                throw Self.damaged
            }
            try body(archive)
        }
    }

    /// One run over the entries of an archive.
    private struct Unpacking {
        // `AE_IFDIR` and its like are macros that Swift does not see.
        private static let folderType: mode_t = 0o040000
        private static let fileType: mode_t = 0o100000
        private static let linkType: mode_t = 0o120000

        let archive: OpaquePointer
        let folder: String
        private var written = 0
        /// They are made last: while files are written there is no link that could lead them astray.
        private var links: [(path: String, target: String)] = []

        init(archive: OpaquePointer, folder: String) {
            self.archive = archive
            self.folder = folder
        }

        mutating func run() throws {
            var entry: OpaquePointer?
            var count = 0
            while true {
                let code = archive_read_next_header(archive, &entry)
                if code == ARCHIVE_EOF { break }
                guard code == ARCHIVE_OK, let entry else { throw damaged }
                try take(entry)
                count += 1
            }
            guard count > 0 else { throw DeploymentPackage.empty }
            for (path, target) in links {
                guard symlink(target, path) == 0 else { throw damaged }
            }
        }

        private mutating func take(_ entry: OpaquePointer) throws {
            guard let name = archive_entry_pathname(entry).map({ String(cString: $0) }) else { throw damaged }
            let parts = try Self.parts(of: name)
            let path = ([folder] + parts).joined(separator: "/")
            switch archive_entry_filetype(entry) {
            case Self.folderType:
                try makeFolder(path)
            case Self.linkType:
                guard let target = archive_entry_symlink(entry).map({ String(cString: $0) }) else { throw damaged }
                try Self.check(target: target, of: parts)
                try makeFolder(parentOf: path, parts)
                links.append((path, target))
            case Self.fileType, 0:
                guard !parts.isEmpty else { throw damaged }
                try makeFolder(parentOf: path, parts)
                try write(path, mode: archive_entry_perm(entry))
            default:
                throw damaged
            }
        }

        private mutating func write(_ path: String, mode: mode_t) throws {
            let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw damaged }
            defer { close(file) }
            var block: UnsafeRawPointer?
            var count = 0
            var offset: la_int64_t = 0
            while true {
                let code = archive_read_data_block(archive, &block, &count, &offset)
                if code == ARCHIVE_EOF { break }
                guard code == ARCHIVE_OK else { throw damaged }
                written += count
                guard written < LambdaLimits.unzippedCode else {
                    throw AWSError.invalidParameter(
                        "Unzipped size must be smaller than \(LambdaLimits.unzippedCode) bytes")
                }
                try writeAll(file, UnsafeRawBufferPointer(start: block, count: count), at: offset)
            }
            fchmod(file, (mode & 0o777) | 0o600)
        }

        private func writeAll(_ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
            var done = 0
            while done < bytes.count {
                let count = pwrite(file, bytes.baseAddress! + done, bytes.count - done, off_t(offset) + off_t(done))
                guard count > 0 || errno == EINTR else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
                done += max(0, count)
            }
        }

        private func makeFolder(parentOf path: String, _ parts: [String]) throws {
            guard parts.count > 1 else { return }
            try makeFolder(([folder] + parts.dropLast()).joined(separator: "/"))
        }

        private func makeFolder(_ path: String) throws {
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } catch {
                // A file of the same name, most likely.
                throw damaged
            }
        }

        /// The parts of an entry's name, which must lead downwards only.
        private static func parts(of name: String) throws -> [String] {
            let parts = name.split(separator: "/").map(String.init).filter { $0 != "." }
            guard !name.hasPrefix("/"), !name.contains("\\"), !name.contains("\0"), !parts.contains("..") else {
                throw damaged
            }
            return parts
        }

        /// A link must not lead out of the package.
        private static func check(target: String, of link: [String]) throws {
            var depth = link.count - 1
            guard depth >= 0, !target.isEmpty, !target.hasPrefix("/") else { throw damaged }
            for part in target.split(separator: "/") where part != "." {
                depth += part == ".." ? -1 : 1
                guard depth >= 0 else { throw damaged }
            }
        }
    }
}
