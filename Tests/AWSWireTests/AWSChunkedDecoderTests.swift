// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Randomness
import Testing

@Suite("aws-chunked decoder")
struct AWSChunkedDecoderTests {
    /// What a body held, put together from the events of all its pieces.
    struct Collected: Equatable {
        var data: [UInt8] = []
        var sizes: [Int] = []
        var signatures: [String] = []
        var trailers: [String] = []
        var chunkEnds = 0
        var ended = false
    }

    static func decode(_ pieces: [[UInt8]]) throws(AWSError) -> Collected {
        var decoder = AWSChunkedDecoder()
        var collected = Collected()
        for piece in pieces {
            for event in try decoder.feed(piece) {
                switch event {
                case .chunk(let size, let signature):
                    collected.sizes.append(size)
                    if let signature { collected.signatures.append(signature) }
                case .data(let range): collected.data += piece[range]
                case .chunkEnd: collected.chunkEnds += 1
                case .trailer(let name, let value): collected.trailers.append("\(name)=\(value)")
                case .end: collected.ended = true
                }
            }
        }
        try decoder.finish()
        return collected
    }

    @Test("A signed body gives its data and the signature of each chunk")
    func signed() throws {
        let body = "5;chunk-signature=aa\r\nhello\r\n1;chunk-signature=bb\r\n!\r\n0;chunk-signature=cc\r\n\r\n"
        let collected = try Self.decode([Array(body.utf8)])
        #expect(collected.data == Array("hello!".utf8))
        #expect(collected.signatures == ["aa", "bb", "cc"])
        #expect(collected.sizes == [5, 1, 0])
        #expect(collected.chunkEnds == 3)
        #expect(collected.ended)
    }

    @Test("An unsigned body with trailer gives the trailer")
    func trailer() throws {
        let collected = try Self.decode([Array("A\r\n0123456789\r\n0\r\nx-amz-checksum-CRC32: pn6nVQ==\r\n\r\n".utf8)])
        #expect(collected.data == Array("0123456789".utf8))
        #expect(collected.trailers == ["x-amz-checksum-crc32=pn6nVQ=="])
    }

    @Test("An empty object is one chunk of size 0")
    func empty() throws {
        #expect(try Self.decode([Array("0\r\n\r\n".utf8)]).data.isEmpty)
    }

    @Test(
        "Malformed bodies get an error, not a crash",
        arguments: [
            ("x\r\n", "InvalidRequest"), ("\r\n", "InvalidRequest"), ("5\nhello", "InvalidRequest"),
            ("5;other=1\r\nhello\r\n", "InvalidRequest"), ("5\r\nhelloX\r\n", "InvalidRequest"),
            ("FFFFFFFFFFFFFFFF\r\n", "InvalidRequest"), ("-5\r\nhello\r\n", "InvalidRequest"),
            ("0\r\nno colon\r\n\r\n", "MalformedTrailerError"), ("0\r\n\r\nmore", "InvalidRequest"),
            ("5\r\nhel", "IncompleteBody"), ("5\r\nhello\r\n", "IncompleteBody"), ("", "IncompleteBody"),
            ("0\r\n", "IncompleteBody"),
        ])
    func malformed(body: String, code: String) {
        let error = #expect(throws: AWSError.self) { try Self.decode([Array(body.utf8)]) }
        #expect(error?.code == code)
    }

    @Test("A line without end is cut off")
    func longLine() {
        let error = #expect(throws: AWSError.self) { try Self.decode([[UInt8](repeating: 48, count: 10_000)]) }
        #expect(error?.code == "InvalidRequest")
    }

    @Test("However a body is split, it means the same", arguments: 0..<200 as Range<UInt64>)
    func splits(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var body: [UInt8] = []
        var expected: [UInt8] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let data = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            expected += data
            body += Array("\(String(data.count, radix: 16));chunk-signature=\(data.count)\r\n".utf8) + data + [13, 10]
        }
        body += Array("0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n".utf8)
        let whole = try Self.decode([body])
        #expect(whole.data == expected)
        var pieces: [[UInt8]] = []
        var rest = body[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(rest.count, 40), using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest.removeFirst(count)
        }
        #expect(try Self.decode(pieces) == whole)
    }

    @Test("Random bytes never do worse than an error", arguments: 0..<200 as Range<UInt64>)
    func noise(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet = Array("0123456789abcF;=:\r\n chunk-signature".utf8)
        let noise = (0..<200).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        _ = try? Self.decode([noise, noise])
    }
}
