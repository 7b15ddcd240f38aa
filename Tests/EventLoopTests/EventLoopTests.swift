// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Foundation
import Glibc
import Locks
import Testing

/// Runs a test's body on a loop of its own, and checks that nothing was left open.
func withLoop(_ body: @escaping @Sendable (EventLoop) async throws -> Void) async throws {
    let loop = try EventLoop.start(named: "test")
    let result = Locked<Result<Void, any Error>>(.success(()))
    await loop.spawn {
        do { try await body(loop) } catch { result.withLock { $0 = .failure(error) } }
        // What closes in this tick is gone in the next.
        await Task.yield()
        #expect(loop.openHandles == 0)
    }.value
    await loop.shutdown()
    try result.withLock { $0 }.get()
}

/// An actor of the loop that parks a waiter, as a connection does.
private actor Mailbox {
    private let loop: EventLoop
    private var letters = 0
    private var waiter: CheckedContinuation<Void, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func put() {
        letters += 1
        waiter?.resume()
        waiter = nil
    }

    func take() async {
        await withCheckedContinuation { continuation in
            if letters > 0 { continuation.resume() } else { waiter = continuation }
        }
        letters -= 1
    }

    nonisolated func putFromCallback() {
        assumeIsolated { $0.put() }
    }
}

@Suite("Event loop", .timeLimit(.minutes(1)))
struct EventLoopTests {
    @Test("A task of the loop stays on its thread over every await")
    func stays() async throws {
        try await withLoop { loop in
            #expect(loop.isOnLoop)
            for _ in 0..<100 {
                await withCheckedContinuation { continuation in
                    Task { continuation.resume() }
                }
                #expect(loop.isOnLoop)
            }
        }
    }

    @Test("An actor of the loop is isolated in a bare libuv callback")
    func isolation() async throws {
        try await withLoop { loop in
            let mailbox = Mailbox(loop: loop)
            let timer = try LoopTimer(loop: loop)
            timer.start(after: .zero) { mailbox.putFromCallback() }
            await mailbox.take()
            timer.close()
        }
    }

    @Test("No wakeup is lost between a look and the parking", arguments: [1, 64])
    func parkAndWake(pairs: Int) async throws {
        try await withLoop { loop in
            let tasks = (0..<pairs).flatMap { _ in
                let ping = Mailbox(loop: loop)
                let pong = Mailbox(loop: loop)
                return [
                    loop.spawn {
                        for _ in 0..<2000 {
                            await ping.put()
                            await pong.take()
                        }
                    },
                    // From outside the loop, and without its preference.
                    Task {
                        for _ in 0..<2000 {
                            await ping.take()
                            await pong.put()
                        }
                    },
                ]
            }
            for task in tasks { await task.value }
        }
    }

    @Test("Jobs that make jobs do not keep a timer waiting")
    func fairness() async throws {
        try await withLoop { loop in
            let fired = Locked(false)
            let timer = try LoopTimer(loop: loop)
            timer.start(after: .milliseconds(1)) { fired.withLock { $0 = true } }
            while !fired.withLock({ $0 }) { await Task.yield() }
            timer.close()
        }
    }

    @Test("Timers fire in the order of their times, and stopped ones do not fire")
    func timers() async throws {
        try await withLoop { loop in
            let order = Locked<[Int]>([])
            let late = Mailbox(loop: loop)
            let timers = try [20, 1, 10, 5].map { delay in
                let timer = try LoopTimer(loop: loop)
                timer.start(after: .milliseconds(delay)) {
                    order.withLock { $0.append(delay) }
                    if delay == 20 { late.putFromCallback() }
                }
                return timer
            }
            timers[3].stop()
            await late.take()
            #expect(order.withLock { $0 } == [1, 10, 20])
            timers.forEach { $0.close() }
        }
    }

