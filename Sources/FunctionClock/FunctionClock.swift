// SPDX-License-Identifier: Apache-2.0
public import Glibc

/// What time it is for a function: the machine's time, unless an emulator says otherwise.
///
/// Where a run is to be the same again, Martlet names a file in `MARTLET_CLOCK`: eight bytes, the milliseconds since
/// 1970-01-01T00:00:00Z in the machine's byte order, which change when its clock goes on.
public enum FunctionClock {
    /// The file's bytes.
    ///
    /// Safety: `@unchecked Sendable` because they are mapped for good, and only read.
    private struct Emulated: @unchecked Sendable {
        let bytes: UnsafeRawPointer
    }

    /// Nil where there is no such file, or it cannot be read.
    private static let emulated = map(getenv("MARTLET_CLOCK"))

    /// The present moment.
    public static var now: timespec {
        if let emulated {
            let milliseconds = Int(emulated.bytes.load(as: Int64.self))
            return timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now
    }

    /// The same in milliseconds since 1970-01-01T00:00:00Z.
    public static var milliseconds: Int64 {
        let now = now
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    private static func map(_ path: UnsafePointer<CChar>?) -> Emulated? {
        guard let path else { return nil }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // Of a shorter file not even the first byte may be touched.
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size >= 8,
            let page = mmap(nil, 8, PROT_READ, MAP_SHARED, file, 0), page != MAP_FAILED
        else { return nil }
        return Emulated(bytes: UnsafeRawPointer(page))
    }
}
