// SPDX-License-Identifier: Apache-2.0
import Buffers
import Glibc
import LambdaRuntime
import Logging
import Synchronization
import Testing

/// A listening socket on a port that the kernel chose, and a thread that answers what connects to it.
private enum SocketRuntimeAPI {
    /// Points this process at a Runtime API that gives the answers of `script`, each after some request came, and then
    /// calls `afterwards` when the next request is there.
    static func start(_ script: [String], afterwards: @escaping @Sendable () -> Void) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(listener, pointer, length)
                _ = getsockname(listener, pointer, &length)
            }
        }
        listen(listener, 1)
        setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:\(UInt16(bigEndian: address.sin_port))", 1)
        let work = Work(listener: listener, script: script, afterwards: afterwards)
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(work).toOpaque())
        pthread_detach(thread)
    }

    private final class Work {
        let listener: Int32
        let script: [String]
        let afterwards: @Sendable () -> Void

        init(listener: Int32, script: [String], afterwards: @escaping @Sendable () -> Void) {
            self.listener = listener
            self.script = script
            self.afterwards = afterwards
        }

        func run() {
            let connection = accept(listener, nil, nil)
            var buffer = [UInt8](repeating: 0, count: 65536)
            for answer in script {
                guard recv(connection, &buffer, buffer.count, 0) > 0 else { return }
                let bytes = Array(answer.utf8)
                send(connection, bytes, bytes.count, 0)
            }
            guard recv(connection, &buffer, buffer.count, 0) > 0 else { return }
            afterwards()
        }
    }
}

/// Each runs in a process of its own, as a bootstrap does, against a Runtime API on a real socket.
@Suite("The process of a bootstrap", .timeLimit(.minutes(1)))
struct BootstrapProcessTests {
    @Test("SIGTERM ends a runtime that waits for an event, with status 0")
    func terminatedWhileWaiting() async {
        await #expect(processExitsWith: .exitCode(0)) {
            SocketRuntimeAPI.start([]) {
                kill(getpid(), SIGTERM)
            }
            await LambdaRuntime.run(raw: { event, _ in event })
        }
    }

    @Test("SIGTERM ends a runtime whose handler runs and blocks its thread, with status 0")
    func terminatedWhileHandling() async {
        await #expect(processExitsWith: .exitCode(0)) {
            SocketRuntimeAPI.start([Answer.next("1", "{}")]) {}
            await LambdaRuntime.run(raw: { event, _ in
                kill(getpid(), SIGTERM)
                while true { pause() }
            })
        }
    }

    @Test("A Runtime API that goes away ends the runtime with status 1 and a line on standard error")
    func lost() async throws {
        let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
            SocketRuntimeAPI.start([Answer.next("1", "{}"), Answer.accepted]) {
                kill(getpid(), SIGSTOP)  // never reached: the script ends with the connection
            }
            await LambdaRuntime.run(raw: { event, _ in
                // Closes the connection to the Runtime API behind the runtime's back.
                for descriptor in Int32(3)..<64 { shutdown(descriptor, Int32(SHUT_RDWR)) }
                return event
            })
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("bootstrap: the "))
    }

    @Test("A handler may wait for other threads, which costs the loop nothing but time")
    func suspending() async {
        await #expect(processExitsWith: .exitCode(7)) {
            SocketRuntimeAPI.start([Answer.next("1", "21"), Answer.accepted, Answer.next("2", "42")]) {}
            await LambdaRuntime.run { (event: Int, _) in
                let doubled = await withTaskGroup(of: Int.self) { group in
                    for _ in 0..<2 { group.addTask { @concurrent in event } }
                    return await group.reduce(0, +)
                }
                if doubled == 84 { exit(7) }
                return doubled
            }
        }
    }

    @Test("A closure that returns nothing is a handler, and so is what a closure makes")
    func closures() async {
        await #expect(processExitsWith: .exitCode(7)) {
            SocketRuntimeAPI.start([Answer.next("1", "{}"), Answer.accepted, Answer.next("2", "{}")]) {}
            await LambdaRuntime.run { (_: Empty, context: LambdaContext) in
                guard context.requestID == "2" else { return }
                exit(7)
            }
        }
        await #expect(processExitsWith: .exitCode(7)) {
            SocketRuntimeAPI.start([Answer.next("1", "{}")]) {}
            await LambdaRuntime.run {
                let status: Int32 = 7
                return Exiting(status: status)
            }
        }
    }

    @Test("A handler that cannot be made ends the process with status 1 after it was reported")
    func initializationFails() async {
        await #expect(processExitsWith: .exitCode(1)) {
            SocketRuntimeAPI.start([Answer.accepted]) {}
            await LambdaRuntime.run(raw: { () async throws -> NeverMade in throw NeverMade.Impossible() })
        }
    }

    @Test("The trace id of an invocation is in the environment while it runs")
    func traceVariable() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let field = "Lambda-Runtime-Trace-Id: Root=1-a;Sampled=0\r\n"
            SocketRuntimeAPI.start([Answer.next("1", "{}", fields: field), Answer.accepted, Answer.next("2", "{}")]) {}
            await LambdaRuntime.run(raw: { event, context in
                let value = getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) }
                if value != context.traceID { exit(1) }
                if context.requestID == "2" { exit(7) }
                return event
            })
        }
    }

    @Test("What a handler prints is out before its result is posted")
    func printing() async throws {
        let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
            SocketRuntimeAPI.start([Answer.next("1", "{}")]) { _exit(0) }
            await LambdaRuntime.run(raw: { event, context in
                for byte in "printed without a line's end".utf8 { putchar(Int32(byte)) }
                context.logger.info("logged")
                return event
            })
        }
        let text = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
        #expect(text.contains("printed without a line's end"))
        #expect(text.contains(#""message":"logged""#))
    }
}

private struct Exiting: LambdaHandler {
    let status: Int32

    func handle(_ event: Empty, context: LambdaContext) async throws -> Empty { exit(status) }
}

private struct NeverMade: RawLambdaHandler {
    struct Impossible: Error {}

    func handle(_ event: Bytes, context: LambdaContext) async throws -> Bytes { event }
}
