// SPDX-License-Identifier: Apache-2.0
import Histogram
public import ServiceProtocols

/// What a replay came to so far; pure.
public struct ReplaySummary: Sendable {
    /// Milliseconds that so many percent of the events did not exceed.
    public struct Latencies: Sendable, Equatable {
        /// Half of them.
        public var p50: Double
        /// 90 in 100.
        public var p90: Double
        /// 99 in 100.
        public var p99: Double
        /// All of them.
        public var maximum: Double
    }

    /// How many events there were.
    public private(set) var events = 0
    /// How many ended how.
    public private(set) var outcomes: [JournalRecord.Outcome: Int] = [:]
    /// How many ended with which error.
    public private(set) var errors: [String: Int] = [:]
    /// How many came to what was recorded; those of which nothing was recorded are left out.
    public private(set) var agreements: [Agreement: Int] = [:]
    /// How many attempts there were.
    public private(set) var attempts = 0
    /// How many attempts were the first of their environment.
    public private(set) var coldStarts = 0
    /// How many attempts were refused with 429.
    public private(set) var throttles = 0
    /// What AWS would have charged for, in milliseconds.
    public private(set) var billedMilliseconds = 0
    private var megabyteMilliseconds = 0
    /// In microseconds, to three digits.
    private var latency = Histogram<UInt32>(numberOfSignificantValueDigits: .three)

    /// Nothing yet.
    public init() {}

    /// Counts an event that has ended.
    public mutating func add(_ result: ReplayResult) {
        events += 1
        outcomes[result.outcome, default: 0] += 1
        if let error = result.error { errors[error, default: 0] += 1 }
        if let agreement = result.agreement { agreements[agreement, default: 0] += 1 }
        attempts += result.usage.attempts
        coldStarts += result.usage.coldStarts
        throttles += result.usage.throttles
        billedMilliseconds += result.usage.billedMilliseconds
        megabyteMilliseconds += result.usage.megabyteMilliseconds
        latency.record(UInt64(min(max(result.latencyMilliseconds * 1000, 0), 1e13)))
    }

    /// AWS's GB are 1024 MB.
    public var gigabyteSeconds: Double { Double(megabyteMilliseconds) / 1024 / 1000 }

    /// How many attempts ran; those that were refused cost nothing.
    public var billedRequests: Int { attempts - throttles }

    /// Nil before the first event has ended.
    public var latencies: Latencies? {
        guard latency.totalCount > 0 else { return nil }
        func milliseconds(_ percent: Double) -> Double { Double(latency.valueAtPercentile(percent)) / 1000 }
        return Latencies(
            p50: milliseconds(50), p90: milliseconds(90), p99: milliseconds(99), maximum: milliseconds(100))
    }
}
