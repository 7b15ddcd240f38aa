// SPDX-License-Identifier: Apache-2.0

/// The most memory that an environment's processes have used, and whether that was more than they may.
///
/// As long as an invocation lasts, all processes are looked at (``MemorySurvey``); when a result comes, the one that
/// posts it, though not more often than every 100 ms, as reading takes its time.
struct ProcessMemory {
    /// Nanoseconds between two readings.
    private static let interval: Int64 = 100_000_000

    /// In kibibytes.
    let limit: Int
    private(set) var isExceeded = false
    private var peak = 0
    private var lastReading: MonotonicTime?

    init(limitMegabytes: Int) {
        limit = limitMegabytes * 1024
    }

    /// What the report tells: never more than there is, as on AWS.
    var peakMegabytes: Int { (min(peak, limit) + 1023) / 1024 }

    /// Reads anew if the last reading is old.
    mutating func update(process: Int32, at now: MonotonicTime) {
        if let lastReading, now.since(lastReading) < Self.interval { return }
        lastReading = now
        guard let status = MemoryStatus(process: process) else { return }
        note(resident: status.peak, unreclaimable: status.unreclaimablePeak)
    }

    /// Reads anew whenever the last reading was, and does not keep the next one from being made.
    mutating func read(process: Int32) {
        guard let status = MemoryStatus(process: process) else { return }
        note(resident: status.peak, unreclaimable: 0)
    }

    mutating func note(_ survey: MemorySurvey) {
        note(resident: survey.resident, unreclaimable: survey.unreclaimable)
    }

    /// A new process has taken the place of one that has gone.
    mutating func restarted() {
        isExceeded = false
        lastReading = nil
    }

    private mutating func note(resident: Int, unreclaimable: Int) {
        if unreclaimable > limit { isExceeded = true }
        peak = max(peak, isExceeded ? limit : resident)
    }
}
