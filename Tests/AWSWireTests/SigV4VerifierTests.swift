// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Testing

@Suite("SigV4 verifier")
struct SigV4VerifierTests {
    static func verifier(_ dialect: SigV4Verifier.Dialect, _ known: Credentials = .suite) -> SigV4Verifier {
        SigV4Verifier(dialect: dialect) { $0 == known.accessKeyID ? known : nil }
    }

    static let request = SignableRequest(
        method: "PUT", path: "/bucket/a%20b", query: "x=1&y=%2F",
        headers: [("Host", "127.0.0.1:4566"), ("Accept", "*/*")])

    static func signed(
        _ request: SignableRequest = request, service: String = "s3", credentials: Credentials = .suite,
        payload: SigV4Signer.Payload = .bytes([1, 2, 3])
    ) -> SignableRequest {
        var signed = request
        signed.headers += SigV4Signer(credentials: credentials, region: "eu-west-1", service: service)
            .sign(request, payload: payload, now: .suiteDate)
        return signed
    }

    static func presigned(_ request: SignableRequest = request, expires: Int = 300) -> SignableRequest {
        var signed = request
        signed.headers = [("Host", "127.0.0.1:4566")]
        signed.query = SigV4Signer(credentials: .suite, region: "eu-west-1", service: "s3")
            .presignedQuery(signed, expires: expires, now: .suiteDate)
        return signed
    }

    @Test("What the signer signed is accepted, for every dialect")
    func roundTrip() throws {
        for (dialect, service) in [(SigV4Verifier.Dialect.s3, "s3"), (.query, "sns"), (.json, "lambda")] {
            let result = Self.verifier(dialect).verify(
                Self.signed(service: service), bodyHash: Checksum.sha256Hex([1, 2, 3]), now: .suiteDate + 60_000)
            let verified = try #require(result.verified)
            #expect(verified.scope.service == service)
            #expect(verified.scope.region == "eu-west-1")
            #expect(verified.signedAt == .suiteDate)
            #expect(verified.payloadHash == Checksum.sha256Hex([1, 2, 3]))
            #expect(!verified.isPresigned)
        }
    }

    @Test("A presigned request is accepted up to its last moment, and what it says of the body is known")
    func presignedRoundTrip() throws {
        let result = Self.verifier(.s3).verify(Self.presigned(), bodyHash: nil, now: .suiteDate + 300_000)
        let verified = try #require(result.verified)
        #expect(verified.isPresigned)
        #expect(verified.payloadHash == "UNSIGNED-PAYLOAD")
    }

    @Test("A request without a signature is anonymous")
    func anonymous() {
        guard case .anonymous = Self.verifier(.s3).verify(Self.request, bodyHash: nil, now: 0) else {
            Issue.record("not anonymous")
            return
        }
    }

    @Test("Changing any signed part is noticed", arguments: 0..<6)
    func tampering(_ part: Int) {
        var request = Self.signed()
        switch part {
        case 0: request.method = "GET"
        case 1: request.path = "/bucket/a%20c"
        case 2: request.query = "x=2&y=%2F"
        case 3: request.query = nil
        case 4: request.headers[1].value = "text/plain"
        default:
            let index = request.headers.firstIndex { $0.name == "x-amz-content-sha256" }
            if let index { request.headers[index].value = Checksum.sha256Hex([1, 2, 4]) }
        }
        let error = Self.verifier(.s3).verify(request, bodyHash: nil, now: .suiteDate).error
        #expect(error?.code == "SignatureDoesNotMatch")
        #expect(error?.status == 403)
        #expect(error?.detail("SignatureProvided")?.utf8.count == 64)
        #expect(error?.detail("CanonicalRequest")?.hasPrefix(request.method) == true)
    }

    @Test("A body other than the signed one is noticed by the services that hash it")
    func tamperedBody() {
        let request = Self.signed(service: "lambda")
        let error = Self.verifier(.json).verify(request, bodyHash: Checksum.sha256Hex([9]), now: .suiteDate).error
        #expect(error?.code == "InvalidSignatureException")
        let queryError = Self.verifier(.query).verify(request, bodyHash: Checksum.sha256Hex([9]), now: .suiteDate).error
        #expect(queryError?.code == "SignatureDoesNotMatch")
    }

