// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Foundation
import HTTP1
import HTTPServer
import Locks
import Randomness
import ServiceProtocols
import TestSupport
import Testing

@testable import LambdaService

extension ServiceFixture {
    /// A function with an extension, whose `mode` is one that ``extensionScript`` knows.
    fileprivate func extended(
        _ mode: String = "", names: [String] = ["watcher"], timeout: Int = 30, executable: Bool = true,
        script: String? = ServiceFixture.bootstrap
    ) async throws {
        let folder = directory.appendingPathComponent("opt/extensions")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in names {
            let file = folder.appendingPathComponent(name).path
            try extensionScript.write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: executable ? 0o755 : 0o644], ofItemAtPath: file)
        }
        try await function(timeout: timeout, script: script) {
            $0.code.optFolder = directory.appendingPathComponent("opt").path
            $0.environment = ["MODE": mode]
        }
    }

    /// The lines of the log, each up to the first of some characters that differ from run to run.
    fileprivate var lines: [String] { log().split(separator: "\n").map(String.init) }

    /// The log once everything has ended.
    fileprivate func endedLog() async -> [String] {
        await service.stop()
        return lines
    }
}

/// What an extension does is told by the function's variable `MODE`.
private let extensionScript = """
    #!/usr/bin/env python3
    import http.client, json, os, signal, sys, time
    mode = os.environ["MODE"]
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    def call(method, path, body=None, headers={}):
        api.request(method, "/2020-01-01/extension/" + path, body, headers)
        answer = api.getresponse()
        return answer, answer.read().decode()
    if mode == "crash": sys.exit(4)
    answer, body = call("POST", "register", '{"events": ["INVOKE", "SHUTDOWN"]}', {
        "Lambda-Extension-Name": os.path.basename(sys.argv[0]), "Lambda-Extension-Accept-Feature": "x, accountId"})
    me = {"Lambda-Extension-Identifier": answer.getheader("Lambda-Extension-Identifier")}
    print("registered", answer.status, body, flush=True)
    print("watcher", os.getpid(), flush=True)
    def fail(kind):
        answer, body = call("POST", kind + "/error", "{}", {**me, "Lambda-Extension-Function-Error-Type": "Fatal.X"})
        print("failed", answer.status, body, flush=True)
    if mode == "init-error":
        fail("init")
        sys.exit(1)
    if mode == "init-error-stays":
        fail("init")
        signal.pause()
    while True:
        answer, body = call("GET", "event/next", None, me)
        event = json.loads(body)
        if event["eventType"] == "SHUTDOWN":
            print("SHUTDOWN", event["shutdownReason"], event["deadlineMs"] > time.time() * 1000, flush=True)
            if mode != "overstay": break
            signal.pause()
        print("INVOKE", event["requestId"], event["tracing"]["type"], flush=True)
        if mode == "die": os.kill(os.getpid(), signal.SIGKILL)
        if mode == "exit-error":
            fail("exit")
            sys.exit(0)
        if mode == "hold":
            open("release").close()

    """

