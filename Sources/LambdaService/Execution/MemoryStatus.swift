// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How much memory a process has, as the kernel counts it in proc(5)'s `status`; in kibibytes.
struct MemoryStatus: Equatable {
    /// The most that was resident at any time.
    var peak = 0
    /// What is resident now: memory of its own, files, shared memory.
    var anonymous = 0
    var file = 0
    var shared = 0

    /// What cannot be dropped and read again: what a memory limit is about.
    var unreclaimable: Int { anonymous + shared }
    var resident: Int { anonymous + file + shared }
    /// The most that was unreclaimable at any time, as far as that can be known: files stay mapped, mostly.
    var unreclaimablePeak: Int { max(unreclaimable, peak - file) }

    /// Reads that of a process; nil when it has gone.
    init?(process: Int32) {
        let file = open("/proc/\(process)/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let status = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer -> MemoryStatus? in
            let count = read(file, buffer.baseAddress, buffer.count)
            return count > 0 ? MemoryStatus(parsing: UnsafeRawBufferPointer(rebasing: buffer[..<count])) : nil
        }
        guard let status else { return nil }
        self = status
    }

    /// - Returns: nil for a process that has no memory any more: one that has ended.
    init?(parsing status: UnsafeRawBufferPointer) {
        var found = false
        var rest = status
        // By hand, as this runs every 50 ms: `split` would allocate for each of some sixty lines.
        while let start = rest.baseAddress, !rest.isEmpty {
            let end = memchr(start, Int32(UInt8(ascii: "\n")), rest.count).map { UnsafeRawPointer($0) - start }
            let line = UnsafeRawBufferPointer(rebasing: rest[..<(end ?? rest.count)])
            rest = UnsafeRawBufferPointer(rebasing: rest[min(line.count + 1, rest.count)...])
            guard line.first == UInt8(ascii: "V") || line.first == UInt8(ascii: "R") else { continue }
            if let value = Self.value("VmHWM:", line) { (peak, found) = (value, true) }
            if let value = Self.value("RssAnon:", line) { anonymous = value }
            if let value = Self.value("RssFile:", line) { file = value }
            if let value = Self.value("RssShmem:", line) { shared = value }
        }
        guard found else { return nil }
    }

    init(peak: Int, anonymous: Int, file: Int, shared: Int) {
        (self.peak, self.anonymous, self.file, self.shared) = (peak, anonymous, file, shared)
    }

    private static func value(_ name: StaticString, _ line: UnsafeRawBufferPointer) -> Int? {
        let count = name.utf8CodeUnitCount
        guard line.count > count, memcmp(line.baseAddress!, name.utf8Start, count) == 0 else { return nil }
        var value: Int?
        for byte in line[count...] {
            switch byte {
            case 48...57: value = (value ?? 0) &* 10 &+ Int(byte - 48)
            case 32, 9: if value != nil { return value }
            default: return value
            }
        }
        return value
    }
}
