// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import Randomness
import Testing

@testable import LambdaService

@Suite("Deployment packages")
struct DeploymentPackageTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zip-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func unpack(_ entries: [ZipFile.Entry], into folder: URL) throws -> FunctionCode {
        try DeploymentPackage(zip: Bytes(ZipFile(entries).bytes)).unpack(into: folder.path)
    }

    @Test("Folders, modes and symbolic links come out as they went in")
    func faithful() throws {
        try withFolder { folder in
            let entries: [ZipFile.Entry] = [
                .file("bootstrap", "#!/bin/sh\n", mode: 0o755), .folder("lib"),
                .file("lib/libx.so.1", "elf", mode: 0o644),
                .link("lib/libx.so", to: "libx.so.1"), .link("self", to: "lib/../bootstrap"), .file("a/b/c", ""),
            ]
            let code = try unpack(entries, into: folder)
            let files = FileManager.default
            #expect(try files.attributesOfItem(atPath: "\(code.folder)/bootstrap")[.posixPermissions] as? Int == 0o755)
            #expect(
                try files.attributesOfItem(atPath: "\(code.folder)/lib/libx.so.1")[.posixPermissions] as? Int == 0o644)
            #expect(try files.destinationOfSymbolicLink(atPath: "\(code.folder)/lib/libx.so") == "libx.so.1")
            #expect(try String(contentsOfFile: "\(code.folder)/self", encoding: .utf8) == "#!/bin/sh\n")
            #expect(files.fileExists(atPath: "\(code.folder)/a/b/c"))
            #expect(try unpack(entries, into: folder) == code)
            // The folder, and the zip file itself.
            #expect(try files.contentsOfDirectory(atPath: folder.path).count == 2)
            #expect(code.unzippedSize == 13)
        }
    }

    @Test("A folder is packed as it is, and a link that leads out of it as what it leads to")
    func packed() throws {
        try withFolder { folder in
            let code = try unpack(
                [.file("bootstrap", "run", mode: 0o755), .file("lib/ü", "x"), .link("lib/l", to: "ü")], into: folder)
            try "outside".write(toFile: "\(folder.path)/outside", atomically: true, encoding: .utf8)
            try FileManager.default.createSymbolicLink(
                atPath: "\(code.folder)/led", withDestinationPath: "\(folder.path)/outside")
            let zip = folder.appendingPathComponent("packed.zip").path
            try FolderArchive(folder: code.folder).write(to: zip)
            let again = try DeploymentPackage(zip: Bytes(Data(contentsOf: URL(fileURLWithPath: zip)))).unpack(
                into: folder.appendingPathComponent("again").path)
            let entries = try FileTree.entries(of: again.folder)
            #expect(entries.map(\.path) == ["bootstrap", "led", "lib", "lib/l", "lib/ü"])
            #expect(entries.map(\.kind) == [.file, .file, .folder, .link(to: "ü"), .file])
            #expect(entries.first?.mode == 0o755)
            #expect(try String(contentsOfFile: "\(again.folder)/led", encoding: .utf8) == "outside")
        }
    }

    @Test(
        "A package that would write elsewhere is refused, and leaves nothing behind",
        arguments: [
            [.file("../evil", "x")], [.file("a/../../evil", "x")], [.file("/evil", "x")], [.file("a\\..\\evil", "x")],
            [.link("l", to: "/etc")], [.link("l", to: "..")], [.link("a/l", to: "../../x")],
            [.link("l", to: "a"), .file("l/evil", "x")], [.file("l/evil", "x"), .link("l", to: "a")],
            [.link("l", to: "a"), .file("l", "x")], [.file("a", "x"), .file("a/b", "x")], [],
        ] as [[ZipFile.Entry]])
    func hostile(entries: [ZipFile.Entry]) throws {
        try withFolder { folder in
            #expect(throws: AWSError.self) { try unpack(entries, into: folder) }
            #expect((try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.isEmpty != false)
            #expect(
                !FileManager.default.fileExists(
                    atPath: folder.deletingLastPathComponent().appendingPathComponent("evil").path))
        }
    }

    @Test("What is no zip file, or a damaged one, is refused", arguments: 0..<60)
    func damaged(seed: Int) throws {
        var random = RandomBits(seed: UInt64(seed))
        var bytes = ZipFile([
            .file("bootstrap", String(repeating: "x", count: 100), mode: 0o755), .link("l", to: "bootstrap"),
        ]).bytes
        if seed == 0 { bytes = [] }
        for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
            bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: .min ... .max, using: &random)
        }
        if Bool.random(using: &random), !bytes.isEmpty {
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        }
        try withFolder { folder in
            // Either way it must neither trap nor leave something half done.
            _ = try? DeploymentPackage(zip: Bytes(bytes)).unpack(into: folder.path)
            let left = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            #expect(left.allSatisfy { !$0.hasSuffix(".partial") }, "seed \(seed)")
        }
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    @Test("A package that is too long is refused in AWS's words")
    func tooLong() {
        do throws(AWSError) {
            _ = try DeploymentPackage(zip: Bytes([UInt8](repeating: 0, count: LambdaLimits.zippedCode)))
            Issue.record("it was not refused")
        } catch {
            #expect(error.status == 413 && error.message == "Zipped size must be smaller than 52428800 bytes")
        }
    }
}