    @Test("A sleep that is cancelled ends at once, before or after it began")
    func sleep() async throws {
        try await withLoop { loop in
            let sleeping = Task(executorPreference: loop) { try await loop.sleep(for: .seconds(3600)) }
            await Task.yield()
            sleeping.cancel()
            await #expect(throws: CancellationError.self) { try await sleeping.value }
            try await loop.sleep(for: .milliseconds(1))
        }
    }

    @Test("A timer may close in its own callback")
    func closeInCallback() async throws {
        try await withLoop { loop in
            let mailbox = Mailbox(loop: loop)
            let timer = try LoopTimer(loop: loop)
            timer.start(after: .zero, every: .milliseconds(1)) {
                timer.close()
                mailbox.putFromCallback()
            }
            await mailbox.take()
        }
    }

    @Test("Blocking work leaves the loop and comes back to it")
    func offload() async throws {
        try await withLoop { loop in
            let wasOnLoop = try await loop.offload { loop.isOnLoop }
            #expect(!wasOnLoop)
            #expect(loop.isOnLoop)
            await #expect(throws: CancellationError.self) { try await loop.offload { throw CancellationError() } }
        }
    }

    @Test("A job that comes after the shutdown is dropped, and open handles were closed by it")
    func shutdown() async throws {
        let loop = try EventLoop.start(named: "test")
        await loop.spawn { [loop] in
            // Left open on purpose: the shutdown closes it, and the precondition on libuv's handles holds.
            let timer = try? LoopTimer(loop: loop)
            timer?.start(after: .seconds(3600)) {}
            leaked.withLock { $0 = timer.map { Leak(timer: $0) } }
        }.value
        await loop.shutdown()
        let ran = Locked(false)
        loop.spawn { ran.withLock { $0 = true } }
        #expect(!ran.withLock { $0 })
        leaked.withLock { $0 = nil }
    }

    @Test("Loops live side by side")
    func several() async throws {
        try await withLoop { first in
            try await withLoop { second in
                #expect(second.isOnLoop)
                #expect(!first.isOnLoop)
                let mailbox = Mailbox(loop: first)
                await mailbox.put()
                await mailbox.take()
                #expect(second.isOnLoop)
            }
            #expect(first.isOnLoop)
        }
    }
}

// Safety: the test hands the timer over when the loop that it is confined to is gone.
private struct Leak: @unchecked Sendable {
    let timer: LoopTimer
}

private let leaked = Locked<Leak?>(nil)

@Suite("Child processes and signals", .timeLimit(.minutes(1)))
struct ChildProcessTests {
    @Test(
        "A child's exit is told as it was",
        arguments: [("exit 0", .status(0)), ("exit 7", .status(7)), ("kill -9 $$", .signal(SIGKILL))]
            as [(String, ChildProcess.Exit)])
    func exits(script: String, expected: ChildProcess.Exit) async throws {
        try await withLoop { loop in
            let child = try await Child.run(loop, script)
            #expect(child.exit == expected)
        }
    }

