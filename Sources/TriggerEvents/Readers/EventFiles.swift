// SPDX-License-Identifier: Apache-2.0
import Foundation
import Gzip

/// Reads the events of files and folders one after another: `while let event = try files.next() { … }`.
///
/// Memory holds one piece of a file and the events in it. It blocks while it reads.
public struct EventFiles: ~Copyable {
    private static let pieceSize = 64 * 1024

    private let options: SourceOptions
    private var files: [String]
    private var current: OpenFile?
    private var ready: ArraySlice<ForeignEvent> = []
    /// How many values and lines were read that are no events: other lines of a log, say.
    public private(set) var skipped = 0

    /// The files of these paths, those of folders in the order of their names; `-` is the standard input.
    ///
    /// - Throws: ``SourceError`` for a path where nothing is.
    public init(_ paths: [String], options: SourceOptions) throws(SourceError) {
        self.options = options
        files = []
        for path in paths { files += try Self.files(at: path) }
    }

    /// The next event; nil when there is none left.
    ///
    /// - Throws: ``SourceError`` with the file and the line; the next call goes on with the next file.
    public mutating func next() throws(SourceError) -> ForeignEvent? {
        while ready.isEmpty {
            if current == nil {
                guard let path = files.first else { return nil }
                files.removeFirst()
                current = try OpenFile(path, options)
            }
            guard var file = current.take() else { return nil }
            guard let events = try file.next() else {
                skipped += file.stream.skipped
                if let failure = file.stream.failure { throw failure }
                continue
            }
            ready = events[...]
            current = consume file
        }
        return ready.popFirst()
    }

    /// What export tasks of CloudWatch Logs write to see whether they may.
    private static let ignored: Set<String> = ["aws-logs-write-test"]

    private static func files(at path: String) throws(SourceError) -> [String] {
        if path == "-" { return [path] }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SourceError(position: SourcePosition(file: path, line: 1), reason: "there is no such file or folder")
        }
        guard isFolder.boolValue else { return [path] }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.sorted().compactMap { name in
            let parts = name.split(separator: "/")
            guard !parts.contains(where: { $0.hasPrefix(".") }), let last = parts.last, !ignored.contains(String(last)),
                !last.lowercased().hasSuffix(".md")
            else { return nil }
            let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
            return isFolder.boolValue ? nil : file
        }
    }

    /// A file that is being read, unpacked if need be.
    private struct OpenFile: ~Copyable {
        private let path: String
        private let handle: FileHandle
        private var gunzip = Gunzip()
        private var isPacked = false
        private var isBegun = false
        private var isAtEnd = false
        var stream: EventStream

        init(_ path: String, _ options: SourceOptions) throws(SourceError) {
            guard let handle = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
                throw SourceError(position: SourcePosition(file: path, line: 1), reason: "this cannot be opened")
            }
            self.path = path
            self.handle = handle
            stream = EventStream(file: path, options: options)
        }

        /// The events of the next piece; nil at the end.
        mutating func next() throws(SourceError) -> [ForeignEvent]? {
            guard !isAtEnd, stream.failure == nil else { return nil }
            let data: Data?
            do {
                data = try handle.read(upToCount: EventFiles.pieceSize)
            } catch {
                throw SourceError(position: SourcePosition(file: path, line: 1), reason: "this cannot be read")
            }
            guard let data else {
                isAtEnd = true
                if isPacked, !gunzip.isAtEnd { throw damaged }
                return stream.finish()
            }
            let bytes = [UInt8](data)
            if !isBegun { isPacked = bytes.starts(with: [0x1F, 0x8B]) }
            isBegun = true
            return try unpacked(bytes)
        }

        private mutating func unpacked(_ bytes: [UInt8]) throws(SourceError) -> [ForeignEvent] {
            guard isPacked else { return stream.take(bytes) }
            var pieces: [[UInt8]] = []
            let isFine = bytes.withUnsafeBytes { packed in
                gunzip.unpack(packed) {
                    pieces.append($0)
                    return true
                }
            }
            guard isFine else { throw damaged }
            var events: [ForeignEvent] = []
            for piece in pieces { events += stream.take(piece) }
            return events
        }

        private var damaged: SourceError {
            SourceError(position: SourcePosition(file: path, line: 1), reason: "this is no whole gzip file")
        }
    }
}
