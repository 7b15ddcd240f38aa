// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Moments as log lines have them: `2026-01-31T12:34:56.789Z`.
enum LogTimestamp {
    static func text(_ moment: timespec) -> String {
        var seconds = moment.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let time = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(time).\(digits(moment.tv_nsec / 1_000_000, 3))Z"
    }

    private static func digits(_ value: some BinaryInteger, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
