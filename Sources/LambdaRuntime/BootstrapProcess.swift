// SPDX-License-Identifier: Apache-2.0
import Buffers
@preconcurrency import Glibc

/// What the runtime does to the process it is.
enum BootstrapProcess {
    private static let traceVariable = TraceVariable()

    /// Sets signals and standard output up as Lambda wants them; before anything else.
    static func prepare() {
        // Lambda gives a runtime 300 ms between SIGTERM and SIGKILL. Nothing is buffered that an orderly way out could
        // save.
        signal(SIGTERM) { _ in _exit(0) }
        // A lost connection is an error where it is written to, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // Standard output is a pipe here, which the C library would buffer: lines have to be out before the result is.
        setvbuf(stdout, nil, Int32(_IOLBF), 0)
    }

    static let effects = ProcessEffects(
        beginInvocation: beginInvocation, endInvocation: endInvocation, endStart: StartupCode.release,
        complain: complain)

    private static func beginInvocation(_ details: InvocationDetails) {
        traceVariable.set(details.traceID)
        LambdaLogging.currentInvocation = details
    }

    private static func endInvocation() {
        fflush(stdout)
    }

    private static func complain(_ message: String) {
        Bytes("bootstrap: \(message)\n").writeAll(to: 2)
    }

    static func exit(_ end: RuntimeEnd) -> Never {
        complain(end.message)
        Glibc.exit(end.status)
    }
}

/// `_X_AMZN_TRACE_ID`, where tracing libraries look for the trace of the current invocation.
///
/// `setenv` keeps every value that it was ever given, which is a leak when each invocation has its own: the variable
/// lives in memory of ours instead, which is overwritten.
///
/// Safety: `@unchecked Sendable` because only the loop, which runs one invocation at a time, calls ``set(_:)``.
private final class TraceVariable: @unchecked Sendable {
    private static let name = "_X_AMZN_TRACE_ID"
    private let capacity = 1024
    private let memory: UnsafeMutablePointer<CChar>
    private let prefixCount: Int

    init() {
        memory = .allocate(capacity: capacity)
        memory.initialize(repeating: 0, count: capacity)
        prefixCount = Self.name.utf8.count + 1
        for (index, byte) in "\(Self.name)=".utf8.enumerated() { memory[index] = CChar(bitPattern: byte) }
    }

    func set(_ value: String?) {
        guard let value, value.utf8.count + prefixCount < capacity else {
            unsetenv(Self.name)
            return
        }
        var index = prefixCount
        for byte in value.utf8 {
            memory[index] = CChar(bitPattern: byte)
            index += 1
        }
        memory[index] = 0
        putenv(memory)
    }
}
