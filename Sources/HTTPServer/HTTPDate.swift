// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Glibc
import Locks

/// The `Date` of responses (RFC 9110, section 6.6.1), made once a second.
enum HTTPDate {
    private struct Cached {
        var second = 0
        var text: [UInt8] = []
    }

    private static let cached = Locked(Cached())

    /// The present moment as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static var current: [UInt8] {
        let now = time(nil)
        return cached.withLock { cached in
            if cached.second != now {
                cached.second = now
                cached.text = format(now)
            }
            return cached.text
        }
    }

    static func format(_ moment: Int) -> [UInt8] {
        var seconds = time_t(moment)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return Array("\(days[Int(parts.tm_wday)]), \(date) \(time) GMT".utf8)
    }
}
