// SPDX-License-Identifier: Apache-2.0

/// What is in a package, in the order in which it is written: that of the names' bytes.
///
/// Pure: files are named here, and read when the zip file is written.
public struct PackageContents: Sendable, Equatable {
    /// Where the bytes of an entry come from.
    public enum Source: Sendable, Equatable {
        /// A file of this machine.
        case file(String)
        /// The bytes themselves.
        case bytes([UInt8])
        /// None: it is a symbolic link to this, from where it stands.
        case link(String)
    }

    /// One file or link.
    public struct Entry: Sendable, Equatable {
        /// From the package's root on.
        public var path: String
        /// Where its bytes come from.
        public var source: Source
        /// In bytes; 0 for a link.
        public var size: Int
        /// Whether it may be run.
        ///
        /// That is all that is kept of a mode: the rest is the habit of the machine that it was made on.
        public var isExecutable: Bool

        /// An entry.
        public init(path: String, source: Source, size: Int, isExecutable: Bool) {
            self.path = path
            self.source = source
            self.size = size
            self.isExecutable = isExecutable
        }

        /// `0o755` or `0o644`: whoever runs the function may read it.
        var mode: Int { isExecutable ? 0o755 : 0o644 }
    }

    private var byPath: [String: Entry] = [:]

    /// An empty package.
    public init() {}

    /// In the order of their paths.
    public var entries: [Entry] { byPath.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) } }

    /// The bytes of all files.
    public var size: Int { byPath.values.reduce(0) { $0 + $1.size } }

    /// The entry at a path.
    public subscript(path: String) -> Entry? { byPath[path] }

    /// Adds an entry.
    ///
    /// - Throws: ``PackagingError`` for a path that leads out of the package, or is taken.
    public mutating func add(_ entry: Entry) throws(PackagingError) {
        let parts = entry.path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }), !entry.path.utf8.contains(0) else {
            throw PackagingError("'\(entry.path)' is no path within a package.")
        }
        guard byPath[entry.path] == nil else {
            throw PackagingError("Two files would be \(entry.path) of the package: name one of them otherwise.")
        }
        if case .link(let target) = entry.source { try Self.check(target, depth: parts.count - 1, entry.path) }
        byPath[entry.path] = entry
    }

    mutating func remove(_ path: String) {
        byPath[path] = nil
    }

    mutating func makeExecutable(_ path: String) {
        byPath[path]?.isExecutable = true
    }

    private static func check(_ target: String, depth: Int, _ path: String) throws(PackagingError) {
        var depth = target.hasPrefix("/") ? -1 : depth
        for part in target.split(separator: "/") where part != "." && depth >= 0 {
            depth += part == ".." ? -1 : 1
        }
        guard depth >= 0, !target.isEmpty else {
            throw PackagingError(
                "\(path) is a link to \(target), which is not in the package. Put a copy of the file in its place.")
        }
    }
}
