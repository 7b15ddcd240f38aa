// SPDX-License-Identifier: Apache-2.0
import Foundation
import Locks

/// Makes a state directory and holds it for this process, so that two emulators never share one.
final class DirectoryLock: Sendable {
    /// The lock file's descriptor; nil once released.
    ///
    /// The lock guards `release` against `deinit` and other threads.
    private let descriptor: Locked<Int32?>

    init(directory: URL) throws(StoreError) {
        let path = directory.path
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw .notWritable(directory: path, reason: Self.reason(of: error))
        }
        let file = open(directory.appendingPathComponent("lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .notWritable(directory: path, reason: String(cString: strerror(errno))) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Foundation.close(file)
            throw code == EWOULDBLOCK
                ? .inUse(directory: path) : .notWritable(directory: path, reason: String(cString: strerror(code)))
        }
        descriptor = Locked(file)
    }

    deinit { release() }

    /// Gives the directory free.
    func release() {
        descriptor.withLock { file in
            guard let open = file else { return }
            // A child process that is just being made has a copy of the descriptor, which would go on holding the lock.
            flock(open, LOCK_UN)
            Foundation.close(open)
            file = nil
        }
    }

    private static func reason(of error: any Error) -> String {
        let error = error as NSError
        let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
        if let underlying, underlying.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(underlying.code)))
        }
        return error.localizedDescription
    }
}
