// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc
import Locks

/// A child process in a process group of its own, confined to its loop.
///
/// Its group ends with this process at the latest, however this process ends.
public final class ChildProcess {
    /// What to run.
    public struct Command: Sendable {
        /// A path, or a name that is looked up on the `PATH` of `environment`.
        public var executable: String
        /// What the process is given after its name, which is `executable`.
        public var arguments: [String]
        /// The whole environment: nothing is inherited.
        public var environment: [String: String]
        /// The folder that it starts in; nil for the one of this process.
        public var workingDirectory: String?

        /// A command; unless they are given it has no arguments, no variables and no folder of its own.
        public init(
            executable: String, arguments: [String] = [], environment: [String: String] = [:],
            workingDirectory: String? = nil
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.workingDirectory = workingDirectory
        }
    }

    /// Which of its two streams a process wrote to.
    public enum OutputStream: Sendable {
        /// Descriptor 1 of the process.
        case standardOutput
        /// Descriptor 2 of the process.
        case standardError
    }

    /// How a process ended.
    public enum Exit: Sendable, Equatable {
        /// It ended by itself, with this exit status from 0 to 255.
        case status(Int)
        /// A signal of this number ended it.
        case signal(Int32)
    }

    /// What the process does, told on the loop.
    ///
    /// Output is told as it is read, and may follow the exit: an end of both streams is told by `outputEnded`.
    public struct Observer {
        /// Hears of bytes that were read, which are valid during the call only.
        public var output: (OutputStream, UnsafeRawBufferPointer) -> Void
        /// Hears once that both streams have ended, which waits for every process that inherited them.
        public var outputEnded: () -> Void
        /// Hears once that the process has gone, and how; others of its group may live on.
        public var exited: (Exit) -> Void

        /// An observer that ignores what it is given no function for.
        public init(
            output: @escaping (OutputStream, UnsafeRawBufferPointer) -> Void = { _, _ in },
            outputEnded: @escaping () -> Void = {}, exited: @escaping (Exit) -> Void
        ) {
            self.output = output
            self.outputEnded = outputEnded
            self.exited = exited
        }
    }

    private final class Handle: LoopHandle {
        var exited: ((Exit) -> Void)?

        init(_ loop: EventLoop, spawn: (UnsafeMutablePointer<uv_process_t>) -> Int32, _ executable: String)
            throws(LoopError)
        {
            // A process that could not be started is a handle all the same, and must be closed: hence two steps.
            var code: Int32 = 0
            try super.init(loop, uv_process_t.self, "run \(executable)") { handle in
                code = spawn(handle)
                return 0
            }
            if code < 0 {
                close()
                throw LoopError(code: code, operation: "run \(executable)")
            }
        }

        override func willClose() { exited = nil }
    }

    private let handle: Handle
    private let outputs: [ChildOutput]
    private var leash: Leash?
    /// The process's id, which is also its group's.
    public let pid: Int32

    /// Starts a process with no standard input.
    ///
    /// - Throws: ``LoopError`` when it cannot be started: not found, not executable, no such folder.
    public init(loop: EventLoop, command: Command, observer: Observer) throws(LoopError) {
        let end = OutputEnd(streams: 2, ended: observer.outputEnded)
        let outputs = [
            try ChildOutput(loop: loop, read: { observer.output(.standardOutput, $0) }, ended: end.streamEnded),
            try ChildOutput(loop: loop, read: { observer.output(.standardError, $0) }, ended: end.streamEnded),
        ]
        let leash: Leash
        do throws(LoopError) {
            leash = try Leash()
            do throws(LoopError) {
                handle = try Handle(
                    loop, spawn: { command.spawn(on: loop.uv, $0, outputs.map(\.stream), inheriting: leash.reading) },
                    command.executable)
            } catch {
                leash.discard()
                throw error
            }
        } catch {
            outputs.forEach { $0.close() }
            throw error
        }
        self.outputs = outputs
        self.leash = leash
        let pid = handle.raw(uv_process_t.self).pointee.pid
        self.pid = pid
        leash.attach(to: pid)
        Orphans.lookedAfter.withLock { _ = $0.insert(pid) }
        handle.exited = observer.exited
        ignoreStoppedChildren()
        outputs.forEach { $0.start() }
    }

