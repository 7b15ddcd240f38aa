// SPDX-License-Identifier: Apache-2.0
import ImageApplication
import Testing

@testable import StandInModel

@Suite("The stand-in model")
struct StandInModelTests {
    func order(_ body: String, type: String? = "application/json") throws -> PaintingOrder {
        try PaintingOrder(contentType: type, body: Array(body.utf8))
    }

    @Test("An order comes as JSON or as a bare prompt")
    func orders() throws {
        let expected = PaintingOrder(prompt: "a wren", width: 64, height: 72, seed: 3)
        #expect(try order(#"{"prompt":"a wren","width":64,"height":72,"seed":3,"guidance_scale":7.5}"#) == expected)
        #expect(try order("a wren", type: "application/x-text; charset=utf-8") == PaintingOrder(prompt: "a wren"))
        #expect(try order(#"{"prompt":"a wren"}"#, type: nil) == PaintingOrder(prompt: "a wren"))
    }

    @Test(
        "What is no order is refused",
        arguments: [
            ("", "application/json"), ("{}", "application/json"), (#"{"prompt":" "}"#, "application/json"),
            (#"{"prompt":"a","width":9}"#, "application/json"), (#"{"prompt":"a","height":2048}"#, "application/json"),
            (#"{"prompt":"a","seed":-1}"#, "application/json"), ("", "application/x-text"), ("a", "image/png"),
        ])
    func refused(body: String, type: String) {
        #expect(throws: PaintingOrder.Invalid.self) { try order(body, type: type) }
    }

    @Test("A prompt can ask for a failure")
    func failure() {
        #expect(PaintingOrder(prompt: "A wren, Please Fail.").asksForFailure)
        #expect(!PaintingOrder(prompt: "a failing wren, please").asksForFailure)
    }

    @Test("The same order gives the same picture, another seed or prompt another")
    func deterministic() {
        let order = PaintingOrder(prompt: "a wren", width: 16, height: 8, seed: 1)
        let pixels = Painting(order).pixels()
        #expect(pixels == Painting(order).pixels())
        #expect(pixels.count == 3 * 16 * 8)
        #expect(pixels != Painting(PaintingOrder(prompt: "a wren", width: 16, height: 8, seed: 2)).pixels())
        #expect(pixels != Painting(PaintingOrder(prompt: "a robin", width: 16, height: 8, seed: 1)).pixels())
    }

    @Test("The answer is what the post-processor reads")
    func answer() throws {
        let painting = Painting(PaintingOrder(prompt: "a \"wren\"\n", width: 24, height: 8))
        let picture = try RawPicture(json: painting.answer())
        #expect(picture.width == 24)
        #expect(picture.height == 8)
        #expect(picture.rgb == painting.pixels())
    }
}
