// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc
import Locks

/// Processes that child processes left behind.
///
/// A signal to a child's group does not reach what took a session of its own. Once orphans are adopted, such a process
/// becomes a child of this one when its parent goes, and can be found and ended.
public enum Orphans {
    private struct State {
        var areAdopted = false
        /// Orphans that were killed and whose end was not taken note of yet.
        var killed: Set<Int32> = []
    }

    /// The children that a ``ChildProcess`` looks after.
    ///
    /// The lock guards it against loops on other threads.
    static let lookedAfter = Locked<Set<Int32>>([])
    private static let state = Locked(State())

    /// Makes this process the parent of orphans among its descendants; prctl(2), PR_SET_CHILD_SUBREAPER.
    ///
    /// Without it the other functions here do nothing.
    public static func adopt() {
        if adopt_orphans() == 0 { state.withLock { $0.areAdopted = true } }
        // Swift looks up a table's types when it first grows: better now than in the first start of a process.
        lookedAfter.withLock { $0.reserveCapacity(16) }
    }

    /// Ends all children that no ``ChildProcess`` looks after; for a process that is about to end itself.
    public static func end() {
        for pid in all() { end(pid) }
    }

    /// Ends those that were adopted and have a certain variable in their environment, `NAME=value`.
    ///
    /// Others are left alone: they may be children that somebody else in this process waits for.
    public static func end(having variable: String) {
        let wanted = Array(variable.utf8)
        for pid in all() where contents(of: "/proc/\(pid)/environ").split(separator: 0).contains(wanted[...]) {
            end(pid)
        }
    }

    private static func end(_ pid: Int32) {
        kill(pid, SIGKILL)
        state.withLock { state in
            _ = state.killed.insert(pid)
            state.killed = state.killed.filter { waitpid($0, nil, WNOHANG) == 0 }
        }
    }

    /// Children that no ``ChildProcess`` looks after.
    private static func all() -> [Int32] {
        guard state.withLock({ $0.areAdopted }), let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        let known = lookedAfter.withLock { $0 }
        let own = getpid()
        var found: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let pid = Int32(name), !known.contains(pid), parent(of: pid) == own { found.append(pid) }
        }
        return found
    }

    /// The fourth field of proc(5)'s `stat`; the second, in parentheses, may hold anything.
    private static func parent(of pid: Int32) -> Int32? {
        let stat = contents(of: "/proc/\(pid)/stat")
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count > 1 ? Int32(String(decoding: fields[1], as: UTF8.self)) : nil
    }

    private static func contents(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while case let count = read(file, &piece, piece.count), count > 0 { all += piece[..<count] }
        return all
    }
}
