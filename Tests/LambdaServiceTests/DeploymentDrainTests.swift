// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import HTTPServer
import ServiceProtocols
import TestSupport
import Testing

@testable import LambdaService

private func package(_ variant: Int) -> ZipFile {
    let bootstrap = ServiceFixture.bootstrap.replacingOccurrences(
        of: "    do = event.get(\"do\")\n",
        with: """
                do = event.get("do")
                print("variant", \(variant), "runs", event["n"], flush=True)
                if event["n"] == 1:
                    open(event["gate"]).close()

            """)
    return ZipFile([.file("bootstrap", bootstrap, mode: 0o755)])
}

private func code(_ variant: Int) -> String { "\"ZipFile\":\"\(Data(package(variant).bytes).base64EncodedString())\"" }

/// Tells when a function's log has a line that ends with some text.
private final class LineSignal: LambdaLogSink {
    private let stream = AsyncStream.makeStream(of: Void.self)
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    func append(_ line: LambdaLogLine) {
        if line.bytes.string.contains(text) { stream.continuation.yield() }
    }

    func wait() async {
        for await _ in stream.stream { return }
    }
}

@Suite("A new deployment", .timeLimit(.minutes(1)))
struct DeploymentDrainTests {
    // LocalStack's recorded snapshot of AWS, test_async_invoke_queue_upon_function_update: the first event ran on the
    // old code, the fourteen that were queued on the new.
    @Test("What runs ends on the old code, what is queued runs on the new")
    func drain() async throws {
        let first = LineSignal("variant 1 runs 1")
        try await ServiceFixture.run(options: { $0.environments = 1 }, extraSink: first) { fixture in
            let functions = "/2015-03-31/functions"
            let created = await fixture.request(
                "POST", functions,
                body: Bytes(
                    """
                    {"FunctionName":"f","Runtime":"provided.al2023","Handler":"run","Timeout":30,\
                    "Role":"arn:aws:iam::000000000000:role/r","Code":{\(code(1))}}
                    """))
            #expect(created.status == 201)
            let gate = NamedPipe(at: fixture.directory.appendingPathComponent("gate").path)
            defer { gate.close() }
            for number in 1...15 {
                _ = try await fixture.service.invokeAsync(
                    Invocation(function: "f", payload: Bytes(#"{"n":\#(number),"gate":"\#(gate.path)"}"#)))
            }
            await first.wait()
            let updated = await fixture.request("PUT", "\(functions)/f/code", body: Bytes("{\(code(2))}"))
            #expect(updated.status == 200)
            gate.open()
            _ = await fixture.attempts.next(15)
            let lines = fixture.log().split(separator: "\n").filter { $0.hasPrefix("variant") }.sorted()
            #expect(lines == (["variant 1 runs 1"] + (2...15).map { "variant 2 runs \($0)" }).sorted().map { $0[...] })
        }
    }
}
