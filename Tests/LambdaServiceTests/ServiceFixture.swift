// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Foundation
import HTTP1
import HTTPServer
import Locks
import ServiceProtocols
import Store
import TestSupport
import Testing

@testable import LambdaService

/// A service on a loop of its own, with functions that are Python bootstraps in a temporary folder.
struct ServiceFixture {
    let loop: EventLoop
    let service: LambdaService
    let logs = LogRing()
    let attempts = Attempts()
    /// What the service said to whoever runs it.
    let reports = Locked<[String]>([])
    let clock: ManualClock
    let directory: URL
    let store: Store

    /// Runs a body with a service, and ends all of it afterwards: no process and no handle of the loop is left.
    static func run(
        options configure: (inout LambdaService.Options) -> Void = { _ in }, store: Store? = nil,
        functions: FunctionStore? = nil, extraSink: (any LambdaLogSink)? = nil,
        _ body: (ServiceFixture) async throws -> Void
    ) async throws {
        let loop = try EventLoop.start(named: "lambda-test")
        let fixture = try ServiceFixture(loop, store: store ?? .inMemory(), functions, extraSink, configure)
        do {
            try await body(fixture)
        } catch {
            await fixture.end()
            throw error
        }
        await fixture.end()
    }

    private init(
        _ loop: EventLoop, store: Store, _ functions: FunctionStore?, _ extraSink: (any LambdaLogSink)?,
        _ configure: (inout LambdaService.Options) -> Void
    ) throws {
        self.loop = loop
        self.store = store
        clock = ManualClock(start: Timestamp(milliseconds: 1_764_000_000_000))
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("lambda-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var options = LambdaService.Options(codeDirectory: directory.appendingPathComponent("code").path, seed: 1)
        options.endpointURL = "http://127.0.0.1:4566"
        configure(&options)
        let ids = RequestIDs(seed: 2)
        service = LambdaService(
            loop: loop,
            environment: ServiceEnvironment(
                account: "000000000000", region: "us-east-1", clock: clock, makeID: { ids.next() }),
            options: options, queue: try SQLiteEventQueue(store: store), functions: functions,
            logs: [logs] + (extraSink.map { [$0] } ?? []),
            observers: [attempts], report: { [reports] line in reports.withLock { $0.append(line) } })
    }

    private func end() async {
        await service.stop()
        await loop.shutdown()
        try? FileManager.default.removeItem(at: directory)
    }

    /// A function whose `handler` is one that ``bootstrap`` knows.
    @discardableResult
    func function(
        _ name: String = "f", handler: String = "run", timeout: Int = 30, script: String? = ServiceFixture.bootstrap,
        executable: Bool = true, _ configure: (inout FunctionConfiguration) -> Void = { _ in }
    ) async throws -> URL {
        let folder = directory.appendingPathComponent("task-\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let script {
            let file = folder.appendingPathComponent("bootstrap").path
            try script.write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: executable ? 0o755 : 0o644], ofItemAtPath: file)
        }
        var configuration = FunctionConfiguration(
            name: name, handler: handler, timeoutSeconds: timeout,
            code: FunctionCode(folder: folder.path, sha256: name, size: 1))
        configure(&configuration)
        try await service.createFunction(configuration)
        return folder
    }

    func invoke(_ function: String = "f", _ payload: String = "{}") async throws -> InvocationResult {
        try await service.invoke(Invocation(function: function, payload: Bytes(payload)))
    }

    /// One request of the Lambda API.
    func request(
        _ method: String, _ path: String, query: String? = nil, headers: HTTPHeaders = [:], body: Bytes = Bytes()
    ) async -> HTTPResponse {
        await service.respond(
            to: HTTPRequest(method: method, path: path, query: query, headers: headers, body: body))
    }

    func log(of function: String = "f") -> String {
        logs.lines(of: function).map(\.bytes.string).joined()
    }

    /// What a function does is told by its handler at init, and by the event's `do` at each invocation.
    static let bootstrap = """
        #!/usr/bin/env python3
        import http.client, json, os, signal, sys
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        def call(method, path, body=None, headers={}):
            api.request(method, "/2018-06-01/runtime/" + path, body, headers)
            answer = api.getresponse()
            return answer, answer.read()
        def first_time():
            try:
                os.close(os.open("marker", os.O_CREAT | os.O_EXCL))
                return True
            except FileExistsError:
                return False
        handler = os.environ["_HANDLER"]
        if handler == "init-exit" or (handler == "init-exit-once" and first_time()): sys.exit(3)
        if handler == "init-hang" and not os.path.exists("open"): signal.pause()
        if handler == "init-error":
            call("POST", "init/error", '{"errorMessage":"no luck","errorType":"Function.Init","requestId":""}',
                 {"Lambda-Runtime-Function-Error-Type": "Function.NoLuck"})
            sys.exit(1)
        print("pid", os.getpid(), flush=True)
        count = 0
        while True:
            head, body = call("GET", "invocation/next")
            count += 1
            id = head.getheader("Lambda-Runtime-Aws-Request-Id")
            event = json.loads(body)
            do = event.get("do")
            result = body
            if do == "fail":
                call("POST", f"invocation/{id}/error", '{"errorMessage":"sorry","errorType":"Oops"}')
                continue
            if do == "exit": sys.exit(event["status"])
            if do == "kill": os.kill(os.getpid(), signal.SIGKILL)
            if do == "hang": signal.pause()
            if do == "child":
                if os.fork() == 0: signal.pause()
                sys.exit(0)
            if do == "say":
                sys.stdout.write(event["text"]); sys.stdout.flush()
            if do == "headers": result = json.dumps({k.lower(): v for k, v in head.getheaders()})
            if do == "environment": result = json.dumps({"env": dict(os.environ), "cwd": os.getcwd()})
            if do == "count": result = json.dumps([os.getpid(), count])
            if do == "large": result = b'"' + b"x" * (event["size"] - 2) + b'"'
            if do == "null": result = None
            if do == "wrong":
                answer, text = call("POST", "invocation/other/response", "1")
                wrong = [answer.status, text.decode()]
                answer, text = call("POST", "init/error", "{}")
                answer2, text2 = call("GET", "nothing")
                result = json.dumps(wrong + [answer.status, text.decode(), answer2.status])
            if do == "after":
                call("POST", f"invocation/{id}/response", '"done"')
                os.kill(os.getpid(), signal.SIGKILL)
            answer, text = call("POST", f"invocation/{id}/response", result)
            if do == "large": print("posted", answer.status, text.decode(), flush=True)

        """
}

/// Hears of attempts, for tests to wait for.
final class Attempts: InvocationObserver {
    private let stream = AsyncStream.makeStream(of: InvocationRecord.self)

    func attemptEnded(_ record: InvocationRecord) { stream.continuation.yield(record) }

    /// The next attempts that nobody has taken yet.
    func next(_ count: Int) async -> [InvocationRecord] {
        var records: [InvocationRecord] = []
        for await record in stream.stream {
            records.append(record)
            if records.count == count { break }
        }
        return records
    }
}