@Suite("Extensions")
struct ExtensionTests {
    @Test("An extension is started before the runtime, hears of invocations and of the end, and is logged")
    func life() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.extended()
            let id = try await fixture.invoke().requestID
            let second = try await fixture.invoke().requestID
            let lines = await fixture.endedLog()
            let registered =
                #"registered 200 {"functionName":"f","functionVersion":"$LATEST","handler":"run","#
                + #""accountId":"000000000000"}"#
            for line in [
                registered, "INVOKE \(id) X-Amzn-Trace-Id", "INVOKE \(second) X-Amzn-Trace-Id",
                "SHUTDOWN spindown True",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            #expect(lines[0].hasPrefix("INIT_START"))
            let ready = try #require(
                lines.firstIndex(of: "EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]"))
            #expect(try #require(lines.firstIndex(of: registered)) < ready)
            #expect(try #require(lines.firstIndex { $0.hasPrefix("START") }) > ready)
            #expect(fixture.logs.lines(of: "f").contains { $0.origin == .extensionOutput })
        }
    }

    @Test("The result does not wait for extensions, the end of the invocation does")
    func hold() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.extended("hold")
            let gate = NamedPipe(at: fixture.directory.appendingPathComponent("task-f/release").path)
            defer { gate.close() }
            let response = await fixture.request(
                "POST", "/2015-03-31/functions/f/invocations", body: #"{"do":"count"}"#)
            #expect(response.status == 200)
            #expect(!fixture.log().contains("END RequestId"))
            gate.open()
            let attempt = try #require(await fixture.attempts.next(1).first)
            #expect(attempt.outcome == .succeeded && fixture.log().contains("END RequestId"))
            // The environment is free again.
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).payload.string.hasSuffix(", 2]"))
        }
    }

    // aws-lambda-runtime-interface-emulator, internal/lambda/rapid/handlers.go, watchEvents.
    @Test(
        "An extension that fails fails the invocation, with its error",
        arguments: [
            ("crash", "Extension.Crash", "exit status 4"), ("init-error", "Extension.InitError", "exit status 1"),
            ("init-error-stays", "Extension.InitError", "signal: killed"),
            ("die", "Extension.Crash", "signal: killed"), ("exit-error", "Extension.ExitError", "exit code 0"),
        ])
    func failures(mode: String, type: String, message: String) async throws {
        // The runtime hangs, so that it is the extension that ends the invocation.
        try await ServiceFixture.run { fixture in
            try await fixture.extended(mode)
            let result = try await fixture.invoke("f", #"{"do":"hang"}"#)
            #expect(result.functionError == "Unhandled")
            #expect(
                result.payload.string
                    == #"{"errorType":"\#(type)","errorMessage":"RequestId: \#(result.requestID) Error: \#(message)"}"#)
            let log = fixture.log()
            #expect(log.contains("\tStatus: error\tError Type: \(type)\n"))
            #expect(log.contains("INIT_REPORT") == (mode == "crash" || mode.hasPrefix("init")))
        }
    }

    @Test("An extension that cannot be run fails the init")
    func launchError() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.extended(executable: false)
            let result = try await fixture.invoke()
            #expect(
                result.payload.string.contains(
                    #""errorType":"Extension.LaunchError","errorMessage":"RequestId: \#(result.requestID) Error: "#
                        + #"fork/exec /opt/extensions/watcher: permission denied""#))
            #expect(
                fixture.log().contains(
                    "EXTENSION\tName: watcher\tState: LaunchError\tEvents: []\tError Type: PermissionDenied\n"))
        }
    }

    @Test("Eleven extensions are one too many")
    func tooMany() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.extended(names: (10...20).map { "e\($0)" })
            let payload = try await fixture.invoke().payload.string
            #expect(payload.contains("Extension.LaunchError"))
            #expect(fixture.log().contains("Name: e20\tState: LaunchError\tEvents: []\tError Type: TooManyExtensions"))
        }
    }

    @Test("After a timeout extensions are told so, and the next environment has its own")
    func timeout() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.extended(timeout: 1)
            let result = try await fixture.invoke("f", #"{"do":"hang"}"#)
            #expect(result.payload.string.contains("Task timed out after 1.00 seconds"))
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).payload.string.hasSuffix(", 1]"))
            let lines = await fixture.endedLog()
            #expect(lines.filter { $0 == "SHUTDOWN timeout True" }.count == 1)
            #expect(lines.filter { $0 == "SHUTDOWN spindown True" }.count == 1)
        }
    }

    @Test("A runtime that exits ends the environment; an extension that overstays is killed")
    func overstay() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.extended("overstay")
            _ = try await fixture.invoke("f", #"{"do":"exit","status":3}"#)
            #expect(await fixture.endedLog().contains("SHUTDOWN failure True"))
        }
    }

    @Test("Whoever of an environment is killed at any moment, the service serves on and leaves nothing behind")
    func killedAtAnyMoment() async throws {
        let seed = UInt64.random(in: .min ... .max)
        let killer = Killer(seed: seed)
        try await ServiceFixture.run(extraSink: killer) { fixture in
            try await fixture.extended()
            for _ in 0..<15 {
                let result = try await fixture.invoke("f", #"{"do":"count"}"#)
                let isKilled = result.payload.string.contains("signal: killed")
                #expect((result.functionError == nil) != isKilled, "seed \(seed): \(result.payload.string)")
            }
            killer.stop()
            // The last kill may not have been noticed yet.
            _ = try await fixture.invoke()
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).functionError == nil, "seed \(seed)")
            await fixture.service.stop()
            let handles = await withCheckedContinuation { continuation in
                fixture.loop.spawn { [loop = fixture.loop] in
                    // What is cancelled in one tick is gone a few later.
                    for _ in 0..<100 where loop.openHandles > 0 { await Task.yield() }
                    continuation.resume(returning: loop.openHandles)
                }
            }
            #expect(handles == 0, "seed \(seed)")
        }
    }

    @Test("An extension of the runtime's own process hears of invocations")
    func inside() async throws {
        let script = """
            #!/usr/bin/env python3
            import http.client, json, os, threading
            def call(method, path, body=None, headers={}):
                api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
                api.request(method, path, body, headers)
                answer = api.getresponse()
                return answer, answer.read().decode()
            def register(name, body):
                return call("POST", "/2020-01-01/extension/register", body, {"Lambda-Extension-Name": name} if name else {})
            answer, _ = register("inside", '{"events": ["INVOKE"]}')
            me = {"Lambda-Extension-Identifier": answer.getheader("Lambda-Extension-Identifier")}
            seen = [register("late", '{"events": ["SHUTDOWN"]}'), register("", "{}"), register("odd", "{")]
            seen += [call("GET", "/2020-01-01/extension/event/next"),
                     call("GET", "/2020-01-01/extension/event/next", None, {"Lambda-Extension-Identifier": "x"}),
                     call("POST", "/2020-01-01/extension/init/error", "{}", me),
                     call("PUT", "/2020-01-01/extension/register"), call("GET", "/2020-01-01/extension/other")]
            for answer, body in seen:
                print(answer.status, json.loads(body)["errorType"] if body.startswith("{") else body.strip(), flush=True)
            def watch():
                while True:
                    _, body = call("GET", "/2020-01-01/extension/event/next", None, me)
                    print("inside", json.loads(body)["eventType"], flush=True)
            threading.Thread(target=watch, daemon=True).start()
            while True:
                head, body = call("GET", "/2018-06-01/runtime/invocation/next")
                id = head.getheader("Lambda-Runtime-Aws-Request-Id")
                call("POST", f"/2018-06-01/runtime/invocation/{id}/response", body)

            """
        try await ServiceFixture.run { fixture in
            try await fixture.function(script: script)
            for _ in 0..<3 { #expect(try await fixture.invoke("f", "7").payload == "7") }
            let lines = await fixture.endedLog()
            #expect(lines.filter { $0 == "inside INVOKE" }.count == 3)
            #expect(lines.contains("EXTENSION\tName: inside\tState: Ready\tEvents: [INVOKE]"))
            for line in [
                "403 Extension.InvalidEventType", "403 Extension.InvalidExtensionName", "403 InvalidRequestFormat",
                "403 Extension.MissingExtensionIdentifier", "403 Extension.InvalidExtensionIdentifier",
                "403 Extension.MissingHeader", "405 ", "404 404 page not found",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
        }
    }

    @Test("Extensions are not given what is the runtime's only")
    func variables() {
        let variables = EnvironmentVariables(
            configuration: FunctionConfiguration(
                name: "f", environment: ["OWN": "1", "_OWN": "2"],
                code: FunctionCode(folder: "/task", sha256: "", size: 0)),
            version: "$LATEST", initialization: .onDemand, region: "r", logStream: "s", runtimeAPI: "a",
            credentials: FunctionCredentials(), paths: SandboxPaths(task: "/task", opt: "/opt"))
        let given = variables.ofExtensions
        #expect(given["OWN"] == "1" && given["AWS_LAMBDA_RUNTIME_API"] == "a" && given["PATH"] != nil)
        for name in ["_OWN", "_HANDLER", "LAMBDA_TASK_ROOT", "AWS_LAMBDA_LOG_STREAM_NAME"] {
            #expect(given[name] == nil && variables.values[name] != nil, "\(name)")
        }
    }
}

/// Kills runtimes and extensions when a line of their log comes by, at random.
private final class Killer: LambdaLogSink {
    private struct State {
        var random: RandomBits
        var processes: [String: [Int32]] = [:]
        var isOver = false
    }

    private let state: Locked<State>

    init(seed: UInt64) { state = Locked(State(random: RandomBits(seed: seed))) }

    func stop() { state.withLock { $0.isOver = true } }

    func append(_ line: LambdaLogLine) {
        let words = line.bytes.string.split(whereSeparator: \.isWhitespace)
        state.withLock { state in
            if words.count == 2, words[0] == "pid" || words[0] == "watcher", let pid = Int32(words[1]) {
                state.processes[line.stream, default: []].append(pid)
            }
            guard !state.isOver, Int.random(in: 0..<10, using: &state.random) == 0,
                let pid = state.processes[line.stream]?.randomElement(using: &state.random), isChild(pid)
            else { return }
            kill(pid, SIGKILL)
        }
    }

    /// The number of a process that has gone may be somebody else's by now.
    private func isChild(_ pid: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        return status?.contains("\nPPid:\t\(getpid())\n") ?? false
    }
}
