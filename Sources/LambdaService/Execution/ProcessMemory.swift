// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The most memory that a process has used, as the kernel counts it; read now and then, as reading takes its time.
struct ProcessMemory {
    /// Nanoseconds between two readings.
    private static let interval: Int64 = 100_000_000

    private(set) var peakMegabytes = 0
    private var lastReading: MonotonicTime?

    /// Reads anew if the last reading is old.
    mutating func update(process: Int32, at now: MonotonicTime) {
        if let lastReading, now.since(lastReading) < Self.interval { return }
        lastReading = now
        guard let kibibytes = Self.peakKibibytes(of: process) else { return }
        peakMegabytes = max(peakMegabytes, (kibibytes + 1023) / 1024)
    }

    /// `VmHWM` of /proc/PID/status; nil when the process has gone.
    private static func peakKibibytes(of process: Int32) -> Int? {
        let file = open("/proc/\(process)/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            let count = read(file, buffer.baseAddress, buffer.count)
            guard count > 0 else { return nil }
            return parsePeak(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    static func parsePeak(_ status: UnsafeRawBufferPointer) -> Int? {
        let name = Array("\nVmHWM:".utf8)
        let last = status.count - name.count
        guard let field = (0..<max(0, last)).first(where: { status[$0] == 10 && status[$0...].starts(with: name) })
        else { return nil }
        let start = field + name.count
        let digits = status[start...].drop { $0 == 32 || $0 == 9 }.prefix { (48...57).contains($0) }
        return digits.isEmpty ? nil : digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
}
