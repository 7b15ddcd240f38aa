// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc

/// Tells once how a child process ended, and takes note of its end, so that nothing is left of it.
///
/// It watches a descriptor of the process (pidfd_open(2), Linux 5.3), so no signal handler is needed and no other
/// child is looked at.
final class ExitWatcher {
    private let pid: Int32
    private let descriptor: Int32
    private let watcher: PollWatcher
    private var isClosed = false
    /// How often the loop still turns before the end is told.
    ///
    /// What the process sent last is here too: in one turn its connection is accepted, in the next one it is read.
    private var turns = 2

    /// - Throws: ``LoopError`` when the process cannot be watched; its end is taken note of by nobody then.
    init(loop: EventLoop, pid: Int32, exited: @escaping (ChildProcess.Exit) -> Void) throws(LoopError) {
        let descriptor = process_descriptor(pid)
        guard descriptor >= 0 else { throw LoopError(code: -errno, operation: "watch process \(pid)") }
        do throws(LoopError) {
            watcher = try PollWatcher(loop: loop, descriptor: descriptor)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.pid = pid
        self.descriptor = descriptor
        watcher.watch(.read) { _, _ in
            self.turns -= 1
            guard self.turns < 0, let exit = self.takeNote() else { return }
            self.close()
            exited(exit)
        }
    }

    private func takeNote() -> ChildProcess.Exit? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? .status(Int(status >> 8) & 0xFF) : .signal(signal)
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        watcher.close()
        Glibc.close(descriptor)
    }
}
