// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What processes and all that they have started have of the machine's memory, in kibibytes.
///
/// Looking it up reads many small files of /proc: it is work for the thread pool.
struct MemorySurvey: Sendable, Equatable {
    /// All that is resident.
    var resident: Int
    /// What cannot be dropped and read again.
    var unreclaimable: Int

    /// - Parameter limit: processes may share pages; the exact and slower count is made when the sum is above it.
    /// - Returns: nil when the processes have gone.
    init?(of processes: [Int32], limit: Int) {
        let descendants = processes.flatMap { ProcessTree.descendants(of: $0) }
        let own = processes.compactMap { MemoryStatus(process: $0) }
        guard !own.isEmpty else { return nil }
        let others = descendants.compactMap { MemoryStatus(process: $0) }
        resident = own.reduce(0) { $0 + $1.peak } + others.reduce(0) { $0 + $1.resident }
        if others.isEmpty, own.count == 1 {
            unreclaimable = own[0].unreclaimablePeak
            return
        }
        unreclaimable = (own + others).reduce(0) { $0 + $1.unreclaimable }
        guard unreclaimable > limit else { return }
        // A page that processes share after a fork was counted for each.
        let shares = (processes + descendants).map(Self.proportionalShare)
        if !shares.contains(nil) { unreclaimable = shares.reduce(0) { $0 + ($1 ?? 0) } }
    }

    /// `Pss_Anon` and `Pss_Shmem` of smaps_rollup; nil where they cannot be read.
    private static func proportionalShare(of process: Int32) -> Int? {
        guard let text = ProcFile.contents(of: "/proc/\(process)/smaps_rollup") else { return nil }
        var sum = 0
        for line in text.split(separator: "\n") where line.hasPrefix("Pss_Anon:") || line.hasPrefix("Pss_Shmem:") {
            sum += line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return sum
    }
}

/// The processes below one.
enum ProcessTree {
    static func descendants(of process: Int32) -> [Int32] {
        var found: [Int32] = []
        var rest = children(of: process)
        while let next = rest.popLast(), found.count < 4096 {
            found.append(next)
            rest += children(of: next)
        }
        return found
    }

    /// Each thread lists the children that it has made.
    static func children(of process: Int32) -> [Int32] {
        let folder = "/proc/\(process)/task"
        guard let threads = opendir(folder) else { return [] }
        defer { closedir(threads) }
        var found: [Int32] = []
        while let entry = readdir(threads) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.first != ".", let list = ProcFile.contents(of: "\(folder)/\(name)/children") else { continue }
            found += list.split(separator: " ").compactMap { Int32($0) }
        }
        return found
    }
}

private enum ProcFile {
    static func contents(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while case let count = read(file, &piece, piece.count), count > 0 { all += piece[..<count] }
        return String(decoding: all, as: UTF8.self)
    }
}
