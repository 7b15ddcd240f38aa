// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc

/// Starts processes with posix_spawn(3).
///
/// Unlike a fork it does not copy the page tables of this process, which would make each start dearer the larger the
/// emulator is ([measured](../../docs/decisions/0006-posix-spawn.md)); and what the kernel refuses goes to no shell.
struct ProcessStart {
    let command: ChildProcess.Command
    /// What the process has as its descriptors 1, 2 and so on.
    let descriptors: [Int32]

    /// - Returns: the process's id, which is also its group's and its session's.
    func run() throws(LoopError) -> Int32 {
        var pid: Int32 = 0
        let code = spawn(&pid)
        guard code == 0 else { throw LoopError(code: -code, operation: "run \(command.executable)") }
        return pid
    }

    private func spawn(_ pid: inout Int32) -> Int32 {
        guard let path = path else { return ENOENT }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A session, and so a group, of its own: one signal reaches all that the process started.
        posix_spawnattr_setflags(
            &attributes, spawn_in_new_session() | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (number, descriptor) in zip(Int32(1)..., descriptors) {
            posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        }
        if let directory = command.workingDirectory {
            posix_spawn_file_actions_addchdir_np(&actions, directory)
        }

        var arguments = ([command.executable] + command.arguments).map { strdup($0) } + [nil]
        var variables = command.environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        return posix_spawn(&pid, path, &actions, &attributes, &arguments, &variables)
    }

    /// Where the executable is: a name is looked up on the process's own `PATH`.
    private var path: String? {
        guard !command.executable.contains("/") else { return command.executable }
        let folders = command.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/\(command.executable)" }.first { access($0, X_OK) == 0 }
    }
}
