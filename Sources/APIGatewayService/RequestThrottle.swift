// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// The buckets of all APIs: that of the account, and those of routes with limits of their own.
struct RequestThrottle: Sendable {
    private var account: TokenBucket
    private var routes: [TokenBucket] = []

    init(account limit: ThrottlingLimit = .account, at now: Timestamp) {
        account = TokenBucket(limit, at: now)
    }

    /// Adds a route of a stage.
    ///
    /// - Returns: what ``admits(_:at:)`` knows it by.
    mutating func add(_ limit: ThrottlingLimit, at now: Timestamp) -> Int {
        routes.append(TokenBucket(limit, at: now))
        return routes.count - 1
    }

    /// Whether a request is let through: then it takes a token from each of its buckets, else none.
    ///
    /// - Parameter route: nil for a route without a limit of its own.
    mutating func admits(_ route: Int?, at now: Timestamp) -> Bool {
        guard account.hasToken(at: now) else { return false }
        if let route {
            guard routes[route].hasToken(at: now) else { return false }
            routes[route].take(at: now)
        }
        account.take(at: now)
        return true
    }
}
