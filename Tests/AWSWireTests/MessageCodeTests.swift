// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import AWSWire

@Suite("Message codes")
struct MessageCodeTests {
    @Test(
        "Codes are those of RFC 4231 and RFC 2202, for keys shorter and longer than a block",
        arguments: [
            (
                Checksum.Algorithm.sha256, Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                .sha256, [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (.sha1, Array("Jefe".utf8), "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        ])
    func codes(_ algorithm: Checksum.Algorithm, _ key: [UInt8], _ message: String, _ code: String) {
        #expect(Hex.encode(MessageCode.make(algorithm, of: Array(message.utf8), key: key)) == code)
    }

    @Test("Codes are equal when all their bytes are")
    func equality() {
        #expect(MessageCode.areEqual([1, 2], [1, 2]))
        #expect(!MessageCode.areEqual([1, 2], [1, 3]))
        #expect(!MessageCode.areEqual([1, 2], [1]))
    }
}
