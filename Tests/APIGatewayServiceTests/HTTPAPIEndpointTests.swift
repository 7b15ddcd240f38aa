// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import ServiceProtocols
import Testing

@testable import APIGatewayService

@Suite struct HTTPAPIEndpointTests {
    private let loop: EventLoop

    init() throws {
        loop = try SharedLoop.get()
    }

    // AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs", the rules of format 2.0; texts and
    // numbers as recorded for function URLs, which share the format.
    @Test(
        "A result without a status is a JSON body",
        arguments: [
            ("{\"message\": \"Hello\"}", "{\"message\": \"Hello\"}"), ("\"Hello \\\"you\\\"\"", "Hello \"you\""),
            ("3", "3"), ("3.1", "3.1"), ("true", "true"), ("[1, 2]", "[1, 2]"), ("null", "null"),
            ("{\"body\": \"b\", \"headers\": {}}", "{\"body\": \"b\", \"headers\": {}}"),
        ])
    func inferred(result: String, body: String) async throws {
        let response = try await response(to: result)
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.text == body)
    }

    @Test("A described response is sent as it says")
    func described() async throws {
        let response = try await response(
            to: """
                {"statusCode": "201",
                 "headers": {"Content-Type": "image/png", "X-Number": 7, "X-Flag": true, "X-None": null},
                 "cookies": ["a=1; Secure", "b=2"], "body": "AP8=", "isBase64Encoded": true}
                """)
        #expect(response.status == 201)
        #expect(response.headers.values("set-cookie") == ["a=1; Secure", "b=2"])
        #expect(response.headers["content-type"] == "image/png")
        #expect(response.headers["x-number"] == "7")
        #expect(response.headers["x-flag"] == "true")
        #expect(response.headers["x-none"] == nil)
        #expect(response.bytes == Bytes([0x00, 0xFF]))
        #expect(response.headers["apigw-requestid"] == "MGY4ZTdkNmMxMjM=")
    }

    @Test("A described response without a type is plain text, without a body is empty")
    func defaults() async throws {
        let response = try await response(to: "{\"statusCode\": 204}")
        #expect(response.status == 204)
        #expect(response.headers["content-type"] == "text/plain;charset=utf-8")
        #expect(response.bytes.isEmpty)
    }

    @Test(
        "A result that is no response gives 500",
        arguments: [
            "", "not json", "{\"statusCode\": 200", "{\"statusCode\": \"abc\"}", "{\"statusCode\": 0}",
            "{\"statusCode\": 99}", "{\"statusCode\": 101}", "{\"statusCode\": 1000}", "{\"statusCode\": {}}",
            "{\"statusCode\": 200, \"body\": {\"an\": \"object\"}}", "{\"statusCode\": 200, \"headers\": []}",
            "{\"statusCode\": 200, \"body\": \"*\", \"isBase64Encoded\": true}",
            "{\"statusCode\": 200, \"headers\": {\"bad name\": \"x\"}}",
            "{\"statusCode\": 200, \"headers\": {\"bad\\r\\nname\": \"x\"}}",
        ])
    func malformed(result: String) async throws {
        let response = try await response(to: result)
        #expect(response.status == 500)
        #expect(response.text == "{\"message\":\"Internal Server Error\"}")
    }

    @Test("A header value cannot end its line")
    func headerInjection() async throws {
        let response = try await response(to: "{\"statusCode\": 200, \"headers\": {\"x-a\": \"b\\r\\nset-cookie: c\"}}")
        #expect(response.headers["set-cookie"] == nil)
        #expect(response.headers["x-a"] == "b  set-cookie: c")
    }

    @Test("A failing function gives 500 and keeps its error to itself")
    func functionError() async throws {
        let harness = try GatewayHarness(loop: loop) { _ in
            InvocationResult(
                requestID: "r", executedVersion: "1", functionError: "Unhandled",
                payload: "{\"errorType\":\"Boom\",\"errorMessage\":\"secret\"}")
        }
        await expect(harness, "GET", "/images/1", gives: 500, "Internal Server Error")
    }

    // github.com/aws/serverless-application-model, issues 665 (a slash at the end), 326 (any method), 540 (the path's
    // variables), 1860 ($default): what the source ARNs of permissions had to be for them to work.
    @Test(
        "The function is called for the route, as its permissions name it",
        arguments: [
            ("GET", "/images/7", "$default/GET/images/{id}"), ("POST", "/test/images", "test/POST/images"),
            ("PATCH", "/any/", "$default/PATCH/any"), ("DELETE", "/", "$default/DELETE/"),
            ("GET", "/files/a/b", "$default/GET/files/{path+}"), ("GET", "/nowhere", "$default/$default"),
        ])
    func caller(method: String, path: String, source: String) async throws {
        let harness = try GatewayHarness(
            stages: ["$default": [:], "test": [:]],
            routes: ["GET /images/{id}", "POST /images", "ANY /any/", "DELETE /", "GET /files/{path+}", "$default"],
            loop: loop
        ) { _ in .returning("{}") }
        #expect(await harness.send(method, path).status == 200)
        #expect(
            harness.lambda.invocations.map(\.caller) == [
                ServiceCaller(
                    principal: "apigateway.amazonaws.com",
                    sourceARN: "arn:aws:execute-api:eu-west-1:000000000000:a1b2c3d4e5/\(source)",
                    sourceAccount: "000000000000")
            ])
    }

    @Test("An invocation that Lambda rejects gives 500")
    func rejected() async throws {
        let harness = try GatewayHarness(loop: loop) { _ throws(ServiceError) in
            throw ServiceError(code: "TooManyRequestsException", message: "Rate Exceeded.", status: 429)
        }
        await expect(harness, "GET", "/images/1", gives: 500, "Internal Server Error")
    }

    @Test("A payload that contains an error type is a response like any other")
    func errorTypeInPayload() async throws {
        let response = try await response(to: "{\"errorType\":\"x\"}")
        #expect(response.status == 200)
    }

    @Test(
        "What no route takes gives 404, what cannot be decoded 400",
        arguments: [
            ("GET", "/nothing", 404, "Not Found"), ("PUT", "/images", 404, "Not Found"), ("GET", "", 404, "Not Found"),
            ("GET", "/images/%", 400, "Bad Request"), ("GET", "/images/%zz", 400, "Bad Request"),
            ("GET", "/images/%FF", 400, "Bad Request"),
        ])
    func badRequests(method: String, path: String, status: Int, message: String) async throws {
        let harness = try GatewayHarness(loop: loop) { _ in .returning("{}") }
        await expect(harness, method, path, gives: status, message)
        #expect(harness.lambda.invocations.isEmpty)
    }

    // 10 MB: AWS documentation, "Quotas for configuring and running an HTTP API".
    @Test(
        "A body may have 10 MB and no byte more",
        arguments: [(HTTPAPIEndpoint.payloadLimitBytes, 200), (HTTPAPIEndpoint.payloadLimitBytes + 1, 413)])
    func bodyLimit(size: Int, status: Int) async throws {
        let harness = try GatewayHarness(loop: loop) { _ in .returning("{}") }
        let response = await harness.send("POST", "/images", body: Bytes(Array(repeating: 65, count: size)))
        #expect(response.status == status)
        if status == 413 { #expect(response.text == "{\"message\":\"Request Entity Too Large\"}") }
    }

    @Test("When its time is up the client gets 503, whatever the function still does and the clock says")
    func timeout() async throws {
        #expect(HTTPAPI.Integration(function: "f").timeout == .seconds(30))
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let harness = try GatewayHarness(timeout: .milliseconds(50), loop: loop) { _ in
            for await _ in ends {}
            return .returning("{}")
        }
        let response = await harness.send("GET", "/images/1")
        #expect(response.status == 503)
        #expect(response.text == "{\"message\":\"Service Unavailable\"}")
        end.finish()
    }

    @Test(
        "A host names its API",
        arguments: [
            ("a1b2c3d4e5.execute-api.localhost:4566", 200), ("A1B2C3D4E5.execute-api.eu-west-1.localhost", 200),
            ("a1b2c3d4e5.execute-api.localhost.localstack.cloud:4566", 200), ("other.execute-api.localhost", 404),
            ("localhost:4566", nil), ("bucket.s3.localhost", nil), ("execute-api.localhost", nil), ("", nil),
        ] as [(String, Int?)])
    func hosts(host: String, status: Int?) async throws {
        let harness = try GatewayHarness(loop: loop) { _ in .returning("{}") }
        let handler = harness.gateway.handler(forHost: host)
        let request = HTTPRequest(method: "GET", path: "/images/1", headers: ["Host": host])
        let response = await handler?.respond(to: request)
        #expect(response?.status == status)
    }

    @Test("An integration that Martlet does not run is refused, not ignored")
    func unsupportedIntegrations() {
        let old = HTTPAPI.Integration(function: "f", payloadFormatVersion: "1.0")
        let slow = HTTPAPI.Integration(function: "f", timeout: .seconds(31))
        for integration in [old, slow] {
            #expect(throws: HTTPAPIError.self) { try HTTPAPI(id: "a", routes: [.init("GET /", integration)]) }
        }
    }

    private func response(to result: String) async throws -> HTTPResponse {
        let harness = try GatewayHarness(loop: loop) { _ in .returning(Bytes(result)) }
        return await harness.send("GET", "/images/1")
    }

    private func expect(
        _ harness: GatewayHarness, _ method: String, _ path: String, gives status: Int, _ message: String,
        at location: SourceLocation = #_sourceLocation
    ) async {
        let response = await harness.send(method, path)
        #expect(response.status == status, sourceLocation: location)
        #expect(response.text == "{\"message\":\"\(message)\"}", sourceLocation: location)
        #expect(response.headers["content-type"] == "application/json", sourceLocation: location)
        #expect(response.headers.contains("apigw-requestid"), sourceLocation: location)
    }
}

extension HTTPResponse {
    var bytes: Bytes {
        if case .bytes(let bytes) = body { bytes } else { Bytes() }
    }

    var text: String { bytes.string }
}
