// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1
import Testing

@testable import S3Service

@Suite("Ranges, conditions and names")
struct PureTests {
    // RFC 9110, 14.1.2, and the S3 API Reference, GetObject.
    @Test(
        "A range names positions of the object, or none",
        arguments: [
            ("bytes=0-4", 10, 0..<5), ("bytes=5-", 10, 5..<10), ("bytes=-3", 10, 7..<10), ("bytes=-30", 10, 0..<10),
            ("bytes=8-100", 10, 8..<10), ("bytes=10-", 10, nil), ("bytes=-0", 10, nil), ("bytes=0-", 0, nil),
            ("bytes=0-99999999999999999999", 10, 0..<10), ("BYTES=1-1", 10, 1..<2),
        ] as [(String, Int, Range<Int>?)])
    func ranges(header: String, size: Int, expected: Range<Int>?) throws {
        #expect(try #require(ByteRange(header)).positions(in: size) == expected)
    }

    @Test(
        "A range that S3 does not heed is no range",
        arguments: ["", "bytes", "bytes=", "bytes=-", "bytes=4-2", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b"])
    func noRanges(header: String) {
        #expect(ByteRange(header) == nil)
    }

    // RFC 9110, 13.2.2: the order in which conditions are looked at.
    @Test(
        "Conditions of a read are decided in the order of the standard",
        arguments: [
            ([:], .met), (["If-Match": "\"e\""], .met), (["If-Match": "e"], .met), (["If-Match": "*"], .met),
            (["If-Match": "\"x\", \"e\""], .met), (["If-Match": "\"x\""], .failed("If-Match")),
            (["If-None-Match": "\"e\""], .notModified), (["If-None-Match": "W/\"e\""], .notModified),
            (["If-None-Match": "\"x\""], .met), (["If-Modified-Since": "Sun, 09 Sep 2001 01:46:40 GMT"], .notModified),
            (["If-Modified-Since": "Sun, 09 Sep 2001 01:46:39 GMT"], .met),
            (["If-Unmodified-Since": "Sun, 09 Sep 2001 01:46:39 GMT"], .failed("If-Unmodified-Since")),
            (["If-Unmodified-Since": "Sun, 09 Sep 2001 01:46:40 GMT"], .met),
            (["If-Match": "e", "If-Unmodified-Since": "Sun, 09 Sep 2001 01:46:39 GMT"], .met),
            (["If-None-Match": "x", "If-Modified-Since": "Sun, 09 Sep 2001 01:46:40 GMT"], .met),
            (["If-Modified-Since": "yesterday"], .met),
        ] as [(HTTPHeaders, ReadConditions.Verdict)])
    func readConditions(headers: HTTPHeaders, expected: ReadConditions.Verdict) {
        #expect(ReadConditions(headers).verdict(etag: "e", modified: 1_000_000_000_500) == expected)
    }

    @Test("A write condition holds for what is there, not for what was there")
    func writeConditions() throws {
        try WriteCondition(["If-None-Match": "*"]).check(nil, key: "k")
        try WriteCondition(["If-Match": "\"e\""]).check("e", key: "k")
        #expect(throws: S3Error.preconditionFailed("If-None-Match")) { try WriteCondition.absent.check("e", key: "k") }
        #expect(throws: S3Error.preconditionFailed("If-Match")) {
            try WriteCondition(["If-Match": "\"e\""]).check("f", key: "k")
        }
        #expect(throws: S3Error.noSuchKey("k")) { try WriteCondition(["If-Match": "e"]).check(nil, key: "k") }
        #expect(throws: S3Error.notImplemented("If-None-Match")) { try WriteCondition(["If-None-Match": "\"e\""]) }
    }

    @Test("Sequencers grow although the clock stands or goes back, and compare as text of one width")
    func sequencers() {
        var last: UInt64 = 0
        var texts: [String] = []
        for now in [1_800_000_000_000, 1_800_000_000_000, 1_700_000_000_000, 1_800_000_000_001] as [Int64] {
            let sequencer = Sequencer(after: last, now: now)
            last = sequencer.number
            texts.append(sequencer.text)
        }
        #expect(texts == texts.sorted() && Set(texts).count == 4)
        #expect(texts.allSatisfy { $0.count == 18 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test(
        "The bucket is found in the host or in the path",
        arguments: [
            ("127.0.0.1:4566", "/shelf/a/b", "shelf", "a/b"), ("localhost:4566", "/shelf", "shelf", nil),
            ("localhost", "/", nil, nil), ("shelf.s3.localhost:4566", "/a/b", "shelf", "a/b"),
            ("my.shelf.s3.eu-west-1.localhost.localstack.cloud:4566", "/", "my.shelf", nil),
            ("s3.localhost.localstack.cloud:4566", "/shelf/k", "shelf", "k"),
            ("shelf.localhost:4566", "/k", "shelf", "k"), ("s3.us-east-1.amazonaws.com", "/shelf/k", "shelf", "k"),
            ("shelf.s3.amazonaws.com", "/k", "shelf", "k"),
            ("lambda.us-east-1.amazonaws.com", "/shelf/k", "shelf", "k"),
            ("h", "/shelf/%2Fa%20+", "shelf", "/a +"), ("h", "/shelf//a", "shelf", "/a"),
            ("h", "/shelf/", "shelf", nil),
        ] as [(String, String, String?, String?)])
    func addresses(host: String, path: String, bucket: String?, key: String?) throws {
        let address = try S3Address(host: host, path: path)
        #expect(address.bucket == bucket)
        #expect(address.key == key)
    }

    @Test(
        "A path that names no key is refused",
        arguments: ["/shelf/%zz", "/shelf/%ff", "/shelf/a%00", "/No_Bucket", "//k"])
    func badPaths(path: String) {
        #expect(throws: AWSError.self) { try S3Address(host: nil, path: path) }
    }

    // S3 User Guide, "Bucket naming rules".
    @Test(
        "Bucket names follow the rules",
        arguments: [
            ("abc", true), ("a.b-c1", true), ("ab", false), ("-abc", false), ("abc.", false), ("a..b", false),
            ("1.2.3.4", false), ("xn--abc", false), ("abc-s3alias", false), ("Abc", false), ("a_c", false),
            (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
        ])
    func bucketNames(name: String, isValid: Bool) {
        #expect(BucketName.isValid(name) == isValid)
    }

    @Test(
        "A subresource makes a request another one, or one that is not implemented; never a plain one",
        arguments: ["acl", "versioning", "tagging", "policy", "legal-hold", "website", "retention", "torrent"])
    func subresources(name: String) throws {
        for path in ["/shelf", "/shelf/key"] {
            let address = try S3Address(host: nil, path: path)
            let query = QueryString(parsing: name)
            #expect(throws: S3Error.notImplemented(name)) {
                try S3Operation(method: "PUT", address: address, query: query, headers: [:])
            }
        }
    }

    @Test("Attributes come back as they were stored")
    func attributes() throws {
        let attributes = try ObjectAttributes([
            "Content-Type": "text/plain", "Content-Encoding": "gzip, aws-chunked", "X-Amz-Meta-Empty": "",
            "x-amz-meta-Colour": "a: b: c", "X-Other": "no",
        ])
        #expect(ObjectAttributes(stored: attributes.stored) == attributes)
        #expect(attributes["Content-Encoding"] == "gzip")
        #expect(attributes["x-amz-meta-colour"] == "a: b: c")
        #expect(attributes["X-Other"] == nil)
        #expect(throws: AWSError.self) {
            try ObjectAttributes(["x-amz-meta-a": String(repeating: "x", count: 2048)])
        }
    }

