// SPDX-License-Identifier: Apache-2.0
import ELF
import Glibc

/// What tells one state of a file from the next.
struct FileStamp: Sendable, Equatable {
    let device: UInt
    let inode: UInt
    let size: Int
    let modified: [Int]

    /// Nil when there is no such file; a symbolic link stands for what it leads to.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }
}

/// What tells a folder from another that has its name later.
struct FolderID: Sendable, Equatable {
    let device: UInt
    let inode: UInt

    /// Nil when there is no such folder; a symbolic link stands for what it leads to.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }
}

/// Whether a file is written to its end.
enum FileCompleteness {
    /// Blocks for as long as opening a file and reading its head does.
    static func isComplete(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        // What cannot be read is somebody else's to judge.
        guard file >= 0 else { return errno != ENOENT }
        defer { close(file) }
        return !isBeingWritten(file) && isWhole(file)
    }

    /// A lease for reading is given only where nobody has the file open for writing (fcntl(2), "Leases").
    ///
    /// Where the file system has no leases nothing is known.
    private static func isBeingWritten(_ file: Int32) -> Bool {
        // Who opens it in this moment waits until the lease is given back; the signal that tells of that is ignored.
        _ = fcntl(file, setSignal, SIGURG)
        guard fcntl(file, setLease, Int32(F_RDLCK)) != 0 else {
            _ = fcntl(file, setLease, Int32(F_UNLCK))
            return false
        }
        return errno == EAGAIN
    }

    private static func isWhole(_ file: Int32) -> Bool {
        var header = [UInt8](repeating: 0, count: ELFFile.headerCount)
        let count = pread(file, &header, header.count, 0)
        guard count >= 0 else { return true }
        guard let end = ELFFile.end(header: Array(header.prefix(count))) else { return true }
        var status = stat()
        return fstat(file, &status) == 0 && Int(status.st_size) >= end
    }

    // F_SETSIG and F_SETLEASE: Linux's own, which glibc shows to GNU sources only.
    private static let setSignal: Int32 = 10
    private static let setLease: Int32 = 1024
}
