// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

@Suite struct TextWriterTests {
    @Test("Numbers become hexadecimal digits, all of them and in order")
    func digits() {
        let text = String(unsafeUninitializedCapacity: 40) { memory in
            var text = TextWriter(memory)
            text.add(0x0123_4567_89AB_CDEF as UInt64)
            text.add("/")
            text.add(0x90AF_09FA as UInt32)
            text.add(":")
            text.add(0xFFFF_0000 as UInt32, around: "-")
            return text.count
        }
        #expect(text == "0123456789abcdef/90af09fa:ffff-0000")
        for digit in 0..<16 as Range<UInt32> {
            #expect(HexDigits(digit).bytes & 0xFF == UInt64(Array("0123456789abcdef".utf8)[Int(digit)]))
        }
    }

    @Test("A request id is a UUID of version 4, whatever the bits")
    func identifiers() {
        #expect(RequestIDs.uuid(.max, .max) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(RequestIDs.uuid(0, 0) == "00000000-0000-4000-8000-000000000000")
        #expect(RequestIDs.uuid(0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF) == "01234567-89ab-4def-8123-456789abcdef")
    }
}
