// SPDX-License-Identifier: Apache-2.0
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

    private let exit: ExitWatcher
    private let outputs: [ChildOutput]
    private var leash: Leash?
    /// The process's id, which is also its group's.
    public let pid: Int32

    /// Starts a process with no standard input.
    ///
    /// - Throws: ``LoopError`` when it cannot be started: not found, not executable, no such folder.
    public init(loop: EventLoop, command: Command, observer: Observer) throws(LoopError) {
        let start = try Start(loop, command, observer)
        pid = start.pid
        exit = start.exit
        outputs = start.outputs
        leash = start.leash
        outputs.forEach { $0.start() }
    }

    /// What a start has made so far, and undoes when it fails.
    private struct Start {
        let outputs: [ChildOutput]
        let leash: Leash
        let pid: Int32
        let exit: ExitWatcher

        init(_ loop: EventLoop, _ command: Command, _ observer: Observer) throws(LoopError) {
            var undo: [() -> Void] = []
            do throws(LoopError) {
                let end = OutputEnd(streams: 2, ended: observer.outputEnded)
                let output = try ChildOutput(
                    loop: loop, read: { observer.output(.standardOutput, $0) }, ended: end.streamEnded)
                undo.append(output.close)
                let errors = try ChildOutput(
                    loop: loop, read: { observer.output(.standardError, $0) }, ended: end.streamEnded)
                undo.append(errors.close)
                outputs = [output, errors]
                leash = try Leash()
                undo.append(leash.discard)
                let pid = try ProcessStart(
                    command: command, descriptors: [output.writing, errors.writing, leash.reading]
                ).run()
                undo.append {
                    kill(-pid, SIGKILL)
                    waitpid(pid, nil, 0)
                }
                self.pid = pid
                exit = try ExitWatcher(loop: loop, pid: pid) { exit in
                    Orphans.lookedAfter.withLock { _ = $0.remove(pid) }
                    observer.exited(exit)
                }
                outputs.forEach { $0.processStarted() }
                leash.attach(to: pid)
                Orphans.lookedAfter.withLock { _ = $0.insert(pid) }
            } catch {
                undo.reversed().forEach { $0() }
                throw error
            }
        }
    }

    /// Whether the process has ended, before the loop tells it too.
    public var hasEnded: Bool {
        var information = siginfo_t()
        // It is left for the watcher to take note of: WNOWAIT.
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
        exit.close()
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
