// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import JSON
import LambdaEvents
import Testing

/// A document of AWS and the type that must read it and write it again without losing or adding a key.
struct Fixture: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let json: String
    let reencode: @Sendable (Data) throws -> Data

    init<Event: Codable & Sendable>(_ name: String, _ type: Event.Type, _ json: String) {
        testDescription = name
        self.json = json
        reencode = { try JSONEncoder().encode(JSONDecoder().decode(type, from: $0)) }
    }
}

@Suite("Trigger events")
struct LambdaEventsTests {
    @Test("A documented event survives decoding and encoding key by key", arguments: Fixture.all)
    func roundTrip(fixture: Fixture) throws {
        let original = Data(fixture.json.utf8)
        let again = try fixture.reencode(original)
        #expect(try JSONDecoder().decode(JSONValue.self, from: again) == decoded(original))
    }

    private func decoded(_ data: Data) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: data)
    }

    @Test(
        "An object's key is read as the form encoding that S3 sends",
        arguments: [
            ("red+flower.jpg", "red flower.jpg"), ("a%40b", "a@b"), ("inputs/%C3%A9.json", "inputs/é.json"),
            ("plain", "plain"), ("100%", "100%"), ("%zz", "%zz"), ("%FF", "%FF"),
        ])
    func key(encoded: String, plain: String) {
        #expect(S3Event.Object(key: encoded).decodedKey == plain)
    }

    @Test("A key survives its form encoding", arguments: ["a b/c+d", "é@ü%", "~x*y_z-.", "日本語"])
    func formEncoding(key: String) {
        #expect(FormEncoding.decode(FormEncoding.encode(key)) == key)
    }

    @Test("A response is read as leniently as API Gateway reads it")
    func lenientResponse() throws {
        let json = #"{"statusCode":"201","headers":{"a":1,"b":true,"c":"x","d":null},"body":null}"#
        let response = try JSONDecoder().decode(APIGatewayV2Response.self, from: Data(json.utf8))
        #expect(response == APIGatewayV2Response(statusCode: 201, headers: ["a": "1", "b": "true", "c": "x"]))
    }

    @Test("A response writes only the keys that it has")
    func sparseResponse() throws {
        #expect(
            String(decoding: try JSONEncoder().encode(APIGatewayV2Response(statusCode: 204)), as: UTF8.self)
                == #"{"statusCode":204}"#)
    }

    @Test("A body is given as the client sent it")
    func body() throws {
        var request = try JSONDecoder().decode(APIGatewayV2Request.self, from: Data(Fixture.minimalRequest.utf8))
        #expect(request.bodyData == nil)
        request.body = "aGk="
        #expect(request.bodyData == Data("aGk=".utf8))
        request.isBase64Encoded = true
        #expect(request.bodyData == Data("hi".utf8))
    }
}