    private static let mebibytes5 = 5 << 20

    @Test("Parts are joined as they are listed, when they are long enough and in order")
    func completion() throws {
        let uploaded = [1, 2, 3].map { number in
            PartRecord(
                number: number, size: number == 3 ? 1 : Self.mebibytes5, etag: "0\(number)", modified: 0, file: "")
        }
        func choose(_ numbers: [Int]) throws -> [Int] {
            let parts = numbers.map { MultipartCompletion.Part(number: $0, etag: "\"0\($0)\"") }
            return try MultipartCompletion(parts: parts).choose(from: uploaded).map(\.number)
        }
        #expect(try choose([1, 3]) == [1, 3])
        for (numbers, code) in [
            ([2, 1], "InvalidPartOrder"), ([1, 1], "InvalidPartOrder"), ([4], "InvalidPart"), ([], "MalformedXML"),
        ] {
            #expect { try choose(numbers) } throws: { ($0 as? AWSError)?.code == code }
        }
        let short = MultipartCompletion(parts: [.init(number: 3, etag: "03"), .init(number: 4, etag: "04")])
        let more = uploaded + [PartRecord(number: 4, size: 1, etag: "04", modified: 0, file: "")]
        #expect { try short.choose(from: more) } throws: { ($0 as? AWSError)?.code == "EntityTooSmall" }
    }
}