    /// Whether the process has ended, before the loop tells it too.
    public var hasEnded: Bool {
        var information = siginfo_t()
        // It is left for libuv to take note of: WNOWAIT.
        let code = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | Int32(bitPattern: UInt32(WNOWAIT)))
        return code != 0 || information.si_signo == SIGCHLD
    }

    /// Sends a signal to the process and everything that it started in its group.
    ///
    /// A process that has gone is no error.
    public func signalGroup(_ signal: Int32) {
        guard pid > 1 else { return }
        kill(-pid, signal)
    }

    /// Forgets the process: nothing of it is told any more, and what is left of its group is killed.
    public func close() {
        leash.take()?.pull()
        outputs.forEach { $0.close() }
        handle.close()
    }

    fileprivate static func exited(_ process: UnsafeMutablePointer<uv_process_t>?, _ status: Int64, _ signal: Int32) {
        if let pid = process?.pointee.pid { Orphans.lookedAfter.withLock { _ = $0.remove(pid) } }
        Handle.of(process)?.exited?(signal == 0 ? .status(Int(status)) : .signal(signal))
    }

    deinit {
        assert(handle.isClosing, "a child process was dropped without close()")
    }
}

/// Tells once that all of a process's streams have ended.
private final class OutputEnd {
    private var open: Int
    private let ended: () -> Void

    init(streams: Int, ended: @escaping () -> Void) {
        open = streams
        self.ended = ended
    }

    func streamEnded() {
        open -= 1
        if open == 0 { ended() }
    }
}

extension ChildProcess.Command {
    fileprivate func spawn(
        on loop: UnsafeMutablePointer<uv_loop_t>, _ process: UnsafeMutablePointer<uv_process_t>,
        _ outputs: [UnsafeMutablePointer<uv_stream_t>], inheriting descriptor: Int32
    ) -> Int32 {
        var arguments = ([executable] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        let directory = workingDirectory.map { strdup($0) }
        defer {
            (arguments + variables).forEach { free($0) }
            if let directory { free(directory) }
        }
        var stdio = [uv_stdio_container_t()] + outputs.map { uv_stdio_container_t(pipe: $0) }
        stdio.append(uv_stdio_container_t(descriptor: descriptor))
        stdio[0].flags = UV_IGNORE
        return arguments.withUnsafeMutableBufferPointer { arguments in
            variables.withUnsafeMutableBufferPointer { variables in
                stdio.withUnsafeMutableBufferPointer { stdio in
                    var options = uv_process_options_t()
                    options.file = UnsafePointer(arguments[0])
                    options.args = arguments.baseAddress
                    options.env = variables.baseAddress
                    options.cwd = directory.flatMap { UnsafePointer($0) }
                    options.stdio = stdio.baseAddress
                    options.stdio_count = Int32(stdio.count)
                    // A session, and so a group, of its own: one signal reaches all that the process started.
                    options.flags = UInt32(UV_PROCESS_DETACHED.rawValue)
                    options.exit_cb = { ChildProcess.exited($0, $1, $2) }
                    return uv_spawn(loop, process, &options)
                }
            }
        }
    }
}

extension uv_stdio_container_t {
    fileprivate init(pipe: UnsafeMutablePointer<uv_stream_t>) {
        self.init()
        flags = uv_stdio_flags(UV_CREATE_PIPE.rawValue | UV_WRITABLE_PIPE.rawValue)
        data.stream = pipe
    }

    fileprivate init(descriptor: Int32) {
        self.init()
        flags = UV_INHERIT_FD
        data.fd = descriptor
    }
}

/// libuv looks at all children on every SIGCHLD, and SIGSTOP and SIGCONT would raise it too.
private func ignoreStoppedChildren() {
    var action = sigaction()
    guard sigaction(SIGCHLD, nil, &action) == 0, action.sa_flags & Int32(SA_NOCLDSTOP) == 0 else { return }
    action.sa_flags |= Int32(SA_NOCLDSTOP)
    sigaction(SIGCHLD, &action, nil)
}
