// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// How many requests are let through: `burst` at once, and `rate` a second over time.
struct ThrottlingLimit: Sendable, Equatable {
    var rate: Double
    var burst: Int

    /// What all APIs of an account share in a region
    /// (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
    static let account = ThrottlingLimit(rate: 10_000, burst: 5_000)
}

/// A token bucket: a request takes a token, and tokens come back with time
/// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html).
struct TokenBucket: Sendable, Equatable {
    private let limit: ThrottlingLimit
    private var tokens: Double
    /// When ``tokens`` was what it is.
    private var counted: Timestamp

    /// A full bucket.
    init(_ limit: ThrottlingLimit, at now: Timestamp) {
        self.limit = limit
        tokens = Double(limit.burst)
        counted = now
    }

    /// Whether a request would find a token.
    func hasToken(at now: Timestamp) -> Bool { available(at: now) >= 1 }

    /// A request takes a token that is there.
    mutating func take(at now: Timestamp) {
        tokens = available(at: now) - 1
        counted = now
    }

    /// A clock that was set back gives nothing and takes nothing.
    private func available(at now: Timestamp) -> Double {
        let seconds = Double(max(0, now.milliseconds - counted.milliseconds)) / 1000
        return min(Double(limit.burst), tokens + limit.rate * seconds)
    }
}
