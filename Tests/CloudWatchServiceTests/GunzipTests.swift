// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import CloudWatchService

@Suite struct GunzipTests {
    /// `hello` as gzip packs it.
    private static let hello = CBORTests.bytes(
        "1f8b0800000000000003cb48cdc9c907008 6a6103605000000".filter { $0 != " " })

    private static func unpack(_ bytes: [UInt8], limit: Int = 1000) -> String? {
        bytes.withUnsafeBytes { Gunzip.unpack($0, limit: limit) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("What gzip packed is unpacked, up to a limit")
    func unpacks() {
        #expect(Self.unpack(Self.hello) == "hello")
        #expect(Self.unpack(Self.hello, limit: 5) == "hello")
        #expect(Self.unpack(Self.hello, limit: 4) == nil)
    }

    @Test("What is cut off or damaged is refused")
    func refuses() {
        for count in 0..<Self.hello.count { #expect(Self.unpack(Array(Self.hello.prefix(count))) == nil) }
        var damaged = Self.hello
        damaged[12] ^= 0xFF
        #expect(Self.unpack(damaged) == nil)
        #expect(Self.unpack(Array("plain text".utf8)) == nil)
    }
}
