// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import ImageApplication
import Testing

@Suite("A request for a picture")
struct ImageRequestTests {
    @Test(
        "A valid one is taken as it is",
        arguments: [
            (#"{"prompt": "a wren", "width": 64, "height": 1024, "seed": 0}"#, 64, 1024, 0),
            (
                #"{"prompt": "a wren", "width": 1024, "height": 64, "seed": 4294967295, "more": []}"#, 1024, 64,
                4_294_967_295
            ),
            (#"{"prompt": "a wren"}"#, 256, 256, nil),
            (#"{"prompt": "a wren", "width": 72, "height": null}"#, 72, 256, nil),
        ] as [(String, Int, Int, Int?)])
    func valid(json: String, width: Int, height: Int, seed: Int?) throws {
        let request = try ImageRequest(json: Data(json.utf8))
        #expect(request.prompt == "a wren")
        #expect(request.width == width)
        #expect(request.height == height)
        #expect(request.seed == seed)
        #expect(try ImageRequest(json: Data(request.json)) == request)
    }

    @Test(
        "An invalid one is refused with the reason",
        arguments: [
            ("", "the request is not a JSON object"),
            ("[]", "the request is not a JSON object"),
            ("{}", "a prompt is required"),
            (#"{"prompt": " \n "}"#, "a prompt is required"),
            (#"{"prompt": 7}"#, "prompt must be a string"),
            (#"{"prompt": "a", "width": 63}"#, "width must be a multiple of 8 within 64 and 1024, it is 63"),
            (#"{"prompt": "a", "width": 56}"#, "width must be a multiple of 8 within 64 and 1024, it is 56"),
            (#"{"prompt": "a", "height": 1032}"#, "height must be a multiple of 8 within 64 and 1024, it is 1032"),
            (#"{"prompt": "a", "height": -64}"#, "height must be a multiple of 8 within 64 and 1024, it is -64"),
            (#"{"prompt": "a", "width": "64"}"#, "width must be a whole number"),
            (#"{"prompt": "a", "height": 64.5}"#, "height must be a whole number"),
            (#"{"prompt": "a", "seed": 1e99}"#, "seed must be a whole number"),
            (#"{"prompt": "a", "seed": -1}"#, "seed must be within 0 and 4294967295, it is -1"),
        ])
    func invalid(json: String, reason: String) {
        let error = #expect(throws: InvalidRequest.self) { try ImageRequest(json: Data(json.utf8)) }
        #expect(error?.reason == reason)
    }

    @Test("77 words are taken, 78 are not")
    func words() throws {
        let words = Array(repeating: "wren", count: 77).joined(separator: " \t")
        #expect(try ImageRequest(prompt: words).prompt == words)
        let error = #expect(throws: InvalidRequest.self) { try ImageRequest(prompt: words + "\nwren") }
        #expect(error?.reason == "the prompt has 78 words, at most 77 are allowed")
    }

    @Test("A query says the same")
    func query() throws {
        let request = try ImageRequest(query: ["prompt": "a", "width": "64", "seed": "3"])
        #expect(try request == ImageRequest(prompt: "a", width: 64, height: 256, seed: 3))
        let error = #expect(throws: InvalidRequest.self) { try ImageRequest(query: ["prompt": "a", "width": "x"]) }
        #expect(error?.reason == "width must be a whole number")
    }
}

@Suite("The keys of the bucket")
struct ImageKeysTests {
    @Test(
        "A key tells what it is",
        arguments: [
            ("inputs/a-1.json", .input(id: "a-1")), ("images/a.png", .image(id: "a")), ("images/a.json", nil),
            ("inputs/.json", nil), ("inputs/a/b.json", nil), ("inputs/a b.json", nil), ("state/a.json", nil),
            ("inputs/../x.json", nil), ("", nil),
        ] as [(String, ImageKeys.Kind?)])
    func kinds(key: String, expected: ImageKeys.Kind?) {
        #expect(ImageKeys.kind(of: key) == expected)
    }

    @Test("An id has at most 64 characters")
    func idLength() {
        #expect(ImageKeys.isID(String(repeating: "a", count: 64)))
        #expect(!ImageKeys.isID(String(repeating: "a", count: 65)))
        #expect(!ImageKeys.isID(""))
    }

    @Test("An s3 address has a bucket and a key", arguments: ["s3://b", "s3:///k", "s3://b/", "http://b/k", ""])
    func badLocations(text: String) {
        #expect(S3Location(text) == nil)
    }

    @Test("An s3 address is read and written")
    func location() {
        #expect(S3Location("s3://b/k/l")?.text == "s3://b/k/l")
    }
}
