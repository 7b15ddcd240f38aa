// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Testing

struct SigningCase: Sendable, CustomTestStringConvertible {
    var name: String
    var method = "GET"
    var path = "/"
    var query: String?
    var headers: [(name: String, value: String)] = []
    var body = ""
    var signature: String

    var testDescription: String { name }
}

@Suite("SigV4 signer")
struct SigV4SignerTests {
    /// AWS's Signature Version 4 test suite (in botocore's and aws-c-auth's repositories).
    static let suite = [
        SigningCase(
            name: "get-vanilla", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        SigningCase(
            name: "get-vanilla-query-order-key-case", query: "Param2=value2&Param1=value1",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        SigningCase(
            name: "get-vanilla-empty-query-key", query: "Param1=value1",
            signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
        SigningCase(
            name: "get-vanilla-utf8-query", query: "\u{1234}=bar",
            signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
        SigningCase(
            name: "get-utf8", path: "/\u{1234}",
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        SigningCase(
            name: "get-relative", path: "/example/..",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        SigningCase(
            name: "get-slashes", path: "//example//",
            signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
        SigningCase(
            name: "get-header-value-trim", headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        SigningCase(
            name: "post-vanilla", method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        SigningCase(
            name: "post-header-key-sort", method: "POST", headers: [("My-Header1", "value1")],
            signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
        SigningCase(
            name: "post-x-www-form-urlencoded", method: "POST",
            headers: [("Content-Type", "application/x-www-form-urlencoded")], body: "Param1=value1",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    ]

    @Test("The signatures of AWS's test suite come out", arguments: suite)
    func suiteVector(_ vector: SigningCase) {
        let signer = SigV4Signer(credentials: .suite, region: "us-east-1", service: "service")
        let request = SignableRequest(
            method: vector.method, path: vector.path, query: vector.query,
            headers: [("Host", "example.amazonaws.com")] + vector.headers)
        let added = signer.sign(request, payload: .bytes(Array(vector.body.utf8)), now: .suiteDate)
        #expect(added.value("Authorization")?.hasSuffix("Signature=\(vector.signature)") == true)
    }

    /// AWS documentation: S3 API Reference, "Signature Calculations for the Authorization Header", the four examples.
    static let s3Examples = [
        SigningCase(
            name: "GET object", path: "/test.txt", headers: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        SigningCase(
            name: "PUT object", method: "PUT", path: "/test%24file.text",
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            body: "Welcome to Amazon S3.",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        SigningCase(
            name: "GET bucket lifecycle", query: "lifecycle",
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        SigningCase(
            name: "GET bucket (list objects)", query: "max-keys=2&prefix=J",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    @Test("The signatures of S3's documented examples come out", arguments: s3Examples)
    func s3Example(_ example: SigningCase) {
        let signer = SigV4Signer(credentials: .documented, region: "us-east-1", service: "s3")
        let request = SignableRequest(
            method: example.method, path: example.path, query: example.query,
            headers: [("Host", "examplebucket.s3.amazonaws.com")] + example.headers)
        let added = signer.sign(request, payload: .bytes(Array(example.body.utf8)), now: .documentedDate)
        #expect(added.value("Authorization")?.hasSuffix("Signature=\(example.signature)") == true)
    }

    // AWS documentation: S3 API Reference, "Authenticating Requests: Using Query Parameters".
    @Test("S3's documented presigned URL comes out")
    func s3Presigned() {
        let signer = SigV4Signer(credentials: .documented, region: "us-east-1", service: "s3")
        let request = SignableRequest(
            method: "GET", path: "/test.txt", headers: [("host", "examplebucket.s3.amazonaws.com")])
        #expect(
            signer.presignedQuery(request, expires: 86_400, now: .documentedDate)
                == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    // Expected values: botocore 1.43.11, SigV4Auth and S3SigV4Auth with the same input.
    @Test(
        "Paths, queries and tokens are signed as botocore signs them",
        arguments: [
            ("service", nil, "e044d959e385c15ef7e8df4f0a3936cb082874c1c5f65c698a2c9134ed31de96"),
            ("service", "tok/en+==", "cf42830a5bda690ce89444145005851ddf0c717cd69dca318bcd9bac64a0979c"),
            ("s3", "tok/en+==", "a71ae69162aa417d97b21af52e2e0ce85e26673f6a1613664b5b2b08af829b78"),
        ])
    func botocore(service: String, token: String?, signature: String) {
        var credentials = Credentials.suite
        credentials.sessionToken = token
        let request = SignableRequest(
            method: "GET", path: "/a%20b/../c//d%2Fe", query: "b=2&a=1&a=%2B&c=",
            headers: [("Host", "example.amazonaws.com"), ("X-Custom", "  a   b ")])
        let added = SigV4Signer(credentials: credentials, region: "us-east-1", service: service)
            .sign(request, payload: .bytes([]), now: .suiteDate)
        #expect(added.value("Authorization")?.hasSuffix("Signature=\(signature)") == true)
    }

    // Expected value: botocore 1.43.11, S3SigV4QueryAuth.
    @Test("A presigned query keeps the request's own parameters and carries the token")
    func presignedWithToken() {
        var credentials = Credentials.suite
        credentials.sessionToken = "tok/en+=="
        let request = SignableRequest(
            method: "GET", path: "/a%20b%2Bc.png", query: "versionId=3", headers: [("host", "bucket.s3.amazonaws.com")])
        let query = SigV4Signer(credentials: credentials, region: "us-east-1", service: "s3")
            .presignedQuery(request, expires: 300, now: .suiteDate)
        #expect(query.hasPrefix("versionId=3&X-Amz-Algorithm=AWS4-HMAC-SHA256&"))
        #expect(query.contains("&X-Amz-Security-Token=tok%2Fen%2B%3D%3D&"))
        #expect(query.hasSuffix("=48e70a7661946dfb24b5994822688e98ef0d13bdf432ed64f99a17b521d281c8"))
    }

    @Test("Credentials never show their secret")
    func credentialsDescription() {
        #expect("\(Credentials.suite)" == "Credentials(AKIDEXAMPLE)")
        #expect(String(reflecting: Credentials.suite) == "Credentials(AKIDEXAMPLE)")
    }
}

extension Credentials {
    static let suite = Credentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    static let documented = Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

extension Int64 {
    /// The moment of the test suite, 2015-08-30T12:36:00Z.
    static let suiteDate: Int64 = 1_440_938_160_000
    /// The moment of the documented examples, 2013-05-24T00:00:00Z.
    static let documentedDate: Int64 = 1_369_353_600_000
}

extension [(name: String, value: String)] {
    func value(_ name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
