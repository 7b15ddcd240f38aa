// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Foundation
import HTTP1
import Locks
import Randomness
import ServiceProtocols
import Testing

@testable import LambdaService

@Suite("Invocations of real processes", .timeLimit(.minutes(2)))
struct InvocationTests {
    @Test("A result is the runtime's bytes, and warm environments are used again")
    func success() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let text = #"{"do":null, "x" : [1, 2.50]}"#
            let result = try await fixture.invoke("f", text)
            #expect(result.payload.string == text && result.functionError == nil && result.executedVersion == "$LATEST")
            let first = try await fixture.invoke("f", #"{"do":"count"}"#).payload.string
            let second = try await fixture.invoke("f", #"{"do":"count"}"#).payload.string
            #expect(first.hasSuffix(", 2]") && second.hasSuffix(", 3]"))
            #expect(try await fixture.invoke("f", #"{"do":"null"}"#).payload.isEmpty)
        }
    }

    @Test("The log holds START, what the function wrote, END and REPORT, in this order")
    func log() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            // Many times: output must never slip into the next invocation.
            for index in 0..<50 {
                let result = try await fixture.invoke("f", #"{"do":"say","text":"line \#(index)\nno end"}"#)
                let lines = result.logTail.string.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                #expect(lines.first == "START RequestId: \(result.requestID) Version: $LATEST")
                #expect(
                    Array(lines.dropFirst().prefix(3)) == [
                        "line \(index)", "no end", "END RequestId: \(result.requestID)",
                    ])
                let report = try Regex(
                    #"REPORT RequestId: [-0-9a-f]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"#
                        + #"Max Memory Used: [1-9]\d* MB\t(Init Duration: \d+\.\d\d ms\t)?"#)
                let match = try report.wholeMatch(in: String(try #require(lines.last)))
                #expect(match != nil && (match?[1].range != nil) == (index == 0))
            }
            let attempt = try #require(await fixture.attempts.next(1).first)
            #expect(attempt.isCold && attempt.initMilliseconds != nil && attempt.outcome == .succeeded)
            #expect(attempt.billedMilliseconds > 0 && attempt.attempt == 1 && attempt.source == .requestResponse)
            #expect(fixture.log().hasPrefix("INIT_START Runtime Version: provided:al2023.v"))
            let stream = try #require(fixture.logs.lines(of: "f").first?.stream)
            #expect(try Regex(#"2025/11/24/\[\$LATEST\][0-9a-f]{32}"#).wholeMatch(in: stream) != nil)
        }
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; LocalStack's recorded snapshot
    // test_introspection_invoke for the variables.
    @Test("The runtime is given AWS's headers and variables, and nothing of this process's")
    func context() async throws {
        try await ServiceFixture.run { fixture in
            let folder = try await fixture.function(timeout: 60) { $0.environment = ["OWN": "1", "TZ": "UTC"] }
            _ = try await fixture.service.publishVersion(of: "f")
            _ = try await fixture.service.createAlias("live", of: "f", version: "1")
            let context = Data(#"{"custom":{"a":"ä"}}"#.utf8).base64EncodedString()
            let before = Date()
            let result = try await fixture.service.invoke(
                Invocation(
                    function: "f", qualifier: "live", payload: #"{"do":"headers"}"#, clientContext: context,
                    traceHeader: "Root=1-abc;Sampled=1"))
            let headers = try JSONDecoder().decode([String: String].self, from: Data(result.payload.array))
            #expect(result.executedVersion == "1")
            #expect(headers["lambda-runtime-aws-request-id"] == result.requestID)
            #expect(
                headers["lambda-runtime-invoked-function-arn"]
                    == "arn:aws:lambda:us-east-1:000000000000:function:f:live")
            #expect(headers["lambda-runtime-trace-id"]?.hasPrefix("Root=1-abc;Sampled=1;Lineage=1:") == true)
            #expect(headers["content-type"] == "application/json")
            let deadline = try #require(Double(headers["lambda-runtime-deadline-ms"] ?? ""))
            #expect((59.0...120.0).contains(deadline / 1000 - before.timeIntervalSince1970))
            struct Surroundings: Decodable {
                var env: [String: String]
                var cwd: String
            }
            let answer = try await fixture.invoke("f:1", #"{"do":"environment"}"#).payload
            let found = try JSONDecoder().decode(Surroundings.self, from: Data(answer.array))
            #expect(found.env["LAMBDA_TASK_ROOT"] == folder.path && found.cwd == folder.path)
            #expect(
                found.env["AWS_LAMBDA_FUNCTION_VERSION"] == "1" && found.env["OWN"] == "1" && found.env["TZ"] == "UTC")
            #expect(found.env["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566" && found.env["_HANDLER"] == "run")
            #expect(
                found.env["HOME"] == nil && found.env["_X_AMZN_TRACE_ID"] == nil
                    && found.env["AWS_EXECUTION_ENV"] == nil)
            // LC_CTYPE is Python's own doing.
            #expect(found.env.filter { $0.key != "LC_CTYPE" }.count == 25)
        }
    }

    @Test("A failing handler is a result, and its environment lives on")
    func handlerError() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let result = try await fixture.invoke("f", #"{"do":"fail"}"#)
            #expect(result.functionError == "Unhandled")
            #expect(result.payload.string == #"{"errorMessage":"sorry","errorType":"Oops"}"#)
            #expect(!result.logTail.string.contains("Status:"))
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).payload.string.hasSuffix(", 2]"))
            // A payload that merely looks like an error is none.
            #expect(try await fixture.invoke("f", #"{"errorType":"x"}"#).functionError == nil)
        }
    }

    @Test(
        "A process that ends gives AWS's error, and the next invocation a new process",
        arguments: [
            (#"{"do":"exit","status":0}"#, "Runtime exited without providing a reason"),
            (#"{"do":"exit","status":1}"#, "Runtime exited with error: exit status 1"),
            (#"{"do":"kill"}"#, "Runtime exited with error: signal: killed"),
            // What it has started holds its output open, and dies with it.
            (#"{"do":"child"}"#, "Runtime exited without providing a reason"),
        ])
    func processEnds(event: String, message: String) async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let result = try await fixture.invoke("f", event)
            #expect(result.functionError == "Unhandled")
            #expect(
                result.payload.string
                    == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: \#(result.requestID) Error: \#(message)"}"#
            )
            #expect(result.logTail.string.hasSuffix("\tStatus: error\tError Type: Runtime.ExitError\n"))
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).payload.string.hasSuffix(", 1]"))
        }
    }

    @Test("A process that ends after its result does not spoil it")
    func endsAfterResult() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let result = try await fixture.invoke("f", #"{"do":"after"}"#)
            #expect(result.functionError == nil && result.payload.string == #""done""#)
            #expect(result.logTail.string.contains("Status: error\tError Type: Runtime.ExitError"))
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).payload.string.hasSuffix(", 1]"))
        }
    }

    @Test("An invocation that takes too long is ended, and its process with it")
    func timeout() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function(timeout: 1)
            _ = try await fixture.invoke("f")
            let result = try await fixture.invoke("f", #"{"do":"hang"}"#)
            #expect(
                result.payload.string
                    == #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: \#(result.requestID) Error: Task timed out after 1.00 seconds"}"#
            )
            #expect(result.logTail.string.contains("\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\t"))
            #expect(result.logTail.string.hasSuffix("\tStatus: timeout\n"))
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).payload.string.hasSuffix(", 1]"))
        }
    }

    // AWS's output as pasted in aws-lambda-dotnet#1671 and aws-lambda-dart-runtime#20; twice: cdk-ecr-deployment#651.
    @Test("A bootstrap that cannot be run is reported as AWS does, by two init reports", arguments: [true, false])
    func badBootstrap(isMissing: Bool) async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function(script: isMissing ? nil : ServiceFixture.bootstrap, executable: false)
            let result = try await fixture.invoke("f")
            let message =
                isMissing
                ? "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
                : "fork/exec /var/task/bootstrap: permission denied"
            #expect(
                result.payload.string
                    == #"{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: \#(result.requestID) Error: \#(message)"}"#
            )
            let log = fixture.log()
            #expect(log.contains("Phase: init\tStatus: error\tError Type: Runtime.InvalidEntrypoint\n"))
            #expect(log.contains("Phase: invoke\tStatus: error\tError Type: Runtime.InvalidEntrypoint\n"))
        }
    }

    @Test(
        "A bootstrap that the kernel would not run is not handed to a shell",
        arguments: ["echo hello\n", "", "\u{7F}ELF of another kind, for another machine"])
    func otherFormat(bootstrap: String) async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function(script: bootstrap)
            let result = try await fixture.invoke("f")
            #expect(result.payload.string.contains(#""errorType":"Runtime.InvalidEntrypoint""#))
            #expect(result.payload.string.contains("fork/exec /var/task/bootstrap: exec format error"))
            #expect(!fixture.log().contains("hello"))
        }
    }

    @Test("An init that fails is run again for the invocation")
    func failedInit() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function("always", handler: "init-exit")
            let result = try await fixture.invoke("always")
            #expect(result.payload.string.contains("Runtime exited with error: exit status 3"))
            try await fixture.function("once", handler: "init-exit-once")
            let second = try await fixture.invoke("once", #"{"do":"count"}"#)
            #expect(second.functionError == nil && second.payload.string.hasSuffix(", 1]"))
            #expect(!second.logTail.string.contains("Init Duration: 0"))
            let lines = fixture.log(of: "once").split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
            // The order is AWS's: what is said of the init comes before the START of the invocation that it ran for.
            #expect(
                lines.filter { !$0.hasPrefix("pid ") } == [
                    "INIT_START Runtime Version", "INIT_REPORT Init Duration", "INIT_REPORT Init Duration",
                    "START RequestId", "END RequestId", "REPORT RequestId",
                ])
            #expect(fixture.log(of: "once").contains("Phase: invoke\t\n"))
        }
    }

    // LocalStack's recorded snapshot of AWS, test_lambda_runtime_error.
    @Test("A posted init error is the first invocation's result")
    func initError() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function(handler: "init-error")
            let result = try await fixture.invoke("f")
            #expect(result.functionError == "Unhandled")
            #expect(result.payload.string == #"{"errorMessage":"no luck","errorType":"Function.Init","requestId":""}"#)
            let log = fixture.log()
            for line in ["Phase: init\t", "Phase: invoke\t", "REPORT RequestId: \(result.requestID)\t"] {
                let told = log.split(separator: "\n").first { $0.contains(line) }
                #expect(told?.hasSuffix("\tStatus: error\tError Type: Function.NoLuck") == true, "\(line)")
            }
        }
    }

    @Test("An init that takes too long is run again under the function's own timeout")
    func slowInit() async throws {
        let opener = Opener()
        try await ServiceFixture.run(
            options: { $0.initLimit = .milliseconds(400) }, extraSink: opener
        ) { fixture in
            let folder = try await fixture.function(handler: "init-hang")
            opener.open(folder.appendingPathComponent("open").path)
            let result = try await fixture.invoke("f", #"{"do":"count"}"#)
            #expect(result.payload.string.hasSuffix(", 1]"))
            #expect(fixture.log().contains("INIT_REPORT Init Duration: 400.00 ms\tPhase: init\tStatus: timeout\n"))
        }
    }

    @Test("A result may be as long as AWS allows, and not a byte longer", arguments: [0, 1])
    func largeResult(excess: Int) async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let size = LambdaLimits.responsePayload + excess
            let result = try await fixture.invoke("f", #"{"do":"large","size":\#(size)}"#)
            if excess == 0 {
                #expect(result.payload.count == size && result.functionError == nil)
                #expect(result.logTail.string.contains("posted 202"))
            } else {
                #expect(
                    result.payload.string
                        == #"{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}"#
                )
                #expect(result.functionError == "Unhandled" && result.logTail.string.contains("posted 413"))
            }
        }
    }

    @Test("A runtime that does what it may not is told so, and may go on")
    func wrongCalls() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let result = try await fixture.invoke("f", #"{"do":"wrong"}"#).payload.string
            #expect(
                result.hasPrefix(
                    #"[400, "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}", 403, "#))
            #expect(result.contains("State transition from Running to InitError failed for runtime."))
            #expect(result.hasSuffix(", 404]"))
        }
    }

    @Test("Concurrent invocations get an environment each, up to the machine's limit, and none is lost")
    func concurrency() async throws {
        try await ServiceFixture.run { options in
            options.environments = 3
        } _: { fixture in
            try await fixture.function()
            let processes = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<24 {
                    group.addTask { try await fixture.invoke("f", #"{"do":"count"}"#).payload.string }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(processes.count == 24)
            #expect(Set(processes).count == 24)
            #expect((1...3).contains(Set(processes.compactMap { $0.split(separator: ",").first }).count))
        }
    }

    @Test("What exceeds the account's concurrency is throttled")
    func throttled() async throws {
        try await ServiceFixture.run { options in
            options.concurrency = 0
        } _: { fixture in
            try await fixture.function()
            let error = ServiceError(code: "TooManyRequestsException", message: "Rate Exceeded.", status: 429)
            await #expect(throws: error) { try await fixture.invoke("f") }
        }
    }

    @Test("Killed at any moment, function processes leave the service serving", arguments: 0..<2 as Range<UInt64>)
    func killedAtAnyMoment(seed: UInt64) async throws {
        let killer = Killer(seed: seed)
        try await ServiceFixture.run(extraSink: killer) { fixture in
            try await fixture.function()
            for _ in 0..<40 {
                let result = try await fixture.invoke("f", #"{"do":"count"}"#)
                let isKilled = result.payload.string.contains("signal: killed")
                #expect((result.functionError == nil) != isKilled, "seed \(seed): \(result.payload.string)")
            }
            killer.stop()
            // The last kill may not have been noticed yet.
            _ = try await fixture.invoke("f")
            #expect(try await fixture.invoke("f", #"{"do":"count"}"#).functionError == nil)
        }
    }

    @Test("The end of the service leaves no process and no handle behind, even in the midst of work")
    func stop() async throws {
        try await ServiceFixture.run { fixture in
            try await fixture.function()
            let first = try await fixture.invoke("f", #"{"do":"count"}"#).payload.string
            async let hanging = fixture.invoke("f", #"{"do":"hang"}"#)
            // The second environment answers while the first hangs.
            _ = try await fixture.invoke("f")
            await fixture.service.stop()
            do {
                _ = try await hanging
                Issue.record("it was not given up")
            } catch {
                #expect((error as? ServiceError)?.code == "ServiceException")
            }
            let pid = try #require(Int32(first.dropFirst().prefix { $0 != "," }))
            #expect(kill(pid, 0) == -1)
            let handles = await withCheckedContinuation { continuation in
                fixture.loop.spawn { [loop = fixture.loop] in continuation.resume(returning: loop.openHandles) }
            }
            #expect(handles == 0)
        }
    }
}

/// Makes a file when an init has failed: what the init waited for.
private final class Opener: LambdaLogSink {
    private let path = Locked("")

    func open(_ path: String) { self.path.withLock { $0 = path } }

    func append(_ line: LambdaLogLine) {
        guard line.bytes.string.hasPrefix("INIT_REPORT") else { return }
        _ = FileManager.default.createFile(atPath: path.withLock { $0 }, contents: nil)
    }
}

/// Kills function processes when one of their log lines comes by, at random.
private final class Killer: LambdaLogSink {
    private struct State {
        var random: RandomBits
        var processes: [String: Int32] = [:]
        var isOver = false
    }

    private let state: Locked<State>

    init(seed: UInt64) { state = Locked(State(random: RandomBits(seed: seed))) }

    func stop() { state.withLock { $0.isOver = true } }

    func append(_ line: LambdaLogLine) {
        let text = line.bytes.string
        state.withLock { state in
            if text.hasPrefix("pid "), let pid = Int32(text.dropFirst(4).dropLast()) {
                state.processes[line.stream] = pid
            }
            guard !state.isOver, Int.random(in: 0..<6, using: &state.random) == 0,
                let pid = state.processes[line.stream]
            else { return }
            kill(pid, SIGKILL)
        }
    }
}
