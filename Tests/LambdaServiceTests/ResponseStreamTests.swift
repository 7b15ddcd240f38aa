// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTP1
import Locks
import Testing

@testable import LambdaService

@Suite("Streamed results, piece by piece", .timeLimit(.minutes(1)))
struct ResponseStreamTests {
    private static let done = ExecutionOutcome.finished(ExecutionResult(payload: "rest", isError: false, log: ""))

    /// Runs a body with a stream on a loop of its own.
    private func withStream(_ body: (ResponseStream, EventLoop) async throws -> Void) async throws {
        let loop = try EventLoop.start(named: "stream-test")
        try await body(ResponseStream(loop: loop), loop)
        await loop.shutdown()
    }

    @Test("Pieces come in order, each after the one before was taken, and then the outcome")
    func order() async throws {
        try await withStream { stream, loop in
            let written = Locked(0)
            loop.spawn {
                await stream.begin(contentType: "text/plain")
                for index in 0..<100 {
                    await stream.write(Bytes("\(index)"))
                    written.withLock { $0 = index + 1 }
                }
                await stream.finish(Self.done)
            }
            guard case .streamed(contentType: "text/plain") = await stream.beginning() else {
                Issue.record("not streamed")
                return
            }
            for index in 0..<100 {
                // Whoever writes waits: it is never more than one piece ahead.
                #expect(written.withLock { $0 } <= index)
                #expect(await stream.next()?.string == "\(index)")
            }
            #expect(await stream.next() == nil)
            #expect(await stream.next() == nil)
            guard case .finished(let result) = await stream.end else {
                Issue.record("not finished")
                return
            }
            #expect(result.payload == "rest")
        }
    }

    @Test("An invocation that streams nothing gives its outcome at once")
    func whole() async throws {
        try await withStream { stream, loop in
            loop.spawn { await stream.finish(.throttled(.concurrency)) }
            guard case .whole(.throttled) = await stream.beginning() else {
                Issue.record("not whole")
                return
            }
        }
    }

    @Test("When the caller has gone, whoever writes goes on without waiting")
    func abandoned() async throws {
        try await withStream { stream, loop in
            let writer = loop.spawn { for _ in 0..<10 { await stream.write("piece") } }
            _ = await stream.beginning()
            var held: StreamedResult? = StreamedResult(stream, loop: loop)
            #expect(await held?.stream.next() == "piece")
            held = nil
            await writer.value
        }
    }

    @Test("An invocation that ends while a piece waits leaves that piece to its caller")
    func endsMeanwhile() async throws {
        try await withStream { stream, loop in
            let writer = loop.spawn { await stream.write("piece") }
            _ = await stream.beginning()
            await stream.finish(.abandoned)
            #expect(await stream.next() == "piece")
            #expect(await stream.next() == nil)
            await writer.value
            await stream.write("too late")
            #expect(await stream.next() == nil)
        }
    }
}

@Suite("The pace of streamed results")
struct ResponsePacingTests {
    private func moment(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html#config-rs-bandwidth-cap
    @Test("The first 6 MB go as they come, the rest at 2 MB a second")
    func burst() {
        var pacing = ResponsePacing()
        #expect(pacing.pause(after: 6 << 20, at: moment(0)) == nil)
        #expect(pacing.pause(after: 1 << 20, at: moment(10)) == .milliseconds(500))
        // A second piece at the same moment waits for the first.
        #expect(pacing.pause(after: 1 << 20, at: moment(10)) == .milliseconds(1000))
        // Who was slow for a while is not let go faster for it.
        #expect(pacing.pause(after: 2 << 20, at: moment(60_000)) == .milliseconds(1000))
    }

    @Test("A piece that crosses the limit pays for what is behind it")
    func crossing() {
        var pacing = ResponsePacing(burst: 10, bytesPerSecond: 1000)
        #expect(pacing.pause(after: 10, at: moment(0)) == nil)
        var other = ResponsePacing(burst: 10, bytesPerSecond: 1000)
        #expect(other.pause(after: 11, at: moment(0)) == .milliseconds(1))
    }
}

@Suite("Error trailers of streamed results")
struct StreamedPostTests {
    @Test(
        "The trailers' body is what the caller gets, decoded where it is base64",
        arguments: [
            (
                ["Lambda-Runtime-Function-Error-Body": "eyJhIjoxfQ==", "Lambda-Runtime-Function-Error-Type": "X"],
                #"{"a":1}"#
            ),
            (["Lambda-Runtime-Function-Error-Body": "not base64!"], "not base64!"),
            (["Lambda-Runtime-Function-Error-Type": "Runtime.Oops"], #"{"errorType":"Runtime.Oops"}"#),
            (["lambda-runtime-function-error-type": "", "Other": "x"], nil), ([:], nil),
        ] as [(HTTPHeaders, String?)])
    func trailers(headers: HTTPHeaders, error: String?) {
        #expect(StreamedPost.error(in: headers)?.string == error)
    }
}
