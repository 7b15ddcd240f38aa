// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Packaging

@Suite("What is in a package")
struct PackageContentsTests {
    private func entry(_ path: String, _ source: PackageContents.Source = .bytes([1]), size: Int = 1)
        -> PackageContents.Entry
    {
        PackageContents.Entry(path: path, source: source, size: size, isExecutable: false)
    }

    @Test("Entries are in the order of their names' bytes, whatever the order in which they came")
    func order() throws {
        var contents = PackageContents()
        for path in ["b", "a/é", "a/z", "B", "a-b"] { try contents.add(entry(path)) }
        #expect(contents.entries.map(\.path) == ["B", "a-b", "a/z", "a/é", "b"])
    }

    @Test("Paths stay within the package", arguments: ["", "/a", "a//b", "../a", "a/./b", "a/..", "a\0b"])
    func badPath(_ path: String) {
        var contents = PackageContents()
        #expect(throws: PackagingError.self) { try contents.add(entry(path)) }
    }

    @Test(
        "Links stay within the package",
        arguments: [
            ("a/b", "../c", true), ("a/b", "c/../../d", true), ("a/b", "../../c", false), ("b", "/etc", false),
            ("b", "", false),
        ])
    func links(_ path: String, _ target: String, _ isTaken: Bool) {
        var contents = PackageContents()
        let added: Void? = try? contents.add(entry(path, .link(target), size: 0))
        #expect((added != nil) == isTaken)
    }

    @Test("A path is there once")
    func twice() throws {
        var contents = PackageContents()
        try contents.add(entry("a"))
        #expect(throws: PackagingError.self) { try contents.add(entry("a")) }
    }

    @Test("What is too large is told with its largest files, one byte below the limit is taken")
    func limits() throws {
        var contents = PackageContents()
        try contents.add(entry("small", size: 1))
        try contents.add(entry("large", size: PackageLimits.unzipped - 2))
        try PackageLimits.check(contents, zipped: PackageLimits.zipped - 1, name: "f")
        let error = #expect(throws: PackagingError.self) {
            try PackageLimits.check(contents, zipped: PackageLimits.zipped, name: "f")
        }
        #expect(
            error?.description
                == "f is 50.0 MB zipped; Lambda takes 50.0 MB. Its largest files:\n  250.0 MB  large\n  1 KB  small")
        try contents.add(entry("last", size: 1))
        #expect(throws: PackagingError.self) { try PackageLimits.check(contents, zipped: 0, name: "f") }
    }

    @Test("The same files at two places, of two times and with two masks, give the same bytes")
    func determinism() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "packaging-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var digests: Set<String> = []
        for (name, mode, date) in [("one", 0o755, 1_000_000_000.0), ("two/deeper", 0o700, 1_700_000_000.0)] {
            let place = folder.appending(path: name)
            try FileManager.default.createDirectory(at: place.appending(path: "lib"), withIntermediateDirectories: true)
            for file in mode == 0o755 ? ["bootstrap", "lib/a", "z"] : ["z", "lib/a", "bootstrap"] {
                let path = place.appending(path: file).path
                try Data("content of \(file)".utf8).write(to: URL(filePath: path))
                try FileManager.default.setAttributes(
                    [
                        .posixPermissions: file == "bootstrap" ? mode : mode & 0o644,
                        .modificationDate: Date(timeIntervalSince1970: date),
                    ], ofItemAtPath: path)
            }
            try FileManager.default.createSymbolicLink(
                atPath: place.appending(path: "link").path, withDestinationPath: "lib/a")
            let zip = try PackedZip.write(
                try PackageContents(folder: place.path), to: folder.appending(path: "p.zip").path, name: "p")
            digests.insert(zip.sha256)
        }
        #expect(digests.count == 1)
    }
}