    @Test("Equivalent spellings of path and query have one signature")
    func equivalentSpellings() {
        var request = Self.signed()
        request.path = "/%62ucket/a%20b"
        request.query = "y=/&x=1"
        #expect(Self.verifier(.s3).verify(request, bodyHash: nil, now: .suiteDate).verified != nil)
        var spaced = Self.request
        spaced.query = "prefix=a%20b"
        spaced = Self.signed(spaced)
        spaced.query = "prefix=a+b"
        #expect(Self.verifier(.s3).verify(spaced, bodyHash: nil, now: .suiteDate).verified != nil)
    }

    // Codes and wording: S3 API Reference, "Error Responses"; IAM User Guide, "Troubleshoot Signature Version 4".
    @Test("An unknown access key has the error of its service")
    func unknownKey() {
        var other = Credentials.suite
        other.accessKeyID = "AKIDOTHER"
        let request = Self.signed(credentials: other)
        let hash = Checksum.sha256Hex([1, 2, 3])
        let s3 = Self.verifier(.s3).verify(request, bodyHash: nil, now: .suiteDate).error
        #expect(
            s3
                == AWSError(
                    "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.",
                    status: 403, details: [.init("AWSAccessKeyId", "AKIDOTHER")]))
        let sns = Self.verifier(.query).verify(request, bodyHash: hash, now: .suiteDate).error
        #expect(sns?.code == "InvalidClientTokenId")
        let lambda = Self.verifier(.json).verify(request, bodyHash: hash, now: .suiteDate).error
        #expect(lambda?.code == "UnrecognizedClientException")
        #expect(lambda?.message == "The security token included in the request is invalid.")
    }

    @Test("A request from another time is turned away, with both times")
    func skew() {
        let request = Self.signed()
        let error = Self.verifier(.s3).verify(request, bodyHash: nil, now: .suiteDate + 900_001).error
        #expect(error?.code == "RequestTimeTooSkewed")
        #expect(error?.detail("RequestTime") == "20150830T123600Z")
        #expect(error?.detail("ServerTime") == "2015-08-30T12:51:00Z")
        let lambda = Self.verifier(.json).verify(request, bodyHash: "", now: .suiteDate + 600_000).error
        #expect(
            lambda?.message
                == "Signature expired: 20150830T123600Z is now earlier than 20150830T124100Z (20150830T124600Z - 5 min.)"
        )
        let early = Self.verifier(.json).verify(request, bodyHash: "", now: .suiteDate - 600_000).error
        #expect(early?.message.hasPrefix("Signature not yet current: 20150830T123600Z is still later than") == true)
    }

    @Test("An expired presigned URL says when it expired")
    func expired() {
        let error = Self.verifier(.s3).verify(Self.presigned(), bodyHash: nil, now: .suiteDate + 301_000).error
        #expect(
            error
                == AWSError(
                    "AccessDenied", "Request has expired", status: 403,
                    details: [
                        .init("X-Amz-Expires", 300), .init("Expires", "2015-08-30T12:41:00Z"),
                        .init("ServerTime", "2015-08-30T12:41:01Z"),
                    ]))
    }

    @Test(
        "Broken presigned queries say what is wrong",
        arguments: [
            ("X-Amz-Expires=300", "X-Amz-Expires=604801", "must be less than a week"),
            ("X-Amz-Expires=300", "X-Amz-Expires=-1", "X-Amz-Expires must be non-negative"),
            ("X-Amz-Expires=300", "X-Amz-Expires=soon", "X-Amz-Expires should be a number"),
            ("&X-Amz-Expires=300", "", "Query-string authentication version 4 requires"),
            ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=AWS4", "X-Amz-Algorithm only supports"),
            ("aws4_request", "aws5_request", "the Credential is mal-formed"),
            ("X-Amz-Date=2015", "X-Amz-Date=x015", "X-Amz-Date must be in the ISO8601 Long Format"),
            ("X-Amz-Date=20150830", "X-Amz-Date=20150831", "Invalid credential date"),
        ])
    func brokenQuery(old: String, new: String, message: String) throws {
        var request = Self.presigned()
        let query = try #require(request.query)
        let range = try #require(query.firstRange(of: old))
        request.query = query.replacingCharacters(in: range, with: new)
        let error = Self.verifier(.s3).verify(request, bodyHash: nil, now: .suiteDate).error
        #expect(error?.code == "AuthorizationQueryParametersError")
        #expect(error?.status == 400)
        #expect(error?.message.contains(message) == true)
    }

    @Test(
        "Broken authorization headers say what is wrong",
        arguments: [
            ("Basic dXNlcg==", "InvalidArgument"),
            ("AWS4-HMAC-SHA256", "AuthorizationHeaderMalformed"),
            ("AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=00", "AuthorizationHeaderMalformed"),
            ("AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature=", "AuthorizationHeaderMalformed"),
            (
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150829/r/s3/aws4_request,SignedHeaders=host,Signature=00",
                "AuthorizationHeaderMalformed"
            ),
            (
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/r/s3/aws4_request,SignedHeaders=host;x-amz-date,"
                    + "Signature=zz", "SignatureDoesNotMatch"
            ),
        ])
    func brokenHeader(header: String, code: String) {
        var request = Self.signed()
        request.headers.removeAll { $0.name == "Authorization" }
        request.headers.append(("Authorization", header))
        #expect(Self.verifier(.s3).verify(request, bodyHash: nil, now: .suiteDate).error?.code == code)
    }

    @Test("S3 wants a date, a payload hash and every x-amz header signed")
    func s3Demands() {
        var undated = Self.signed()
        undated.headers.removeAll { $0.name == "X-Amz-Date" }
        #expect(
            Self.verifier(.s3).verify(undated, bodyHash: nil, now: .suiteDate).error?.message
                == "AWS authentication requires a valid Date or x-amz-date header")
        var unhashed = Self.signed()
        unhashed.headers.removeAll { $0.name == "x-amz-content-sha256" }
        #expect(
            Self.verifier(.s3).verify(unhashed, bodyHash: nil, now: .suiteDate).error?.message
                == "Missing required header for this request: x-amz-content-sha256")
        var added = Self.signed()
        added.headers.append(("x-amz-acl", "public-read"))
        let error = Self.verifier(.s3).verify(added, bodyHash: nil, now: .suiteDate).error
        #expect(error?.message == "There were headers present in the request which were not signed")
        #expect(error?.detail("HeadersNotSigned") == "x-amz-acl")
    }

    @Test("Temporary credentials hold only with their token")
    func token() {
        var temporary = Credentials.suite
        temporary.sessionToken = "token"
        let verifier = Self.verifier(.s3, temporary)
        #expect(
            verifier.verify(Self.signed(credentials: temporary), bodyHash: nil, now: .suiteDate).verified != nil)
        #expect(verifier.verify(Self.signed(), bodyHash: nil, now: .suiteDate).error?.code == "InvalidToken")
    }

    // Expected URLs: botocore 1.43.11, HmacV1QueryAuth, which boto3 takes by default for us-east-1.
    @Test("Presigned URLs of Signature Version 2 are accepted, and expire")
    func version2() {
        var temporary = Credentials.suite
        temporary.sessionToken = "tok/en+=="
        let get = SignableRequest(
            method: "GET", path: "/bucket/a%20b.png",
            query: "versionId=3&AWSAccessKeyId=AKIDEXAMPLE&Signature=gm0Xx3HbLC8F%2Fv5ofl18eXYdSgo%3D"
                + "&x-amz-security-token=tok%2Fen%2B%3D%3D&Expires=1440938460",
            headers: [("Host", "127.0.0.1:4566")])
        let verifier = Self.verifier(.s3, temporary)
        #expect(verifier.verify(get, bodyHash: nil, now: .suiteDate).verified?.isPresigned == true)
        let expired = verifier.verify(get, bodyHash: nil, now: 1_440_938_460_001).error
        #expect(expired?.message == "Request has expired")
        #expect(expired?.detail("Expires") == "2015-08-30T12:41:00Z")
        let put = SignableRequest(
            method: "PUT", path: "/bucket/k",
            query: "AWSAccessKeyId=AKIDEXAMPLE&Signature=Fsq1FLdVl54LDsNx6J5uCKYW9ns%3D&content-type=image%2Fpng"
                + "&Expires=1440938460", headers: [])
        #expect(Self.verifier(.s3).verify(put, bodyHash: nil, now: .suiteDate).verified != nil)
        var tampered = put
        tampered.path = "/bucket/l"
        #expect(
            Self.verifier(.s3).verify(tampered, bodyHash: nil, now: .suiteDate).error?.code == "SignatureDoesNotMatch")
        var virtualHost = put
        virtualHost.path = "/k"
        #expect(
            Self.verifier(.s3).verify(virtualHost, bodyHash: nil, virtualHostBucket: "bucket", now: .suiteDate).verified
                != nil)
    }

    @Test("The service of a request is told from its scope")
    func scopes() {
        let header = Self.signed(service: "sagemaker").headers.value("Authorization") ?? ""
        #expect(credentialScope(ofAuthorization: header)?.service == "sagemaker")
        #expect(credentialScope(ofQuery: Self.presigned().query ?? "")?.service == "s3")
        #expect(credentialScope(ofQuery: "AWSAccessKeyId=A&Signature=x&Expires=1")?.service == "s3")
        #expect(credentialScope(ofAuthorization: "Bearer x") == nil)
        #expect(credentialScope(ofQuery: "a=b") == nil)
        #expect(CredentialScope(credential: "A/K/20150830/r/s3/aws4_request")?.accessKeyID == "A/K")
    }

    // AWS documentation: S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload
    // in Multiple Chunks", the example with 65 KB of "a".
    @Test("The chunk signatures of S3's documented upload come out")
    func chunkSignatures() throws {
        let request = SignableRequest(
            method: "PUT", path: "/examplebucket/chunkObject.txt",
            headers: [
                ("Host", "s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("Content-Encoding", "aws-chunked"),
                ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
                ("x-amz-decoded-content-length", "66560"), ("Content-Length", "66824"),
                (
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                        + "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                        + "x-amz-decoded-content-length;x-amz-storage-class,"
                        + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
                ),
            ])
        let result = Self.verifier(.s3, .documented).verify(request, bodyHash: nil, now: .documentedDate)
        var chain = try #require(result.verified?.chunkSignatures)
        let chunks = [
            (65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
            (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
            (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
        ]
        for (size, signature) in chunks {
            let hash = Checksum.sha256Hex([UInt8](repeating: UInt8(ascii: "a"), count: size))
            let acceptsWrong = chain.accept(String(signature.reversed()), chunkHash: hash)
            #expect(!acceptsWrong)
            let acceptsRight = chain.accept(signature, chunkHash: hash)
            #expect(acceptsRight)
        }
    }

    // AWS documentation: S3 API Reference, "Signature calculations for the Authorization header: Including trailing
    // headers", the example with 65 KB of "a".
    @Test("The trailer signature of S3's documented upload is accepted, no other")
    func trailerSignature() {
        let scope = CredentialScope(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", date: "20130524", region: "us-east-1", service: "s3")
        let key = SigningKey(secretAccessKey: Credentials.documented.secretAccessKey, scope: scope)
        var chain = ChunkSignatures(
            key: key, scope: scope, timestamp: "20130524T000000Z",
            seed: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
        let data = [UInt8](repeating: UInt8(ascii: "a"), count: 66_560)
        let signatures = [data.prefix(65_536), data.suffix(1024), []].map { chunk in
            chain.sign(chunkHash: Checksum.sha256Hex(Array(chunk)))
        }
        #expect(
            signatures == [
                "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
                "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
                "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            ])
        let trailer = [(name: "x-amz-checksum-crc32c", value: Base64.encode(Checksum.value(.crc32c, of: data)))]
        #expect(trailer[0].value == "sOO8/Q==")
        let signature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"
        #expect(chain.accepts(trailerSignature: signature, of: trailer))
        #expect(!chain.accepts(trailerSignature: signature, of: [("x-amz-checksum-crc32c", "AAAAAA==")]))
    }
}

extension Authentication {
    var verified: VerifiedRequest? {
        if case .verified(let request) = self { request } else { nil }
    }

    var error: AWSError? {
        if case .rejected(let error) = self { error } else { nil }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        var changed = self
        changed.replaceSubrange(range, with: text)
        return changed
    }
}
