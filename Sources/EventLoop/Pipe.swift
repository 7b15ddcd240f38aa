// SPDX-License-Identifier: Apache-2.0
import CLibuv
import Glibc

/// Both ends of a pipe(7), neither of which a child process inherits by itself.
struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws(LoopError) {
        var ends: [uv_file] = [-1, -1]
        try LoopError.check(uv_pipe(&ends, 0, 0), "create a pipe")
        // The first numbers are what children get their own descriptors as. They are free where this process was
        // started without standard streams.
        reading = Self.raised(ends[0])
        writing = Self.raised(ends[1])
    }

    func close() {
        Glibc.close(reading)
        Glibc.close(writing)
    }

    private static func raised(_ descriptor: Int32) -> Int32 {
        guard descriptor < 10 else { return descriptor }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
        guard copy >= 0 else { return descriptor }
        Glibc.close(descriptor)
        return copy
    }
}
