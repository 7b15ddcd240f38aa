// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Foundation
import HTTPClient
import Logging
import Testing

@testable import SageMakerService

@Suite("Model lifecycle")
struct ModelLifecycleTests {
    @Test("A model is started once, and those who wait are admitted when it is ready")
    func ready() {
        var lifecycle = ModelLifecycle()
        #expect(lifecycle.handle(.wanted) == [.start])
        #expect(lifecycle.handle(.wanted) == [])
        #expect(!lifecycle.isReady && lifecycle.hopeless == nil)
        #expect(lifecycle.handle(.ready) == [.admitWaiting])
        #expect(lifecycle.isReady)
        #expect(lifecycle.handle(.ended("status 1")) == [.delay(.milliseconds(100))])
        #expect(!lifecycle.isReady && lifecycle.hopeless == nil)
        #expect(lifecycle.handle(.wanted) == [])
        #expect(lifecycle.handle(.delayEnded) == [.start])
    }

    @Test("A model that never becomes ready is started ever more rarely, and nobody is kept waiting for it")
    func hopeless() {
        var lifecycle = ModelLifecycle()
        _ = lifecycle.handle(.wanted)
        var delays: [Duration] = []
        for round in 1...12 {
            let actions = lifecycle.handle(.ended("round \(round)"))
            #expect(actions.contains(.refuseWaiting("round \(round)")) == (round >= 3))
            if case .delay(let delay)? = actions.last { delays.append(delay) }
            #expect((lifecycle.hopeless != nil) == (round >= 3))
            #expect(lifecycle.handle(.delayEnded) == [.start])
        }
        #expect(delays == delays.sorted() && delays.first == .milliseconds(100) && delays.last == .seconds(10))
        _ = lifecycle.handle(.ready)
        #expect(lifecycle.handle(.ended("again")) == [.delay(.milliseconds(100))])
    }

    @Test("A stopped model stays stopped")
    func stopped() {
        var lifecycle = ModelLifecycle()
        _ = lifecycle.handle(.wanted)
        #expect(lifecycle.handle(.stop) == [.terminate, .refuseWaiting("the endpoint is stopped")])
        for event in [.wanted, .ready, .ended("x"), .delayEnded, .stop] as [ModelLifecycle.Event] {
            #expect(lifecycle.handle(event) == [])
        }
        #expect(lifecycle.hopeless != nil)
    }

    @Test(
        "Places below a location are joined by one slash",
        arguments: ["s3://b/out", "s3://b/out/", "s3://b", "s3://b/"])
    func locations(text: String) throws {
        let location = try #require(S3Location(text))
        let folder = text.contains("out") ? "out/" : ""
        #expect(location.appending("x").description == "s3://b/\(folder)x")
        #expect(S3Location("s3://") == nil && S3Location("https://b/k") == nil)
    }
}

/// A server by the container contract, in the language that every machine of ours has.
private let script = """
    import http.server, os
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def answer(self, status, body):
            self.send_response(status); self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "text/x-answer"); self.end_headers(); self.wfile.write(body)
        def do_GET(self): self.answer(200 if self.path == "/ping" else 404, b"")
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if body == b"die": os._exit(3)
            self.answer(500 if body == b"fail" else 200, str(os.getpid()).encode() + b" " + body)
        def log_message(self, *_): pass
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
    """

@Suite("Model process", .timeLimit(.minutes(1)))
struct ModelProcessTests {
    private func with(
        _ executable: String, _ arguments: [String], _ body: (ModelProcess) async throws -> Void
    ) async throws {
        let loop = try EventLoop.start(named: "model-test")
        let client = HTTPClient(loop: loop)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let process = ModelProcess(
            loop: loop,
            model: Endpoint.Model(executable: executable, arguments: arguments, environment: ["PATH": path]),
            client: client, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let result: Result<Void, any Error>
        do { result = .success(try await body(process)) } catch { result = .failure(error) }
        await process.stop()
        await client.close()
        await loop.shutdown()
        try result.get()
    }

    private func ask(_ process: ModelProcess, _ body: Bytes) async -> ModelAnswer {
        await process.ask("/invocations", headers: [("Content-Type", "text/plain")], body: body, timeout: .seconds(50))
    }

    @Test("A process is waited for, asked, started again when it dies, and gone at the end")
    func process() async throws {
        var last: Int32 = 0
        try await with("python3", ["-c", script]) { process async throws in
            guard case .answered(let first) = await ask(process, "one") else { throw Unexpected() }
            #expect(first.status == 200 && first.contentType == "text/x-answer" && first.body.string.hasSuffix(" one"))
            guard case .answered(let failed) = await ask(process, "fail") else { throw Unexpected() }
            #expect(failed.status == 500)
            guard case .failed(.disconnected) = await ask(process, "die") else { throw Unexpected() }
            guard case .answered(let again) = await ask(process, "two") else { throw Unexpected() }
            #expect(again.status == 200 && again.body.string.hasSuffix(" two"))
            #expect(again.body.string.prefix { $0 != " " } != first.body.string.prefix { $0 != " " })
            last = Int32(again.body.string.prefix { $0 != " " }) ?? 0
        }
        #expect(kill(last, 0) == -1 && errno == ESRCH)
    }

    private struct Unexpected: Error {}

    @Test(
        "A model that cannot be started fails its requests with the reason",
        arguments: ["/no/such/model", "/bin/false"])
    func hopeless(executable: String) async throws {
        try await with(executable, []) { process async throws in
            guard case .failed(.notReady(let reason)) = await ask(process, "x") else { throw Unexpected() }
            #expect(reason.contains(executable == "/bin/false" ? "ended with status 1" : "no such file"))
        }
    }
}
