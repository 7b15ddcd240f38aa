// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc
import Locks

/// Processes that child processes left behind.
///
/// A signal to a child's group does not reach what took a session of its own. Once orphans are adopted, such a process
/// becomes a child of this one when its parent goes, and can be found and ended.
public enum Orphans {
    /// The children that a ``ChildProcess`` looks after. The lock guards it against loops on other threads.
    static let lookedAfter = Locked<Set<Int32>>([])

    /// Makes this process the parent of orphans among its descendants; prctl(2), PR_SET_CHILD_SUBREAPER.
    public static func adopt() {
        _ = adopt_orphans()
    }

    /// Ends all that were adopted.
    public static func end() {
        for pid in all() { end(pid) }
    }

    /// Ends those that were adopted and have a certain variable in their environment, `NAME=value`.
    public static func end(having variable: String) {
        let wanted = Array(variable.utf8)
        for pid in all() where contents(of: "/proc/\(pid)/environ").split(separator: 0).contains(wanted[...]) {
            end(pid)
        }
    }

    private static func end(_ pid: Int32) {
        kill(pid, SIGKILL)
        // One that is not gone yet is taken leave of the next time.
        waitpid(pid, nil, WNOHANG)
    }

    /// Children that nobody looks after; those that have ended are taken leave of.
    private static func all() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        let known = lookedAfter.withLock { $0 }
        let own = getpid()
        var found: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = Int32(name), !known.contains(pid), parent(of: pid) == own else { continue }
            if waitpid(pid, nil, WNOHANG) == 0 { found.append(pid) }
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
