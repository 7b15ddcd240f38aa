// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import ProxyIntegration
import ServiceProtocols
import Testing

@testable import APIGatewayService

// AWS documentation, "Configure CORS for HTTP APIs".
@Suite("CORS")
struct CORSTests {
    private static var configuration: CORSRules {
        var cors = CORSRules()
        cors.allowOrigins = ["https://birds.example", "http://*"]
        cors.allowMethods = ["GET", "POST"]
        cors.allowHeaders = ["authorization", "x-own"]
        cors.exposeHeaders = ["x-api-id"]
        cors.allowCredentials = true
        cors.maxAge = 300
        return cors
    }

    private func send(
        _ cors: CORSRules? = configuration, _ method: String = "GET", origin: String?,
        asks: String? = nil, result: Bytes = "{}"
    ) async throws -> (HTTPResponse, invocations: Int) {
        let harness = try GatewayHarness(cors: cors, loop: try SharedLoop.get()) { _ in .returning(result) }
        var headers: HTTPHeaders = ["Host": "127.0.0.1:3000"]
        if let origin { headers.add("Origin", origin) }
        if let asks { headers.add("Access-Control-Request-Method", asks) }
        let response = await harness.send(method, "/images/1", headers: headers)
        return (response, harness.lambda.invocations.count)
    }

    private func fields(_ response: HTTPResponse) -> [String: String] {
        let pairs = response.headers.map { ($0.name.lowercased(), $0.value) }
        return Dictionary(pairs.filter { $0.0.hasPrefix("access-control-") }) { "\($0) and \($1)" }
    }

    @Test("A preflight request is answered without a route and without a function")
    func preflight() async throws {
        let (response, invocations) = try await send(
            Self.configuration, "OPTIONS", origin: "https://birds.example", asks: "PUT")
        #expect(response.status == 204 && invocations == 0)
        #expect(response.headers["apigw-requestid"] != nil)
        #expect(
            fields(response) == [
                "access-control-allow-origin": "https://birds.example", "access-control-allow-credentials": "true",
                "access-control-allow-methods": "GET,POST", "access-control-allow-headers": "authorization,x-own",
                "access-control-max-age": "300",
            ])
    }

    @Test(
        "A page of another origin gets no permission",
        arguments: ["https://fish.example", "https://birds.example:81", "ftp://a"])
    func otherOrigin(origin: String) async throws {
        let (preflight, _) = try await send(Self.configuration, "OPTIONS", origin: origin, asks: "GET")
        #expect(preflight.status == 204 && fields(preflight).isEmpty)
        let (response, invocations) = try await send(Self.configuration, origin: origin)
        #expect(response.status == 200 && fields(response).isEmpty && invocations == 1)
    }

    @Test("The function's own headers give way to the API's")
    func response() async throws {
        let result: Bytes =
            #"{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"*","Access-Control-Max-Age":"1"}}"#
        let (response, _) = try await send(Self.configuration, origin: "http://any.example", result: result)
        #expect(
            fields(response) == [
                "access-control-allow-origin": "http://any.example", "access-control-allow-credentials": "true",
                "access-control-expose-headers": "x-api-id",
            ])
        let (same, _) = try await send(Self.configuration, origin: nil, result: result)
        #expect(fields(same).isEmpty)
        let (free, _) = try await send(nil, origin: "http://any.example", result: result)
        #expect(fields(free) == ["access-control-allow-origin": "*", "access-control-max-age": "1"])
    }

    @Test("Errors of the API tell pages too")
    func errors() async throws {
        let (response, _) = try await send(Self.configuration, "DELETE", origin: "http://any.example")
        #expect(response.status == 404)
        #expect(fields(response)["access-control-allow-origin"] == "http://any.example")
    }

    @Test("All origins are a star; OPTIONS without a question is a request like any other")
    func anyOrigin() async throws {
        var cors = CORSRules()
        cors.allowOrigins = ["*"]
        let (preflight, _) = try await send(cors, "OPTIONS", origin: "https://a.example", asks: "GET")
        #expect(fields(preflight) == ["access-control-allow-origin": "*"])
        let (options, _) = try await send(cors, "OPTIONS", origin: "https://a.example")
        #expect(options.status == 404)
    }

    @Test("Credentials do not go with all origins")
    func credentials() throws {
        var cors = CORSRules()
        cors.allowOrigins = ["*"]
        cors.allowCredentials = true
        #expect(throws: HTTPAPIError("allow-credentials is not supported if 'allow-origin' is *")) {
            try HTTPAPI(id: "a", cors: cors, routes: [])
        }
    }
}