    @Test("Both output streams are read to their ends, and the environment is what was given and nothing more")
    func output() async throws {
        try await withLoop { loop in
            let child = try await Child.run(loop, "echo out; echo err >&2; env; pwd", environment: ["A": "b=c"])
            #expect(
                child.output.contains("out\n") && child.output.contains("err\n") && child.output.contains("A=b=c\n"))
            #expect(!child.output.contains("HOME="))
            #expect(child.output.contains("\n/\n"))
        }
    }

    @Test("What cannot be run is an error that says so, and leaves nothing open")
    func missing() async throws {
        try await withLoop { loop in
            let command = ChildProcess.Command(executable: "/nowhere/bootstrap")
            let error = #expect(throws: LoopError.self) {
                try ChildProcess(loop: loop, command: command, observer: .init { _ in })
            }
            #expect(error?.name == "ENOENT")
            #expect(error?.description == "cannot run /nowhere/bootstrap: no such file or directory")
        }
    }

    @Test("A write to a peer that has gone does not end the process, and children do not inherit that")
    func brokenPipes() async throws {
        try await withLoop { loop in
            var current = sigaction()
            sigaction(SIGPIPE, nil, &current)
            #expect(unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == 1)  // SIG_IGN
            let child = try await Child.run(loop, "grep SigIgn /proc/self/status")
            let ignored = try #require(UInt64(child.output.drop { $0 != "\t" }.dropFirst().prefix(16), radix: 16))
            #expect(ignored & (1 << UInt64(SIGPIPE - 1)) == 0)
        }
    }

    // A socket could not be opened by its name under /dev, which scripts do.
    @Test("A script can write to /dev/stdout and /dev/stderr")
    func outputByName() async throws {
        try await withLoop { loop in
            let child = try await Child.run(loop, "echo out > /dev/stdout; echo err > /dev/stderr")
            #expect(child.exit == .status(0))
            #expect(child.output.contains("out\n") && child.output.contains("err\n"))
        }
    }

    @Test("A name is looked up on the process's own PATH, and what the kernel refuses goes to no shell")
    func lookup() async throws {
        try await withLoop { loop in
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("script-\(UUID().uuidString)")
            // Another process writes it: what this one starts meanwhile would hold a copy of the descriptor, ETXTBSY.
            _ = try await Child.run(loop, "echo 'echo hello' > \(file.path); chmod +x \(file.path)")
            defer { try? FileManager.default.removeItem(at: file) }
            for (command, code) in [
                (ChildProcess.Command(executable: file.path), ENOEXEC),
                (ChildProcess.Command(executable: "sh"), ENOENT),
                (ChildProcess.Command(executable: "sh", environment: ["PATH": "/nowhere:/"]), ENOENT),
                (ChildProcess.Command(executable: "/bin/sh", workingDirectory: "/nowhere"), ENOENT),
            ] {
                let error = #expect(throws: LoopError.self) {
                    try ChildProcess(loop: loop, command: command, observer: .init { _ in })
                }
                #expect(error?.code == -code && error?.operation == "run \(command.executable)")
            }
        }
    }

    @Test("A signal to the group reaches what the child started")
    func group() async throws {
        try await withLoop { loop in
            // The grandchild holds the output open: it ends only when both have gone.
            let child = try await Child.run(loop, "sleep 1000 & echo ready; wait", killAfter: "ready")
            #expect(child.exit == .signal(SIGKILL))
        }
    }

    @Test("A watched signal is told instead of ending the process")
    func signals() async throws {
        try await withLoop { loop in
            let mailbox = Mailbox(loop: loop)
            let watcher = try SignalWatcher(loop: loop, signal: SIGUSR2) { mailbox.putFromCallback() }
            kill(getpid(), SIGUSR2)
            await mailbox.take()
            watcher.close()
        }
    }
}

/// Runs a shell script as a child process to its end.
private actor Child {
    let loop: EventLoop
    var output = ""
    var exit: ChildProcess.Exit?
    private var process: ChildProcess?
    private var parts = 2
    private var waiter: CheckedContinuation<Void, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    static func run(
        _ loop: EventLoop, _ script: String, environment: [String: String] = [:], killAfter: String? = nil
    ) async throws -> (output: String, exit: ChildProcess.Exit?) {
        let child = Child(loop: loop)
        try await child.run(script, environment, killAfter)
        return await (child.output, child.exit)
    }

    private func run(_ script: String, _ environment: [String: String], _ killAfter: String?) async throws {
        let command = ChildProcess.Command(
            executable: "/bin/sh", arguments: ["-c", script], environment: environment, workingDirectory: "/")
        process = try ChildProcess(
            loop: loop, command: command,
            observer: .init(
                output: { _, bytes in
                    self.output += String(decoding: bytes, as: UTF8.self)
                    if let killAfter, self.output.contains(killAfter) { self.process?.signalGroup(SIGKILL) }
                },
                outputEnded: { self.partEnded() },
                exited: {
                    self.exit = $0
                    self.partEnded()
                }))
        await withCheckedContinuation { waiter = $0 }
        process?.close()
    }

    private func partEnded() {
        parts -= 1
        if parts == 0 { waiter?.resume() }
    }
}
