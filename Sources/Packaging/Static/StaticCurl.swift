// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Foundation

/// A static libcurl with HTTP and HTTPS and nothing else, which is built once from Debian's source package.
///
/// Debian's own static libcurl needs Kerberos, which has no static library.
public struct StaticCurl: Sendable {
    /// What a build was made of, kept beside it.
    struct Manifest: Codable, Equatable {
        /// Of the source package: `7.88.1-10+deb12u15`.
        var version: String
        /// SHA-256 of the files of the source package, which apt has held against Debian's signed index.
        var sources: [String: String]
        /// SHA-256 of `libcurl.a`.
        var library: String
    }

    /// The folder with `lib/libcurl.a` and `lib/pkgconfig/libcurl.pc`.
    public let prefix: URL

    /// A prefix of the user's own.
    ///
    /// - Throws: ``PackagingError`` when there is no `lib/libcurl.a` in it.
    public init(prefix: URL) throws(PackagingError) {
        guard FileManager.default.fileExists(atPath: prefix.appending(path: "lib/libcurl.a").path) else {
            throw PackagingError("There is no lib/libcurl.a in \(prefix.path).")
        }
        self.prefix = prefix
    }

    /// The one in the cache; it is built when it is not there, or not what it was.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - progress: hears of what takes a while.
    ///   - transient: hears how far that is.
    /// - Throws: ``PackagingError``.
    public init(
        cache: URL, progress: (String) -> Void, transient: (String) -> Void
    ) throws {
        let version = try Self.installedVersion()
        let recipe = Hex.encode(Checksum.value(.sha256, of: Array(Self.recipe.utf8))).prefix(12)
        prefix = cache.appending(path: "libcurl-\(version)-\(recipe)")
        guard Self.verified(prefix, version: version) == nil else { return }
        try Self.checkTools()
        progress("Building libcurl \(version) once, static, from Debian's source package (half a minute) …")
        try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
        let work = cache.appending(path: "building-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: work) }
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        try Tool("/bin/sh", ["-eu", "-c", Self.recipe, "sh", version], folder: work)
            .run("building the static libcurl", transient: transient)
        let made = work.appending(path: "prefix")
        try Self.record(version, of: work, in: made)
        try? FileManager.default.removeItem(at: prefix)
        // Another build may have been faster; what it made is the same.
        try? FileManager.default.moveItem(at: made, to: prefix)
        guard Self.verified(prefix, version: version) != nil else {
            throw PackagingError("\(prefix.path) is not what was built there.")
        }
    }

    /// What this build was made of; nil for a prefix of the user's own.
    var manifest: Manifest? { Self.manifest(prefix) }

    /// SHA-256 of the library, in hexadecimal.
    var digest: String {
        get throws { try Self.digest(prefix.appending(path: "lib/libcurl.a")) }
    }

    private static func manifest(_ prefix: URL) -> Manifest? {
        let data = try? Data(contentsOf: prefix.appending(path: "manifest.json"))
        return data.flatMap { try? JSONDecoder().decode(Manifest.self, from: $0) }
    }

    private static func verified(_ prefix: URL, version: String) -> Manifest? {
        guard let manifest = manifest(prefix), manifest.version == version,
            let library = try? digest(prefix.appending(path: "lib/libcurl.a")), library == manifest.library
        else { return nil }
        return manifest
    }

    private static func record(_ version: String, of work: URL, in prefix: URL) throws {
        let files = try FileManager.default.contentsOfDirectory(at: work, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("curl_") }
        var sources: [String: String] = [:]
        for file in files { sources[file.lastPathComponent] = try digest(file) }
        let manifest = Manifest(
            version: version, sources: sources, library: try digest(prefix.appending(path: "lib/libcurl.a")))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(manifest).write(to: prefix.appending(path: "manifest.json"))
    }

    private static func digest(_ file: URL) throws -> String {
        let data = try Data(contentsOf: file, options: .mappedIfSafe)
        return Hex.encode(data.withUnsafeBytes { Checksum.value(.sha256, of: $0) })
    }

    /// The headers are those of the installed package, so the library is of the same version.
    private static func installedVersion() throws -> String {
        let words = try Tool(
            "/usr/bin/env", ["dpkg-query", "--show", "--showformat=${source:Version}", "libcurl4-openssl-dev"]
        ).run("asking dpkg for the version of libcurl4-openssl-dev")
        let version = words.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !version.isEmpty else {
            throw PackagingError("libcurl4-openssl-dev is not installed: sudo apt-get install libcurl4-openssl-dev")
        }
        return version
    }

    private static func checkTools() throws(PackagingError) {
        let places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
        let needed = [
            ("libc-ares-dev", places.map { "\($0)/libcares.a" }), ("libssl-dev", places.map { "\($0)/libssl.a" }),
            ("dpkg-dev", ["/usr/bin/dpkg-source"]), ("make", ["/usr/bin/make"]), ("gcc", ["/usr/bin/gcc"]),
        ]
        let missing = needed.filter { !$0.1.contains(where: FileManager.default.fileExists(atPath:)) }.map(\.0)
        guard missing.isEmpty else {
            throw PackagingError(
                "The static libcurl is built with packages that are missing: sudo apt-get install "
                    + "\(missing.joined(separator: " ")). Or name a prefix that has one: --static-prefix DIR.")
        }
    }
}
