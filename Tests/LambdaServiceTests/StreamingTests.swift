// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Foundation
import HTTPServer
import ServiceProtocols
import Testing

@testable import LambdaService

@Suite("Streamed results of real processes", .timeLimit(.minutes(1)))
struct StreamingTests {
    /// Streams as many bytes as the event says, in pieces of at most 64 KiB.
    private static let bootstrap = """
        #!/usr/bin/env python3
        import http.client, json, os
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        def pieces(count):
            while count > 0:
                yield b"x" * min(count, 65536)
                count -= 65536
        while True:
            api.request("GET", "/2018-06-01/runtime/invocation/next")
            head = api.getresponse()
            event, id = json.loads(head.read()), head.getheader("Lambda-Runtime-Aws-Request-Id")
            headers = {"Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked"}
            api.request("POST", f"/2018-06-01/runtime/invocation/{id}/response", pieces(event["bytes"]), headers,
                        encode_chunked=True)
            answer = api.getresponse()
            print("posted", answer.status, answer.read().decode(), flush=True)

        """

    /// The number of bytes that come of a stream, and how it ends.
    private func stream(
        _ count: Int, _ fixture: ServiceFixture
    ) async throws -> (received: Int, end: ExecutionResult) {
        let answer = try await fixture.service.stream(
            Invocation(function: "f", payload: Bytes(#"{"bytes":\#(count)}"#)), requestID: UUID().uuidString,
            wantsLog: true)
        guard case .streamed(let held, contentType: nil) = answer.body else {
            Issue.record("not streamed")
            return (0, ExecutionResult(payload: Bytes(), isError: true, log: Bytes()))
        }
        var received = 0
        while let piece = await held.stream.next() { received += piece.count }
        return (received, try LambdaService.result(of: await held.stream.end))
    }

    @Test("A stream may be as long as its limit, and no longer")
    func limit() async throws {
        #expect(LambdaLimits.streamedResponse == 209_715_200)
        let limit = 300_000
        try await ServiceFixture.run {
            $0.streamedResponseLimit = limit
        } _: { fixture in
            try await fixture.function(script: Self.bootstrap)
            let whole = try await stream(limit, fixture)
            #expect(whole.received == limit && !whole.end.isError)
            let tooLong = try await stream(limit + 1, fixture)
            #expect(tooLong.received <= limit && tooLong.end.isError)
            #expect(
                tooLong.end.payload.string
                    == #"{"errorMessage":"Response payload size exceeded maximum allowed payload size (300000 bytes).","#
                    + #""errorType":"Function.ResponseSizeTooLarge"}"#)
            #expect(tooLong.end.log.string.contains("posted 413 "))
        }
    }

    @Test("A stream is paced behind its burst")
    func pace() async throws {
        try await ServiceFixture.run {
            $0.pacing = ResponsePacing(burst: 100_000, bytesPerSecond: 1_000_000)
        } _: { fixture in
            try await fixture.function(script: Self.bootstrap)
            let start = MonotonicTime.now
            #expect(try await stream(400_000, fixture).received == 400_000)
            #expect(MonotonicTime.now.since(start) >= 299_000_000)
        }
    }
}
