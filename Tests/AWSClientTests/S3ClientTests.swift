// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Curl
import Testing

@testable import AWSClient

@Suite("The S3 client")
struct S3ClientTests {
    // Addressing: Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
    @Test(
        "The bucket stands in AWS's host, and in the path of a configured endpoint",
        arguments: [
            ([:], "b", "a b/ü+%.json", "https://b.s3.eu-west-1.amazonaws.com/a%20b/%C3%BC%2B%25.json"),
            ([:], "b.c", "k", "https://s3.eu-west-1.amazonaws.com/b.c/k"),
            (["AWS_REGION": "cn-north-1"], "b", "k", "https://b.s3.cn-north-1.amazonaws.com.cn/k"),
            (["AWS_ENDPOINT_URL": "http://127.0.0.1:4566"], "b", "/a/../k", "http://127.0.0.1:4566/b//a/../k"),
            (["AWS_ENDPOINT_URL": "http://h:80/"], "b", "k", "http://h/b/k"),
            (["AWS_ENDPOINT_URL": "http://x", "AWS_ENDPOINT_URL_S3": "https://y:1/p/"], "b", "k", "https://y:1/p/b/k"),
            (
                ["AWS_ENDPOINT_URL": "http://x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"], "b", "k",
                "https://b.s3.eu-west-1.amazonaws.com/k"
            ),
        ])
    func addressing(variables: [String: String], bucket: String, key: String, url: String) async throws {
        let aws = FakeAWS(.answer(200, [("etag", "\"1\""), ("Content-Type", "text/plain")], body: "x"))
        let object = try await aws.client(variables).s3.getObject(bucket: bucket, key: key)
        #expect(object == S3Object(body: "x", eTag: "\"1\"", contentType: "text/plain"))
        #expect(aws.requests[0].url == url)
        #expect(aws.requests[0].body == nil)
        let isHTTPS = url.hasPrefix("https")
        #expect(aws.requests[0].certificateAuthorities == (isHTTPS ? "/etc/pki/tls/certs/ca-bundle.crt" : nil))
    }

    @Test("A conditional write says its condition and gives the new ETag")
    func conditionalPut() async throws {
        let aws = FakeAWS(.answer(200, [("ETag", "\"2\"")]), .answer(200, [("ETag", "\"3\"")]))
        let s3 = try aws.client().s3
        let first = try await s3.putObject(
            bucket: "b", key: "k", body: "{}", contentType: "application/json", ifNoneMatch: "*")
        #expect(try await s3.putObject(bucket: "b", key: "k", body: "", ifMatch: first) == "\"3\"")
        #expect(aws.requests.map(\.method) == ["PUT", "PUT"])
        #expect(aws.requests[0].header("If-None-Match") == "*")
        #expect(aws.requests[0].header("Content-Type") == "application/json")
        #expect(aws.requests[0].body == "{}")
        #expect(aws.requests[1].header("If-Match") == "\"2\"")
        #expect(aws.requests[1].header("If-None-Match") == nil)
    }

    @Test("Head and delete read what they need")
    func headAndDelete() async throws {
        let aws = FakeAWS(.answer(200, [("Content-Length", "7"), ("ETag", "\"1\"")]), .answer(204))
        let s3 = try aws.client().s3
        #expect(try await s3.headObject(bucket: "b", key: "k").contentLength == 7)
        try await s3.deleteObject(bucket: "b", key: "k")
        #expect(aws.requests.map(\.method) == ["HEAD", "DELETE"])
    }

    @Test(
        "S3's errors are read from their XML, and from the status where there is none",
        arguments: [
            (
                404,
                "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Message>No &lt;such&gt; k&#x65;y &amp; so</Message>"
                    + "<Key>k</Key></Error>", "NoSuchKey", "No <such> key & so"
            ),
            (412, "", "PreconditionFailed", "the service gave no reason"),
            (404, "", "NotFound", "the service gave no reason"),
            (503, "<html>", "HTTP503", "the service gave no reason"),
            (400, "<Error><Code>X</Code><Message>a & b &unknown; c</Message></Error>", "X", "a & b &unknown; c"),
        ])
    func errors(status: Int, body: String, code: String, message: String) async throws {
        let aws = FakeAWS(.answer(status, [("x-amz-request-id", "R")], body: body))
        let error = await #expect(throws: AWSServiceError.self) {
            try await aws.client().s3.getObject(bucket: "b", key: "k")
        }
        #expect(error == AWSServiceError(code: code, message: message, status: status, requestID: "R"))
        #expect(error?.isNotFound == (status == 404))
        #expect(error?.isPreconditionFailed == (status == 412))
    }

    @Test(
        "A presigned URL is one that S3 accepts until it expires", arguments: [[:], ["AWS_ENDPOINT_URL": "http://h:1"]])
    func presigned(variables: [String: String]) throws {
        let url = try FakeAWS().client(variables).s3
            .presignedGetURL(bucket: "b", key: "images/a b.png", expiresIn: .seconds(300))
        let host = variables.isEmpty ? "b.s3.eu-west-1.amazonaws.com" : "h:1"
        #expect(url.contains("//\(host)/"))
        let request = FakeAWS.signable(method: "GET", url: url, headers: [("Host", host)])
        let verifier = SigV4Verifier(dialect: .s3) { $0 == "AKID" ? FakeAWS.credentials : nil }
        #expect(verifier.verify(request, bodyHash: nil, now: FakeAWS.now + 300_000).isVerified)
        #expect(!verifier.verify(request, bodyHash: nil, now: FakeAWS.now + 301_000).isVerified)
    }
}
