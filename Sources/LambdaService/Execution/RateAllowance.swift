// SPDX-License-Identifier: Apache-2.0

/// How many of something may still come: a token bucket, whose tokens come back one by one and never pile up.
///
/// Pure.
struct RateAllowance {
    /// How many tokens there are, and how fast they come back.
    struct Rate: Sendable {
        /// How many may come at once.
        let count: Int
        /// Nanoseconds until one of them is given back.
        let interval: Int64

        /// - Parameter period: how long it takes until all of them are given back.
        init(count: Int, period: Duration) {
            self.count = count
            interval = max(1, Int64(period / .nanoseconds(1)) / Int64(max(1, count)))
        }

        /// The environments that one function may start: 1,000 in 10 seconds, and never more than 1,000 together
        /// (https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html).
        static let scaling = Rate(count: LambdaLimits.scalingCount, period: LambdaLimits.scalingPeriod)

        /// The synchronous requests of a function that has so much concurrency: ten a second for each unit
        /// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
        static func requests(concurrency: Int) -> Rate {
            Rate(count: concurrency * LambdaLimits.requestsPerConcurrency, period: .seconds(1))
        }
    }

    /// When all that has been taken is given back.
    private var isFullFrom = MonotonicTime(nanoseconds: .min)

    /// How many there are at a moment; below zero when more were taken than there were.
    func available(at now: MonotonicTime, _ rate: Rate) -> Int {
        guard isFullFrom > now else { return rate.count }
        return rate.count - Int((isFullFrom.since(now) + rate.interval - 1) / rate.interval)
    }

    mutating func take(at now: MonotonicTime, _ rate: Rate) {
        isFullFrom = max(isFullFrom, now) + rate.interval
    }
}
