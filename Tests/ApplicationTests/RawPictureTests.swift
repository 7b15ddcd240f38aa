// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import ImageApplication
import PNGWriter
import Testing

@Suite("The endpoint's raw output")
struct RawPictureTests {
    @Test(
        "A picture is found, whatever stands around it",
        arguments: [
            #"{"generated_image":[[[1,2,3],[4,5,6]],[[7,8,9],[10,11,255]]]}"#,
            #" { "prompt" : "a \"}]{[ b" , "generated_image" : [ [ [1 , 2,3],[4,5,6] ] , [[7,8,9],[10,11,255]] ] , "x" : {"y":[1,{}]} } "#,
            #"{"generated_images":[[[[1,2,3],[4,5,6]],[[7,8,9],[10,11,255]]],[[[0,0,0]]]],"ok":true}"#,
        ])
    func found(json: String) throws {
        let picture = try RawPicture(json: Array(json.utf8))
        #expect(picture.width == 2)
        #expect(picture.height == 2)
        #expect(picture.rgb == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255])
    }

    @Test(
        "What is no picture is refused",
        arguments: [
            ("", "expected {"), ("[]", "expected {"), ("{}", "there is no generated_image"),
            (#"{"prompt":"x"}"#, "there is no generated_image"),
            (#"{"generated_image":[]}"#, "expected ["),
            (#"{"generated_image":[[]]}"#, "expected ["),
            (#"{"generated_image":[[[1,2]]]}"#, "expected ,"),
            (#"{"generated_image":[[[1,2,3,4]]]}"#, "expected ]"),
            (#"{"generated_image":[[[1,2,256]]]}"#, "a colour is no whole number from 0 to 255"),
            (#"{"generated_image":[[[1,2,-3]]]}"#, "a colour is no whole number from 0 to 255"),
            (#"{"generated_image":[[[1,2,99999999999999999999]]]}"#, "a colour is no whole number from 0 to 255"),
            (#"{"generated_image":[[[1.5,2,3]]]}"#, "expected ,"),
            (#"{"generated_image":[[["1",2,3]]]}"#, "a colour is no whole number from 0 to 255"),
            (#"{"generated_image":[[[1,2,3]],[[1,2,3],[1,2,3]]]}"#, "row 1 has 2 pixels, the first has 1"),
            (#"{"generated_image":[[[1,2,3]]"#, "expected ]"),
            (#"{"generated_image":[[[1,2,3]]]"#, "expected }"),
            (#"{"generated_image":[[[1,2,3]]]} x"#, "the document goes on after its end"),
            (#"{"x":"abc"#, "a string does not end"),
            (#"{"x":"abc\"#, "a string does not end"),
            (#"{"x":[1,2"#, "the document ends inside a value"),
            (#"{"x":,"generated_image":1}"#, "a value is missing"),
            (#"{"x":\#(String(repeating: "[", count: 100_000))"#, "values are nested too deep"),
        ])
    func refused(json: String, reason: String) {
        let error = #expect(throws: InvalidPicture.self) { try RawPicture(json: Array(json.utf8)) }
        #expect(error?.reason == reason)
    }

    @Test("Every part of a document, cut off, is refused")
    func truncated() {
        let whole = Array(#"{"a":[{"b":null}],"generated_image":[[[1,2,3],[4,5,6]]]}"#.utf8)
        for count in 0..<whole.count {
            #expect(throws: InvalidPicture.self) { try RawPicture(json: Array(whole[..<count])) }
        }
    }

    @Test("A PNG has its signature, its size and its colours' type")
    func png() throws {
        let file = try PNGWriter.encode(width: 2, height: 1, rgb: [255, 0, 0, 0, 255, 0])
        #expect(file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        // The first chunk: length, IHDR, width, height, 8 bits a channel, type 2 (RGB).
        #expect(Array(file[8..<26]) == [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 2, 0, 0, 0, 1, 8, 2])
        #expect(file.suffix(8).starts(with: Array("IEND".utf8)))
    }

    @Test("Noise, which does not compress, still fits")
    func incompressible() throws {
        var state: UInt64 = 7
        let rgb = (0..<3 * 256 * 256).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        #expect(try PNGWriter.encode(width: 256, height: 256, rgb: rgb).count > rgb.count)
    }

    @Test(
        "Sizes that do not fit the bytes are refused",
        arguments: [(0, 1, 0), (1, 0, 0), (1, 1, 2), (-1, -1, 3), (1, 1 << 40, 3)])
    func wrongSizes(width: Int, height: Int, count: Int) {
        #expect(throws: PNGError.self) {
            try PNGWriter.encode(width: width, height: height, rgb: [UInt8](repeating: 0, count: count))
        }
    }
}
