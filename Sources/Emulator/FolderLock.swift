// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// Tells whether the process that made a folder is still there: it holds a lock, flock(2), on a file in it, which the
/// kernel gives up when the process ends, however it ends.
enum FolderLock {
    /// Not the name of any other lock: what has this one may be removed.
    private static let name = "temporary.lock"

    /// Locks a folder for as long as this process lives.
    static func hold(_ folder: URL) throws {
        // Under its name it is locked from the first moment.
        let (new, final) = (folder.appending(path: name + ".new").path, folder.appending(path: name).path)
        let file = open(new, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0, rename(new, final) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
    }

    /// Whether a folder was locked once and is not any more.
    static func isAbandoned(_ folder: URL) -> Bool {
        let file = open(folder.appending(path: name).path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) == 0
    }
}
