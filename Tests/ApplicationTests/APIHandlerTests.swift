// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import ImageApplication
import LambdaEvents
import LambdaRuntime
import Testing

@testable import APIHandler

@Suite("APIHandler")
struct APIHandlerTests {
    let storage = MemoryStorage()

    func answer(
        _ route: String, query: [String: String]? = nil, path: [String: String]? = nil, body: String? = nil,
        endpoint: MemoryEndpoint = MemoryEndpoint()
    ) async throws -> (status: Int, body: String) {
        let handler = APIHandler(
            storage: storage, endpoint: endpoint, makeID: { "a" }, now: { "2026-01-01T00:00:01.000Z" })
        let method = String(route.prefix { $0 != " " })
        let request = APIGatewayV2Request(
            routeKey: route, rawPath: "/", queryStringParameters: query,
            requestContext: .init(
                accountId: "0", apiId: "x", domainName: "d", domainPrefix: "d",
                http: .init(method: method, path: "/", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "t"),
                requestId: "r", routeKey: route, stage: "$default", time: "t", timeEpoch: 0),
            body: body, pathParameters: path)
        let response = try await handler.handle(request, context: LambdaTesting.context())
        #expect(response.headers?["content-type"] == "application/json")
        return (response.statusCode, response.body ?? "")
    }

    @Test("A picture at once is stored and handed out for five minutes")
    func draw() async throws {
        let endpoint = MemoryEndpoint()
        let (status, body) = try await answer(
            "GET /images", query: ["prompt": "a wren", "seed": "4"], endpoint: endpoint)
        #expect(status == 200)
        #expect(body == #"{"prompt":"a wren","url":"https://birds/images/a.png?expires=300"}"#)
        #expect(storage.type("images/a.png") == "image/png")
        #expect(endpoint.received == [#"{"height":256,"prompt":"a wren","seed":4,"width":256}"#])
    }

    @Test("A picture later: the request is stored, the endpoint asked, the id told")
    func submit() async throws {
        let endpoint = MemoryEndpoint()
        let (status, body) = try await answer(
            "POST /images", body: #"{"prompt": "a wren", "width": 64, "height": 72}"#, endpoint: endpoint)
        #expect(status == 202)
        #expect(body == #"{"id":"a","status":"SUBMITTED"}"#)
        #expect(storage.text("inputs/a.json") == #"{"height":72,"prompt":"a wren","width":64}"#)
        #expect(endpoint.received == ["a from s3://birds/inputs/a.json"])
    }

    @Test("What is submitted can be looked at right away, and is not passed on again")
    func submittedState() async throws {
        _ = try await answer("POST /images", body: #"{"prompt": "a wren"}"#)
        let (status, body) = try await answer("GET /images/{id}", path: ["id": "a"])
        #expect(status == 200)
        #expect(
            body
                == #"{"id":"a","prompt":"a wren","status":"SUBMITTED","times":{"SUBMITTED":"2026-01-01T00:00:01.000Z"}}"#
        )
        #expect(try await StateStore(storage).state(of: "a")?.isPassedOn == true)
    }

    @Test("A picture that is there has an address")
    func ready() async throws {
        try await StateStore(storage).record(ImageStateTests.ready, of: "a")
        let (_, body) = try await answer("GET /images/{id}", path: ["id": "a"])
        #expect(body.contains(#""url":"https://birds/images/a.png?expires=300""#))
        #expect(body.contains(#""status":"READY""#))
    }

    @Test("An id that nobody has, or that is none, is not found", arguments: ["nobody", "../a", ""])
    func unknown(id: String) async throws {
        let (status, body) = try await answer("GET /images/{id}", path: ["id": id])
        #expect(status == 404)
        #expect(body == #"{"message":"there is no image with this id"}"#)
    }

    @Test(
        "Bad input is refused with a reason, and nothing is stored",
        arguments: [
            ("GET /images", nil, "a prompt is required"),
            ("POST /images", nil, "the request is not a JSON object"),
            (
                "POST /images", #"{"prompt": "a", "width": 65}"#,
                "width must be a multiple of 8 within 64 and 1024, it is 65"
            ),
        ] as [(String, String?, String)])
    func badInput(route: String, body: String?, reason: String) async throws {
        let result = try await answer(route, body: body)
        #expect(result.status == 400)
        #expect(result.body == #"{"message":"\#(reason)"}"#)
        #expect(storage.keys.isEmpty)
    }

    @Test("When the endpoint fails the client is told, and a request that was submitted has failed")
    func endpointFails() async throws {
        let broken = MemoryEndpoint(.failure(DrawingFailure(reason: "the model is out")))
        #expect(try await answer("GET /images", query: ["prompt": "a"], endpoint: broken).status == 502)
        #expect(storage.keys.isEmpty)
        let (status, body) = try await answer("POST /images", body: #"{"prompt": "a"}"#, endpoint: broken)
        #expect(status == 502)
        #expect(body == #"{"message":"the model is out"}"#)
        #expect(try await StateStore(storage).state(of: "a")?.reason == "the model is out")
    }

    @Test("An output that is no picture is the endpoint's failure")
    func noPicture() async throws {
        let (status, body) = try await answer(
            "GET /images", query: ["prompt": "a"], endpoint: MemoryEndpoint(.success("{}")))
        #expect(status == 502)
        #expect(body.contains("the raw output is no picture"))
    }
}
