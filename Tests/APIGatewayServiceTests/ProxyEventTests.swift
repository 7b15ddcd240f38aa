// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Foundation
import HTTP1
import HTTPServer
import JSON
import LambdaEvents
import ServiceProtocols
import Testing

@testable import APIGatewayService

@Suite struct ProxyEventTests {
    private let loop: EventLoop

    init() throws {
        loop = try SharedLoop.get()
    }

    // Shape: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs".
    @Test("A request becomes the event that API Gateway sends, key for key")
    func wholeEvent() async throws {
        let event = try await event(
            "POST", "/images", query: "parameter1=value1&parameter1=value2&parameter2=a%20b",
            headers: [
                "Host": "127.0.0.1:3000", "User-Agent": "agent", "Content-Type": "application/json; charset=utf-8",
                "X-Many": "1", "x-many": "2", "Cookie": "cookie1=a; cookie2=b", "Connection": "keep-alive",
                "X-Amzn-Trace-Id": "Root=1-5e6722a7-cc56abcd46db7ae02d4da47e",
            ],
            body: "{\"prompt\": \"é\"}")
        let expected = """
            {"version": "2.0", "routeKey": "POST /images", "rawPath": "/images",
             "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=a%20b",
             "cookies": ["cookie1=a", "cookie2=b"],
             "headers": {"host": "127.0.0.1:3000", "user-agent": "agent",
               "content-type": "application/json; charset=utf-8", "content-length": "16", "x-many": "1,2",
               "x-amzn-trace-id": "Root=1-5e6722a7-cc56abcd46db7ae02d4da47e", "x-forwarded-for": "127.0.0.1",
               "x-forwarded-port": "3000", "x-forwarded-proto": "http"},
             "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "a b"},
             "requestContext": {"accountId": "000000000000", "apiId": "a1b2c3d4e5",
               "domainName": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com", "domainPrefix": "a1b2c3d4e5",
               "http": {"method": "POST", "path": "/images", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                 "userAgent": "agent"},
               "requestId": "MGY4ZTdkNmMxMjM=", "routeKey": "POST /images", "stage": "$default",
               "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1584039838123},
             "body": "{\\"prompt\\": \\"é\\"}", "isBase64Encoded": false}
            """
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(expected.utf8))
        #expect(event == value)
    }

    @Test("What a request does not have is absent from its event")
    func absentKeys() async throws {
        guard case .object(let event) = try await event("GET", "/images/1") else {
            Issue.record("the event is no object")
            return
        }
        #expect(
            event.keys.sorted() == [
                "headers", "isBase64Encoded", "pathParameters", "rawPath", "rawQueryString", "requestContext",
                "routeKey", "version",
            ])
        #expect(event["rawQueryString"] == .string(""))
    }

    // An HTTP API decodes rawPath: recorded events in hotsock/voker#8, aws/aws-lambda-dotnet#1901.
    @Test("Path and path parameters are decoded, an escaped slash stays in its parameter")
    func decodedPath() async throws {
        let request = try await request("GET", "/images/a%20b%2Fc%C3%A9")
        #expect(request.rawPath == "/images/a b/cé")
        #expect(request.pathParameters == ["id": "a b/cé"])
    }

    // ministackorg/ministack#766 reports this split from AWS; forms really are base64.
    @Test(
        "A body is text for the text types only",
        arguments: [
            ("text/plain", "hé", false), ("text/csv; charset=utf-8", "a", false), ("application/json", "{}", false),
            ("application/xml", "<a/>", false), ("application/javascript", "1", false),
            ("application/x-www-form-urlencoded", "a=b", true), ("application/octet-stream", "a", true),
            ("image/png", "a", true), (nil, "a", true),
        ] as [(String?, String, Bool)])
    func bodyEncoding(type: String?, body: String, isBase64: Bool) async throws {
        var headers: HTTPHeaders = [:]
        headers["content-type"] = type
        let request = try await request("POST", "/images", headers: headers, body: Bytes(body))
        #expect(request.isBase64Encoded == isBase64)
        #expect(request.body == (isBase64 ? Data(body.utf8).base64EncodedString() : body))
    }

    @Test("A text type whose body is not UTF-8 goes as base64, so that no byte is lost")
    func brokenText() async throws {
        let body = Bytes([0xFF, 0x00, 0x41])
        let request = try await request("POST", "/images", headers: ["content-type": "text/plain"], body: body)
        #expect(request.bodyData == Data(body.array))
        #expect(request.isBase64Encoded)
    }

    @Test(
        "A named stage is part of the path, the default one is not",
        arguments: [("/dev/images/7", "dev", "/dev/images/7"), ("/images/7", "$default", "/images/7")])
    func stages(path: String, stage: String, rawPath: String) async throws {
        let request = try await request("GET", path, stages: ["$default": [:], "dev": ["a": "b"]])
        #expect(request.requestContext.stage == stage)
        #expect(request.rawPath == rawPath)
        #expect(request.requestContext.http.path == rawPath)
        #expect(request.pathParameters == ["id": "7"])
        #expect(request.stageVariables == (stage == "dev" ? ["a": "b"] : nil))
    }

    @Test("The domain is the API's own name when the client used it")
    func domain() async throws {
        let host = "a1b2c3d4e5.execute-api.localhost.localstack.cloud"
        let request = try await request("GET", "/images/1", headers: ["Host": "\(host):4566"])
        #expect(request.requestContext.domainName == host)
        #expect(request.headers["x-forwarded-port"] == "4566")
    }

    @Test("A request without a trace id gets one, which the invocation carries too")
    func trace() async throws {
        let harness = try GatewayHarness(loop: loop) { _ in .returning("{}") }
        _ = await harness.send("GET", "/images/1", headers: ["X-Forwarded-For": "10.0.0.1"])
        let invocation = try #require(harness.lambda.invocations.first)
        let request = try JSONDecoder().decode(APIGatewayV2Request.self, from: Data(invocation.payload.array))
        #expect(invocation.traceHeader == "Root=1-5e6a879e-0f8e7d6c12344abc9def0011")
        #expect(request.headers["x-amzn-trace-id"] == invocation.traceHeader)
        #expect(request.headers["x-forwarded-for"] == "10.0.0.1, 127.0.0.1")
        #expect(invocation.function == "arn:aws:lambda:eu-west-1:000000000000:function:Images:live")
    }

    private func event(
        _ method: String, _ path: String, query: String? = nil, headers: HTTPHeaders = ["Host": "127.0.0.1:3000"],
        body: Bytes = Bytes(), stages: [String: [String: String]] = ["$default": [:]]
    ) async throws -> JSONValue {
        let harness = try GatewayHarness(stages: stages, loop: loop) { _ in .returning("{}") }
        let response = await harness.send(method, path, query: query, headers: headers, body: body)
        #expect(response.status == 200)
        let payload = try #require(harness.lambda.invocations.first?.payload)
        return try JSONDecoder().decode(JSONValue.self, from: Data(payload.array))
    }

    private func request(
        _ method: String, _ path: String, query: String? = nil, headers: HTTPHeaders = ["Host": "127.0.0.1:3000"],
        body: Bytes = Bytes(), stages: [String: [String: String]] = ["$default": [:]]
    ) async throws -> APIGatewayV2Request {
        let event = try await event(method, path, query: query, headers: headers, body: body, stages: stages)
        return try JSONDecoder().decode(APIGatewayV2Request.self, from: JSONEncoder().encode(event))
    }
}
