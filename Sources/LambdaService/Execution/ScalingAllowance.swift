// SPDX-License-Identifier: Apache-2.0

/// How many environments one function may still start.
///
/// AWS starts at most 1,000 of a function in 10 seconds, gives them back bit by bit and not all at once, and never lets
/// more than 1,000 come together (https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html).
struct ScalingAllowance {
    struct Rate: Sendable {
        /// How many may start at once.
        var count = LambdaLimits.scalingCount
        /// How long it takes until all of them may start again.
        var period = LambdaLimits.scalingPeriod

        fileprivate var interval: Int64 { Int64(period / .nanoseconds(1)) / Int64(max(1, count)) }
    }

    /// When all that has been taken is given back.
    private var isFullFrom = MonotonicTime(nanoseconds: .min)

    /// How many may start at a moment; below zero when more had to be replaced than there was an allowance for.
    func available(at now: MonotonicTime, _ rate: Rate) -> Int {
        guard isFullFrom > now else { return rate.count }
        let interval = max(1, rate.interval)
        return rate.count - Int((isFullFrom.since(now) + interval - 1) / interval)
    }

    mutating func take(at now: MonotonicTime, _ rate: Rate) {
        isFullFrom = max(isFullFrom, now) + rate.interval
    }
}
