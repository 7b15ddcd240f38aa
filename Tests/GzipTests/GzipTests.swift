// SPDX-License-Identifier: Apache-2.0
import Gzip
import Testing

@Suite struct GzipTests {
    /// `hello` as gzip packs it.
    private static let hello: [UInt8] = [
        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
    ]

    private static func unpack(_ bytes: [UInt8], limit: Int = 1000) -> String? {
        bytes.withUnsafeBytes { Gzip.unpack($0, limit: limit) }.map { String(decoding: $0, as: UTF8.self) }
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
        #expect(Self.unpack(Self.hello + Array("more".utf8)) == nil)
    }

    @Test("What is packed here is unpacked here", arguments: [0, 1, 65_536, 1_000_000])
    func round(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let packed = Gzip.pack(bytes)
        #expect(packed.withUnsafeBytes { Gzip.unpack($0, limit: count) } == bytes)
        #expect(Gzip.pack(bytes) == packed)
    }

    @Test("A stream is unpacked as its bytes come, member after member", arguments: [1, 7, 25, 100])
    func pieces(size: Int) {
        var gunzip = Gunzip()
        var text: [UInt8] = []
        let packed = Self.hello + Gzip.pack(Array(" world".utf8)) + Self.hello
        for start in stride(from: 0, to: packed.count, by: size) {
            let piece = Array(packed[start..<min(start + size, packed.count)])
            #expect(
                piece.withUnsafeBytes { bytes in
                    gunzip.unpack(bytes) {
                        text += $0
                        return true
                    }
                })
        }
        let isAtEnd = gunzip.isAtEnd
        #expect(isAtEnd)
        #expect(String(decoding: text, as: UTF8.self) == "hello worldhello")
    }
}
