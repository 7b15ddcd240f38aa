// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import HTTP1
import HTTPServer
import ServiceProtocols
import TestSupport
import Testing

@testable import S3Service

@Suite("Objects", .timeLimit(.minutes(1)))
struct ObjectTests {
    @Test("A body of any size comes back, whole and in parts", arguments: [0, 1, 1000, 200_000, 3_000_000])
    func roundTrip(size: Int) async throws {
        try await Fixture.with { s3 async throws in
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let pieces = stride(from: 0, to: size, by: 60_000).map { Bytes(body[$0..<min($0 + 60_000, size)]) }
            let put = await s3.send("PUT", "/shelf/key", ["x-amz-meta-a": "1"], body: PiecewiseBody(pieces))
            #expect(put.status == 200)
            #expect(put.headers["ETag"] == "\"\(Hex.encode(Checksum.value(.md5, of: body)))\"")
            let response = await s3.send("GET", "/shelf/key")
            #expect(try await response.bytes() == body)
            #expect(response.headers["x-amz-meta-a"] == "1")
            #expect(response.headers["Content-Type"] == "binary/octet-stream")
            let head = await s3.send("HEAD", "/shelf/key")
            #expect(head.headers["Content-Length"] == "\(size)")
            guard size > 10 else { return }
            let part = await s3.send("GET", "/shelf/key", ["Range": "bytes=-10"])
            #expect(part.status == 206)
            #expect(part.headers["Content-Range"] == "bytes \(size - 10)-\(size - 1)/\(size)")
            #expect(try await part.bytes() == Array(body.suffix(10)))
        }
    }

    @Test("A body that breaks off, or is not what its head said, leaves nothing behind")
    func refusedBodies() async throws {
        try await Fixture.with { s3 async throws in
            let long = Bytes([UInt8](repeating: 7, count: 300_000))
            let refused: [(HTTPHeaders, any RequestBody, String)] = [
                ([:], PiecewiseBody([long], length: 400_000, breaksOff: true), "IncompleteBody"),
                ([:], PiecewiseBody([long], length: 400_000), "IncompleteBody"),
                (["Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="], BufferedBody("x"), "BadDigest"),
                (["Content-MD5": "AAAA"], BufferedBody("x"), "InvalidDigest"),
                (["x-amz-checksum-crc32": "AAAAAA=="], BufferedBody("x"), "BadDigest"),
                (["x-amz-checksum-crc32": "AA=="], BufferedBody("x"), "InvalidRequest"),
                (["x-amz-content-sha256": Checksum.sha256Hex([1])], BufferedBody("x"), "XAmzContentSHA256Mismatch"),
                (["x-amz-content-sha256": "nonsense"], BufferedBody("x"), "InvalidArgument"),
                (["x-amz-acl": "public-read"], BufferedBody("x"), "AccessControlListNotSupported"),
                (["x-amz-tagging": "a=b"], BufferedBody("x"), "NotImplemented"),
                (["Transfer-Encoding": "chunked"], ChunkedBody(), "NotImplemented"),
            ]
            for (headers, body, code) in refused {
                let response = await s3.send("PUT", "/shelf/refused", headers, body: body)
                #expect(response.code == code)
            }
            #expect(try await s3.keys().isEmpty)
            #expect(try s3.files() == 0)
        }
    }

    private struct ChunkedBody: RequestBody {
        var length: Int? { nil }
        func collect(limit: Int) async throws(RequestBodyError) -> Bytes { Bytes() }
        func next() async throws(RequestBodyError) -> Bytes? { nil }
    }

    // S3 API Reference, "Signature Calculations … including trailing headers": the form that SDKs send by default.
    @Test("A chunked body is taken apart, and its trailing checksum is checked", arguments: [1, 7, 1000])
    func chunked(pieceSize: Int) async throws {
        try await Fixture.with { s3 async throws in
            let crc = Checksum.value(.crc32, of: Array("hello world".utf8))
            for (value, status) in [(Base64.encode(crc), 200), ("AAAAAA==", 400)] {
                let wire = Array("6\r\nhello \r\n5\r\nworld\r\n0\r\nx-amz-checksum-crc32:\(value)\r\n\r\n".utf8)
                let pieces = stride(from: 0, to: wire.count, by: pieceSize).map {
                    Bytes(wire[$0..<min($0 + pieceSize, wire.count)])
                }
                let response = await s3.send(
                    "PUT", "/shelf/chunked-\(status)",
                    [
                        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding": "aws-chunked",
                        "x-amz-decoded-content-length": "11", "x-amz-trailer": "x-amz-checksum-crc32",
                    ], body: PiecewiseBody(pieces))
                #expect(response.status == status)
            }
            #expect(try await s3.get("chunked-200") == Array("hello world".utf8))
            #expect(try await s3.keys() == ["chunked-200"])
        }
    }

