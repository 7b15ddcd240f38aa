// SPDX-License-Identifier: Apache-2.0
import CMalloc

/// How the process's memory is managed.
enum Allocator {
    /// Keeps freed memory for the next payload.
    ///
    /// Giving a buffer of 1 MiB back to the kernel and taking it again costs 256 page faults, which is more than what
    /// copying it costs.
    static func keepFreedMemory() {
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 64 << 20)
    }
}
