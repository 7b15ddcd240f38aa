// SPDX-License-Identifier: Apache-2.0
import ELF
import Foundation
import Randomness
import Testing

@Suite("What an ELF file says of itself")
struct ELFImageTests {
    /// The program that runs these tests.
    private static let own: [UInt8] = {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return path.flatMap { FileManager.default.contents(atPath: $0) }.map { [UInt8]($0) } ?? []
    }()

    private func image(_ bytes: [UInt8]) throws(ELFImage.Failure) -> ELFImage {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(ELFImage.Failure) -> ELFImage in try ELFImage(bytes) }
        }
        return try result.get()
    }

    @Test("A dynamic program names its loader, its libraries and the versions that it needs of them")
    func dynamic() throws {
        let image = try image(Self.own)
        let loader = try #require(image.interpreter)
        #expect(loader.hasPrefix("/lib") && loader.contains("ld-linux"))
        #expect(image.needed.contains("libc.so.6"))
        #expect(image.versions["libc.so.6"]?.contains { $0.hasPrefix("GLIBC_2.") } == true)
        #expect(image.libraryName == nil)
        #expect(!image.isStatic)
        #if arch(x86_64)
            #expect(image.machine == .x86_64)
        #else
            #expect(image.machine == .arm64)
        #endif
    }

    @Test("A library says its own name")
    func library() throws {
        let places = ["/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6"]
        let path = try #require(places.first(where: FileManager.default.fileExists(atPath:)))
        let image = try image([UInt8](try Data(contentsOf: URL(filePath: path))))
        #expect(image.libraryName == "libc.so.6")
        #expect(image.needed.contains { $0.hasPrefix("ld-linux") })
    }

    @Test("A header without segments is a static program")
    func headerOnly() throws {
        let image = try image(Self.header(machine: 62))
        #expect(image.isStatic)
        #expect(try self.image(Self.header(machine: 183)).machine == .arm64)
    }

    @Test("What is no such file, or for another machine, is told apart")
    func foreign() {
        #expect(throws: ELFImage.Failure.notELF) { try image(Array("#!/bin/sh\n".utf8)) }
        #expect(throws: ELFImage.Failure.notELF) { try image([]) }
        #expect(throws: ELFImage.Failure.foreign("its processor is number 8")) { try image(Self.header(machine: 8)) }
        #expect(throws: ELFImage.Failure.damaged) { try image(Array(Self.header(machine: 62).prefix(30))) }
    }

    @Test("Damaged files are errors, never more")
    func damaged() {
        var random = SplitMix64(seed: 20_261_122)
        let sound = Array(Self.own.prefix(1 << 16))
        for _ in 0..<2000 {
            var bytes = sound
            bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
            for _ in 0..<8 where !bytes.isEmpty {
                // Most of them in the headers and the dynamic section's neighbourhood.
                bytes[Int(random.next() % UInt64(min(bytes.count, 4096)))] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = try? image(bytes)
        }
    }

    private static func header(machine: UInt8) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64)
        bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
        bytes[18] = machine
        return bytes
    }
}