@Suite("Notification rules")
struct NotificationRuleTests {
    private func rule(_ event: String, _ prefix: String = "", _ suffix: String = "") -> NotificationRule {
        NotificationRule(
            id: "\(event)\(prefix)\(suffix)", function: Fixture.function, events: [event], prefix: prefix,
            suffix: suffix)
    }

    @Test("A rule matches by event, prefix and suffix")
    func matching() {
        let all = rule("s3:ObjectCreated:*", "in/", ".json")
        #expect(all.matches(event: "ObjectCreated:Put", key: "in/a.json"))
        #expect(all.matches(event: "ObjectCreated:Copy", key: "in/.json"))
        #expect(!all.matches(event: "ObjectRemoved:Delete", key: "in/a.json"))
        #expect(!all.matches(event: "ObjectCreated:Put", key: "out/a.json"))
        #expect(!all.matches(event: "ObjectCreated:Put", key: "in/a.jsonl"))
        let copies = rule("s3:ObjectCreated:Copy")
        #expect(!copies.matches(event: "ObjectCreated:Put", key: "a"))
        // An accent of its own belongs to the letter for Swift, and not for S3.
        #expect(rule("s3:ObjectCreated:*", "cafe").matches(event: "ObjectCreated:Put", key: "cafe\u{301}"))
    }

    // S3 User Guide, "Examples of valid/invalid event notification configurations".
    @Test("Rules that some event would match together are refused")
    func overlaps() throws {
        func check(_ rules: NotificationRule...) throws { try NotificationRules.check(rules) }
        let created = "s3:ObjectCreated:*"
        try check(rule(created, "images/"), rule(created, "logs/"))
        try check(rule(created, "images", ".jpg"), rule(created, "images", ".png"))
        try check(rule(created, "images"), rule("s3:ObjectRemoved:*", "images"))
        try check(rule("s3:ObjectCreated:Put", "a"), rule("s3:ObjectCreated:Copy", "a"))
        for pair in [
            [rule(created), rule("s3:ObjectCreated:Put")], [rule(created, "images"), rule(created, "images/x")],
            [rule(created, "", ".jpg"), rule(created, "images", "g")],
        ] {
            #expect { try NotificationRules.check(pair) } throws: { error in
                (error as? AWSError)?.message.hasPrefix("Configuration is ambiguously defined.") == true
            }
        }
    }

    @Test("What is no event, or never happens here, is refused")
    func events() {
        #expect { try NotificationRules.check([rule("s3:Nonsense")]) } throws: {
            ($0 as? AWSError)?.message == "The event is not supported for notifications"
        }
        #expect { try NotificationRules.check([rule("s3:ObjectTagging:Put")]) } throws: {
            ($0 as? AWSError)?.code == "NotImplemented"
        }
    }
}
