// SPDX-License-Identifier: Apache-2.0
import Glibc
import ServiceProtocols

/// A clock's time where other processes can read it: eight bytes of memory that have a file's name.
///
/// Safety: `@unchecked Sendable` because what it points to is mapped for as long as it lives, and written by the clock
/// alone, in one store.
final class ClockPage: @unchecked Sendable {
    /// What others open, for as long as this process lives.
    let path: String
    private let file: Int32
    private let memory: UnsafeMutableRawPointer

    /// Nil when the process has no room for it.
    init?() {
        var name = Array("/tmp/martlet-clock-XXXXXX".utf8CString)
        file = mkstemp(&name)
        guard file >= 0 else { return nil }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        // It has the name of its descriptor, and nothing is left when this process ends.
        unlink(name)
        guard ftruncate(file, 8) == 0, let memory = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
            memory != MAP_FAILED
        else {
            close(file)
            return nil
        }
        self.memory = memory
        path = "/proc/\(getpid())/fd/\(file)"
    }

    func show(_ moment: Timestamp) {
        memory.storeBytes(of: moment.milliseconds, as: Int64.self)
    }

    deinit {
        munmap(memory, 8)
        close(file)
    }
}
