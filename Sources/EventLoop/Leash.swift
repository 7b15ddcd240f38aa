// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc

/// Ends a child's process group when this process ends, however it ends, also while the group is stopped.
///
/// It is a pipe: the child inherits the reading end, only this process has the writing end. When that is closed, be it
/// by the kernel after a `kill -9`, the kernel signals the reading end's owner: fcntl(2), F_SETOWN and F_SETSIG.
struct Leash {
    private let pipe: Pipe
    /// What the child inherits.
    var reading: Int32 { pipe.reading }

    init() throws(LoopError) {
        pipe = try Pipe()
    }

    /// The child has started, and has the reading end; `group` is the id of its process group.
    ///
    /// Where the kernel refuses, the child ends as it would without a leash.
    func attach(to group: Int32) {
        _ = kill_group_when_pipe_ends(reading, group)
        Glibc.close(reading)
    }

    /// There is no child: nothing is signalled.
    func discard() { pipe.close() }

    /// Kills what is left of the group.
    func pull() { Glibc.close(pipe.writing) }
}
