// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Randomness
import Testing

@Suite("ARN")
struct ARNTests {
    @Test(
        "An ARN is read and written without loss",
        arguments: [
            "arn:aws:lambda:us-east-1:000000000000:function:f:alias", "arn:aws:s3:::bucket/key:with:colons",
            "arn:aws-cn:sns:cn-north-1:000000000000:topic",
        ])
    func roundTrip(text: String) throws {
        #expect(try ARN(parsing: text).description == text)
    }

    @Test("The parts are where they belong")
    func parts() throws {
        let arn = try ARN(parsing: "arn:aws:lambda:us-east-1:000000000000:function:f:1")
        #expect(
            arn
                == ARN(service: "lambda", region: "us-east-1", account: "000000000000", resource: "function:f:1"))
    }

    @Test(
        "What is no ARN is refused with the reason",
        arguments: [
            ("topic", ARNError.Reason.noPrefix), ("", .noPrefix), ("arn:aws:sns", .tooFewParts),
            ("arn:aws:sns:r:a:", .emptyPart), ("arn::sns:r:a:t", .emptyPart),
        ])
    func refused(text: String, reason: ARNError.Reason) {
        let error = #expect(throws: ARNError.self) { try ARN(parsing: text) }
        #expect(error?.reason == reason)
        #expect(ARN(text) == nil)
    }
}

@Suite("URI and form encoding")
struct URIEncodingTests {
    @Test(
        "AWS encodes all but the unreserved characters",
        arguments: [
            ("AZaz09-._~", "AZaz09-._~"), ("a b", "a%20b"), ("a/b", "a%2Fb"), ("é", "%C3%A9"),
            ("*'()!", "%2A%27%28%29%21"),
        ])
    func encode(plain: String, encoded: String) {
        #expect(URIEncoding.encode(plain) == encoded)
        #expect(URIEncoding.decode(encoded) == plain)
    }

    @Test("Slashes stay if asked to")
    func slashes() {
        #expect(URIEncoding.encode("a/b c", keepingSlashes: true) == "a/b%20c")
    }

    // S3 User Guide, "Event message structure": red flower.jpg becomes red+flower.jpg.
    @Test(
        "Keys in S3 events are form-encoded",
        arguments: [("red flower.jpg", "red+flower.jpg"), ("a@b", "a%40b"), ("a+b", "a%2Bb"), ("x*~", "x*%7E")])
    func form(plain: String, encoded: String) {
        #expect(URIEncoding.encodeForm(plain) == encoded)
        #expect(URIEncoding.decodeForm(encoded) == plain)
    }

    @Test("Broken escapes are refused, or kept when lenient", arguments: ["%", "%4", "%zz", "a%2"])
    func broken(text: String) {
        #expect(URIEncoding.decode(text) == nil)
        #expect(URIEncoding.decodeLeniently(text) == text)
    }

    @Test("Bytes that are not UTF-8 are refused, or replaced when lenient")
    func notUTF8() {
        #expect(URIEncoding.decode("%FF") == nil)
        #expect(URIEncoding.decodeLeniently("%FF") == "\u{FFFD}")
    }

    @Test("A query keeps its order, its repetitions and its empty values")
    func query() {
        let query = QueryString(parsing: "b=2&a&c=&b=x%26y+z&=no&&d=e=f")
        #expect(query.parameters.map { "\($0.name):\($0.value)" } == ["b:2", "a:", "c:", "b:x&y z", "d:e=f"])
        #expect(query.values("b") == ["2", "x&y z"])
        #expect(query["a"] == "" && query["z"] == nil)
        #expect(query.encoded == "b=2&a=&c=&b=x%26y%20z&d=e%3Df")
    }
}

