// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What the kernel runs: a program of this machine's, or a script that names its interpreter.
enum BootstrapFormat {
    #if arch(arm64)
        private static let machine: UInt8 = 183
    #else
        private static let machine: UInt8 = 62
    #endif

    /// Whether the kernel would run a file.
    ///
    /// libuv starts processes with `execvp`, which hands what the kernel refuses to a shell; AWS does not.
    static func isKnown(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        // What may be run need not be readable.
        guard file >= 0 else { return true }
        defer { close(file) }
        var head = [UInt8](repeating: 0, count: 20)
        let count = read(file, &head, head.count)
        if count >= 2, head.starts(with: Array("#!".utf8)) { return true }
        // elf(5): the machine is at 18, in two bytes.
        return count == 20 && head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) && head[18] == machine && head[19] == 0
    }
}