    @Test("Of many that create one object, or replace one version of it, exactly one succeeds")
    func conditionalRace() async throws {
        try await Fixture.with { s3 async throws in
            for headers in [["If-None-Match": "*"], ["If-Match": "\"\(Hex.encode(Checksum.value(.md5, of: [48])))\""]]
                as [HTTPHeaders]
            {
                let statuses = await withTaskGroup(of: Int.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            let body = Bytes(headers.contains("if-match") ? UUID().uuidString : "0")
                            return await s3.put("raced", body, headers).status
                        }
                    }
                    return await group.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(statuses.filter { $0 == 200 }.count == 1)
                #expect(statuses.filter { $0 == 412 }.count == 19)
            }
        }
    }

    @Test("An object that is replaced while it is read stays what it was to its reader")
    func replacedWhileRead() async throws {
        try await Fixture.with { s3 async throws in
            let old = [UInt8](repeating: 1, count: 1_000_000)
            await s3.put("key", Bytes(old))
            let response = await s3.send("GET", "/shelf/key")
            await s3.put("key", "new")
            #expect(try await response.bytes() == old)
            #expect(try await s3.get("key") == Array("new".utf8))
        }
    }

    @Test("Errors say what AWS says, and those of HEAD have no body")
    func errors() async throws {
        try await Fixture.with { s3 async throws in
            let missing = await s3.send("GET", "/shelf/no%20key")
            #expect(missing.status == 404)
            #expect(missing.text.contains("<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"))
            #expect(missing.text.contains("<Key>no key</Key>"))
            let id = try #require(missing.headers["x-amz-request-id"])
            #expect(missing.text.contains("<RequestId>\(id)</RequestId>"))
            let head = await s3.send("HEAD", "/shelf/none")
            #expect(head.status == 404 && head.text.isEmpty && head.headers["x-amz-id-2"] != nil)
            #expect(await s3.send("PUT", "/no-such-shelf/key").code == "NoSuchBucket")
            #expect(await s3.send("GET", "/shelf/key?versionId=3").code == "InvalidArgument")
            #expect(await s3.send("PATCH", "/shelf/key").code == "MethodNotAllowed")
            await s3.put("key", "0123456789")
            let range = await s3.send("GET", "/shelf/key", ["Range": "bytes=10-"])
            #expect(range.status == 416 && range.headers["Content-Range"] == "bytes */10")
            #expect(await s3.send("GET", "/shelf/key", isSigned: false).code == "AccessDenied")
        }
    }

    @Test("A presigned URL opens its object until it expires, and no other; its headers may be chosen")
    func presigned() async throws {
        try await Fixture.with { s3 async throws in
            await s3.put("key", "seen")
            let now = s3.clock.now.milliseconds
            func query(_ credentials: Credentials, _ path: String = "/shelf/key") -> String {
                SigV4Signer(credentials: credentials, region: "us-east-1", service: "s3").presignedQuery(
                    SignableRequest(
                        method: "GET", path: path, query: "response-content-type=text/plain",
                        headers: [("Host", "127.0.0.1:4566")]), expires: 300, now: now)
            }
            let issued = Credentials(accessKeyID: "ASIAFUNCTION", secretAccessKey: "secret", sessionToken: "token")
            let unknown = Credentials(accessKeyID: "nobody", secretAccessKey: "x")
            for credentials in [S3Access.common, issued] {
                let response = await s3.send("GET", "/shelf/key?\(query(credentials))", isSigned: false)
                #expect(response.text == "seen")
                #expect(response.headers["Content-Type"] == "text/plain")
            }
            #expect(
                await s3.send("GET", "/shelf/other?\(query(issued))", isSigned: false).code == "SignatureDoesNotMatch")
            #expect(
                await s3.send("PUT", "/shelf/key?\(query(issued))", isSigned: false).code == "SignatureDoesNotMatch")
            #expect(await s3.send("GET", "/shelf/key?\(query(unknown))", isSigned: false).code == "InvalidAccessKeyId")
            s3.clock.advance(by: .seconds(301))
            let late = await s3.send("GET", "/shelf/key?\(query(issued))", isSigned: false)
            #expect(late.code == "AccessDenied" && late.text.contains("Request has expired"))
        }
    }

    @Test("A signature is dated by its maker's clock, however far ahead the emulator's is")
    func fastClock() async throws {
        try await Fixture.with { s3 async throws in
            await s3.put("key", "seen")
            s3.clock.run(ahead: .seconds(3600))
            let query = SigV4Signer(credentials: S3Access.common, region: "us-east-1", service: "s3").presignedQuery(
                SignableRequest(
                    method: "GET", path: "/shelf/key", query: "", headers: [("Host", "127.0.0.1:4566")]),
                expires: 300, now: s3.clock.clientTime.milliseconds)
            #expect(await s3.send("GET", "/shelf/key?\(query)", isSigned: false).text == "seen")
        }
    }

    @Test("A copy keeps what the source has, or takes what the request says")
    func copies() async throws {
        try await Fixture.with { s3 async throws in
            await s3.put("a%20b", "body", ["x-amz-meta-n": "1", "Content-Type": "text/x"])
            #expect(await s3.put("copy", "", ["x-amz-copy-source": "/shelf/a%20b"]).status == 200)
            let copy = await s3.send("GET", "/shelf/copy")
            #expect(copy.text == "body" && copy.headers["x-amz-meta-n"] == "1")
            let illegal = await s3.put("copy", "", ["x-amz-copy-source": "shelf%2Fcopy"])
            #expect(illegal.code == "InvalidRequest")
            let replaced: HTTPHeaders = [
                "x-amz-copy-source": "shelf/copy", "x-amz-metadata-directive": "REPLACE", "x-amz-meta-n": "2",
            ]
            #expect(await s3.put("copy", "", replaced).status == 200)
            let again = await s3.send("GET", "/shelf/copy")
            #expect(again.text == "body" && again.headers["x-amz-meta-n"] == "2")
            let failed = await s3.put(
                "c", "", ["x-amz-copy-source": "shelf/copy", "x-amz-copy-source-if-match": "other"])
            #expect(failed.code == "PreconditionFailed")
            #expect(await s3.put("c", "", ["x-amz-copy-source": "shelf/none"]).code == "NoSuchKey")
        }
    }

    @Test("Several objects are deleted at once; deleting what is not there succeeds")
    func deletes() async throws {
        try await Fixture.with { s3 async throws in
            for key in ["a", "%20b%20", "c"] { await s3.put(key, "x") }
            let body = Bytes(
                "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a</Key></Object>"
                    + "<Object><Key> b </Key></Object>\n<Object><Key>none</Key></Object></Delete>")
            #expect(await s3.send("POST", "/shelf?delete", body: body).code == "InvalidRequest")
            let md5 = Base64.encode(Checksum.value(.md5, of: body.array))
            let response = await s3.send("POST", "/shelf?delete", ["Content-MD5": md5], body: body)
            #expect(response.text.matches(of: /<Deleted>/).count == 3)
            #expect(try await s3.keys() == ["c"])
            #expect(await s3.send("DELETE", "/shelf/none").status == 204)
            #expect(await s3.send("DELETE", "/shelf").code == "BucketNotEmpty")
            _ = await s3.send("DELETE", "/shelf/c")
            #expect(await s3.send("DELETE", "/shelf").status == 204)
            #expect(await s3.send("HEAD", "/shelf").status == 404)
        }
    }

    @Test(
        "Buckets lie where their constraint says",
        arguments: [
            ("us-east-1", nil, 200), ("us-east-1", "eu-west-1", 200), ("us-east-1", "mars", 400),
            ("eu-west-1", nil, 400), ("eu-west-1", "eu-west-1", 200), ("eu-west-1", "eu-west-2", 400),
        ] as [(String, String?, Int)])
    func regions(endpoint: String, constraint: String?, status: Int) async throws {
        let region = constraint ?? endpoint
        let answerToSecond = endpoint == "us-east-1" ? nil : "BucketAlreadyOwnedByYou"
        let document = constraint.map {
            "<CreateBucketConfiguration><LocationConstraint>\($0)</LocationConstraint></CreateBucketConfiguration>"
        }
        let body = Bytes(document ?? "")
        try await Fixture.with(region: endpoint) { s3 async throws in
            let made = await s3.send("PUT", "/second", body: body)
            #expect(made.status == status)
            guard status == 200 else { return }
            let head = await s3.send("HEAD", "/second")
            #expect(head.headers["x-amz-bucket-region"] == region)
            let again = await s3.send("PUT", "/second", body: body)
            #expect(again.code == answerToSecond)
        }
    }

    @Test("A multipart upload becomes one object, and its parts go")
    func multipart() async throws {
        try await Fixture.with { s3 async throws in
            let started = await s3.send("POST", "/shelf/big?uploads", ["x-amz-meta-n": "1"])
            let id = try #require(started.text.firstMatch(of: /<UploadId>([^<]+)</).map { String($0.1) })
            let parts = [[UInt8](repeating: 1, count: 5 << 20), [UInt8](repeating: 2, count: 3)]
            var document = "<CompleteMultipartUpload>"
            for (index, part) in parts.enumerated() {
                let put = await s3.send(
                    "PUT", "/shelf/big?partNumber=\(index + 1)&uploadId=\(id)", body: PiecewiseBody([Bytes(part)]))
                let etag = try #require(put.headers["ETag"])
                document += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(etag)</ETag></Part>"
            }
            #expect(try await s3.get("big") == nil)
            let path = "/shelf/big?uploadId=\(id)"
            #expect(await s3.send("GET", path).text.matches(of: /<Part>/).count == 2)
            let done = await s3.send("POST", path, body: Bytes(document + "</CompleteMultipartUpload>"))
            #expect(done.status == 200)
            let digests = parts.flatMap { Checksum.value(.md5, of: $0) }
            let head = await s3.send("HEAD", "/shelf/big")
            #expect(head.headers["ETag"] == "\"\(Hex.encode(Checksum.value(.md5, of: digests)))-2\"")
            #expect(head.headers["x-amz-meta-n"] == "1")
            #expect(try await s3.get("big") == parts[0] + parts[1])
            #expect(await s3.send("DELETE", path).code == "NoSuchUpload")
        }
    }
}
