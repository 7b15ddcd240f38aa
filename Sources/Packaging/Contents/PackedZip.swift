// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation
import LambdaService

/// A zip file that was made, and what AWS will say of it.
public struct PackedZip: Sendable, Equatable {
    /// Where it is.
    public let path: String
    /// Base64 of its SHA-256, as functions' `CodeSha256`.
    public let sha256: String
    /// In bytes.
    public let size: Int

    /// A zip file that is there.
    ///
    /// Blocks.
    ///
    /// - Throws: the system's error when it cannot be read.
    public init(path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        self.path = path
        sha256 = Base64.encode(data.withUnsafeBytes { Checksum.value(.sha256, of: $0) })
        size = data.count
    }

    /// Writes a package: the same contents give the same bytes, whenever, wherever and by whomever they are packed.
    ///
    /// Blocks. What is there already is replaced once the new one is whole.
    ///
    /// - Throws: ``PackagingError`` for a package that is too large, the system's error for a file that cannot be read.
    public static func write(_ contents: PackageContents, to path: String, name: String) throws -> PackedZip {
        try PackageLimits.check(contents, zipped: 0, name: name)
        let partial = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
        defer { try? FileManager.default.removeItem(atPath: partial) }
        try ZipWriter.write(to: partial, options: ["zip:compression-level=9"]) { writer in
            for entry in contents.entries { try add(entry, to: writer) }
        }
        let zip = try PackedZip(path: partial)
        try PackageLimits.check(contents, zipped: zip.size, name: name)
        guard rename(partial, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return try PackedZip(path: path)
    }

    private static func add(_ entry: PackageContents.Entry, to writer: ZipWriter) throws {
        switch entry.source {
        case .link(let target): try writer.addLink(entry.path, to: target)
        case .bytes(let bytes): try writer.addFile(entry.path, mode: entry.mode, bytes: bytes)
        case .file(let path):
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            try writer.addFile(entry.path, mode: entry.mode, size: entry.size, contentsOf: file)
        }
    }
}
