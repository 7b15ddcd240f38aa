// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// How often and when a delivery is tried.
///
/// The first attempt has number 1.
///
/// AWS documentation: SNS Developer Guide, "Amazon SNS message delivery retries", the table of delivery policies. AWS
/// adds jitter to the delays; here they are exact, so that a run can be repeated.
struct DeliveryPolicy: Sendable, Equatable {
    /// How many attempts come at once.
    var immediateAttempts: Int
    /// How many come after the shortest delay each.
    var shortAttempts: Int
    /// How many come after delays that grow from the shortest to the longest.
    var backoffAttempts: Int
    /// How many come after the longest delay each.
    var longAttempts: Int
    var shortestDelay: Duration
    var longestDelay: Duration

    /// Lambda, SQS, Firehose: 100,015 attempts over 23 days.
    static let awsManaged = DeliveryPolicy(
        immediateAttempts: 3, shortAttempts: 2, backoffAttempts: 10, longAttempts: 100_000,
        shortestDelay: .seconds(1), longestDelay: .seconds(20))

    /// How long to wait before an attempt; nil when there is none of that number.
    func delay(beforeAttempt attempt: Int) -> Duration? {
        precondition(attempt >= 1, "attempts are counted from 1")
        var index = attempt - 1
        if index < immediateAttempts { return .zero }
        index -= immediateAttempts
        if index < shortAttempts { return shortestDelay }
        index -= shortAttempts
        if index < backoffAttempts { return backoff(index) }
        index -= backoffAttempts
        return index < longAttempts ? longestDelay : nil
    }

    /// Delays that each are the same multiple of the one before.
    private func backoff(_ index: Int) -> Duration {
        guard backoffAttempts > 1 else { return longestDelay }
        let ratio = longestDelay / shortestDelay
        var growth = 1.0
        let step = ratio.root(backoffAttempts - 1)
        for _ in 0..<index { growth *= step }
        return .milliseconds((shortestDelay * growth).wholeMilliseconds)
    }
}

/// One delivery's history: how often it was tried, and what comes next.
struct DeliveryAttempts: Sendable, Equatable {
    enum Next: Sendable, Equatable {
        case attempt(after: Duration)
        case giveUp
    }

    private let policy: DeliveryPolicy
    /// How many attempts were made.
    private(set) var count = 0

    init(policy: DeliveryPolicy) {
        self.policy = policy
    }

    /// An attempt failed.
    ///
    /// - Parameter status: the HTTP status that the receiver's service answered with. Server-side failures and
    ///   throttling are tried again; a client-side failure (the function is gone, say) never is.
    mutating func failed(status: Int) -> Next {
        count += 1
        guard status >= 500 || status == 429, let delay = policy.delay(beforeAttempt: count + 1) else { return .giveUp }
        return .attempt(after: delay)
    }
}

extension Double {
    /// The positive number whose `degree`-th power this is, by bisection: FoundationEssentials has no `pow`.
    fileprivate func root(_ degree: Int) -> Double {
        var low = 1.0
        var high = max(self, 1)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            let power = (0..<degree).reduce(1.0) { product, _ in product * middle }
            if power < self { low = middle } else { high = middle }
        }
        return high
    }
}
