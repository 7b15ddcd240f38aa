// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import Glibc

/// A process of an environment, its runtime or an extension, from its start until it and its output are gone.
///
/// Confined to the pool's actor.
final class RuntimeProcess {
    private let child: ChildProcess
    /// What tells its descendants from those of other environments.
    private let runtimeAPI: String
    var pid: Int32 { child.pid }
    private let isIsolated: Bool
    /// The one that is meant where ``child`` holds a sandbox around it, when it was found.
    private var inner: Int32?
    /// How it ended; nil while it runs.
    private(set) var exit: FailureCause.ProcessExit?
    private(set) var isOutputOver = false
    /// Whether it was killed; it may not be gone yet.
    private(set) var isKilled = false

    enum StartError: Error {
        /// Somebody holds the bootstrap open for writing: most likely a process that is being forked off somewhere else
        /// and has a copy of a descriptor for the moment (https://github.com/golang/go/issues/22315). It passes.
        case busy
        case failed(FailureCause)
    }

    /// Runs a runtime.
    ///
    /// - Throws: why it cannot be run.
    init(loop: EventLoop, runtime launch: Launch, observer: ChildProcess.Observer) throws(StartError) {
        (runtimeAPI, isIsolated) = (launch.runtimeAPI, launch.isIsolated)
        do throws(LoopError) {
            child = try ChildProcess(loop: loop, command: launch.command, observer: observer)
        } catch {
            throw -error.code == ETXTBSY ? .busy : .failed(Self.cause(error))
        }
    }

    private static func cause(_ error: LoopError) -> FailureCause {
        switch -error.code {
        case EACCES, ENOEXEC, ENOENT: .bootstrapNotExecutable(reason: reason(error))
        default: .platform(error.description)
        }
    }

    /// Runs an extension, which is a process of the same environment.
    ///
    /// - Throws: why it cannot be run.
    init(loop: EventLoop, extension launch: Launch, observer: ChildProcess.Observer) throws(LoopError) {
        (runtimeAPI, isIsolated) = (launch.runtimeAPI, launch.isIsolated)
        child = try ChildProcess(loop: loop, command: launch.command, observer: observer)
    }

    /// The system's reason for not running a file, in its words.
    static func reason(_ error: LoopError) -> String {
        switch -error.code {
        case EACCES: "permission denied"
        case ENOEXEC: "exec format error"
        case ENOENT: "no such file or directory"
        default: error.description
        }
    }

    /// Whether it has ended, told or not: asked of the kernel.
    var hasEnded: Bool { exit != nil || child.hasEnded }

    /// The process whose memory is read for each report: in a sandbox, the child of the sandbox's own first process.
    var measured: Int32 {
        guard isIsolated, inner == nil else { return inner ?? child.pid }
        inner = ProcessTree.children(of: child.pid).first.flatMap { ProcessTree.children(of: $0).first }
        return inner ?? child.pid
    }

    /// Signals the process and its group, unless it has gone: its number may be another's by then.
    ///
    /// A sandbox that is asked to end would take all in it with it at once: what is in it is asked.
    func signalGroup(_ signal: Int32) {
        guard exit == nil else { return }
        if signal == SIGKILL { isKilled = true }
        if isIsolated, signal == SIGTERM, measured != child.pid {
            kill(measured, signal)
        } else {
            child.signalGroup(signal)
        }
    }

    func ended(_ exit: ChildProcess.Exit) {
        switch exit {
        // What bubblewrap says of a process that was ended by a signal.
        case .status(let status) where isIsolated && (129...159).contains(status):
            self.exit = .signal(Int32(status - 128))
        case .status(let status): self.exit = .status(status)
        case .signal(let signal): self.exit = .signal(signal)
        }
        // What it started must not live on, nor hold its output open.
        child.signalGroup(SIGKILL)
        Orphans.end(having: "AWS_LAMBDA_RUNTIME_API=\(runtimeAPI)")
    }

    /// Whether it is gone, and all that it wrote is read.
    var isOver: Bool { exit != nil && isOutputOver }

    func outputEnded() { isOutputOver = true }

    func close() { child.close() }
}