@Suite("Dates")
struct DateTests {
    @Test(
        "Moments are written as AWS writes them",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z", "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_868_799_001, "2000-02-29T23:59:59.001Z", "Tue, 29 Feb 2000 23:59:59 GMT"),
            (1_369_353_600_000, "2013-05-24T00:00:00.000Z", "Fri, 24 May 2013 00:00:00 GMT"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
            (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String, String)])
    func formats(milliseconds: Int64, iso: String, http: String) {
        #expect(ISO8601.format(milliseconds) == iso)
        #expect(ISO8601.parse(iso) == milliseconds)
        #expect(HTTPDate.format(milliseconds) == http)
        #expect(HTTPDate.parse(http) == milliseconds - (milliseconds % 1000 + 1000) % 1000)
    }

    @Test("The basic form and offsets are read")
    func otherForms() {
        #expect(ISO8601.formatBasic(.documentedDate) == "20130524T000000Z")
        #expect(ISO8601.formatSeconds(.documentedDate) == "2013-05-24T00:00:00Z")
        #expect(ISO8601.parse("20130524T000000Z") == .documentedDate)
        #expect(ISO8601.parse("2013-05-24T02:00:00+02:00") == .documentedDate)
        #expect(ISO8601.parse("2013-05-24T00:00:00.0009Z") == .documentedDate)
    }

    @Test(
        "What is no time is refused",
        arguments: [
            "", "2013", "2013-02-29T00:00:00Z", "2013-05-24T24:00:00Z", "2013-05-24T00:00:00", "2013-05-24 00:00:00Z",
        ])
    func refused(text: String) {
        #expect(ISO8601.parse(text) == nil)
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test("Reading gives back what was written, over four centuries", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let moment = Int64.random(in: -6_000_000_000_000...10_000_000_000_000, using: &random)
        #expect(ISO8601.parse(ISO8601.format(moment)) == moment)
    }
}

@Suite("Hex, base64 and checksums")
struct ChecksumTests {
    @Test("Hexadecimal is read and written")
    func hex() {
        #expect(Hex.encode([0, 255, 16]) == "00ff10")
        #expect(Hex.decode("00fF10") == [0, 255, 16])
        #expect(Hex.decode("0") == nil && Hex.decode("0g") == nil)
    }

    @Test("Base64 is read and written")
    func base64() {
        #expect(Base64.encode(Array("hello".utf8)) == "aGVsbG8=")
        #expect(Base64.decode("aGVsbG8=") == Array("hello".utf8))
        #expect(Base64.decode("a$") == nil)
    }

    // The check values of the CRCs are those of "123456789" in the catalogue of parametrised CRC algorithms; the
    // digests are those of RFC 1321 and FIPS 180.
    @Test(
        "Known values come out",
        arguments: [
            (.crc32, "123456789", "cbf43926"), (.crc32c, "123456789", "e3069283"),
            (.crc64nvme, "123456789", "ae8b14860a799888"), (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
            (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (.crc32, "", "00000000"),
        ] as [(Checksum.Algorithm, String, String)])
    func known(algorithm: Checksum.Algorithm, text: String, hex: String) {
        #expect(Hex.encode(Checksum.value(algorithm, of: Array(text.utf8))) == hex)
    }

    // Expected values: Python's zlib and hashlib.
    @Test("Pieces give the value of the whole", arguments: Checksum.Algorithm.allCases)
    func pieces(algorithm: Checksum.Algorithm) {
        let bytes = (0..<5).flatMap { _ in (0...255).map { UInt8($0) } } + Array("xyz".utf8)
        var checksum = Checksum(algorithm)
        for start in stride(from: 0, to: bytes.count, by: 7) {
            checksum.update(Array(bytes[start..<min(start + 7, bytes.count)]))
        }
        #expect(checksum.value == Checksum.value(algorithm, of: bytes))
        switch algorithm {
        case .crc32: #expect(Hex.encode(checksum.value) == "b449d98d")
        case .md5: #expect(Hex.encode(checksum.value) == "af2cedb12eea1952446648c27db4afd5")
        default: break
        }
    }

    @Test("A checksum's header is named as S3 names it")
    func headerNames() {
        #expect(Checksum.Algorithm.crc64nvme.headerName == "x-amz-checksum-crc64nvme")
    }
}
