// SPDX-License-Identifier: Apache-2.0
import Buffers
import ImageApplication
import LambdaRuntime
import PNGWriter
import Testing

@testable import PostProcessor

@Suite("PostProcessor")
struct PostProcessorTests {
    let storage = MemoryStorage()

    func send(_ event: String) async -> (payload: String, isError: Bool) {
        let result = await LambdaTesting.invoke(PostProcessor(storage: storage), json: Bytes(event))
        return (result.payload.string, result.isError)
    }

    @Test("The raw output becomes a PNG")
    func picture() async throws {
        storage.store("outputs/a.out", #"{"generated_image": [[[255,0,0],[0,255,0]]], "prompt": "a wren"}"#)
        let result = await send(StateTrackerTests.completed)
        #expect(!result.isError)
        #expect(
            storage.bytes("images/a.png") == (try PNGWriter.encode(width: 2, height: 1, rgb: [255, 0, 0, 0, 255, 0])))
        #expect(storage.type("images/a.png") == "image/png")
    }

    @Test("An output that is not there, or is none, is an error of the function")
    func broken() async {
        let missing = await send(StateTrackerTests.completed)
        #expect(missing.isError)
        #expect(missing.payload.contains("there is no object at s3:"))
        storage.store("outputs/a.out", "{}")
        let invalid = await send(StateTrackerTests.completed)
        #expect(invalid.isError)
        #expect(invalid.payload.contains("there is no generated_image"))
    }

    @Test("Other messages give no picture", arguments: [StateTrackerTests.failed, StateTrackerTests.sns("hello")])
    func others(event: String) async {
        let result = await send(event)
        #expect(!result.isError)
        #expect(result.payload == #"{"images":[]}"#)
    }
}
