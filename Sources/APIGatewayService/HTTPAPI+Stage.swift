// SPDX-License-Identifier: Apache-2.0

extension HTTPAPI {
    /// A stage: where an API is reached, and how much of it.
    public struct Stage: Sendable {
        /// `$default`, or the first segment of the path.
        public var name: String
        /// What events get as `stageVariables`.
        public var variables: [String: String]
        /// For each route that says nothing else.
        public var defaultRouteSettings: RouteSettings
        /// By the key of the route.
        public var routeSettings: [String: RouteSettings]

        /// A stage without variables and limits of its own, unless some are given.
        public init(
            name: String = "$default", variables: [String: String] = [:],
            defaultRouteSettings: RouteSettings = RouteSettings(), routeSettings: [String: RouteSettings] = [:]
        ) {
            self.name = name
            self.variables = variables
            self.defaultRouteSettings = defaultRouteSettings
            self.routeSettings = routeSettings
        }

        /// The limit of a route; nil for one that has only the account's.
        func throttlingLimit(of key: RouteKey) -> ThrottlingLimit? {
            let settings = routeSettings[key.text]
            let rate = settings?.throttlingRateLimit ?? defaultRouteSettings.throttlingRateLimit
            let burst = settings?.throttlingBurstLimit ?? defaultRouteSettings.throttlingBurstLimit
            guard rate != nil || burst != nil else { return nil }
            return ThrottlingLimit(
                rate: rate ?? ThrottlingLimit.account.rate, burst: burst ?? ThrottlingLimit.account.burst)
        }
    }

    /// What a stage says about a route.
    public struct RouteSettings: Sendable, Equatable {
        /// How many requests are let through at once; nil leaves it to the account.
        public var throttlingBurstLimit: Int?
        /// How many a second; nil leaves it to the account.
        public var throttlingRateLimit: Double?

        /// Settings; those that are nil are left to the stage, or to the account.
        public init(throttlingBurstLimit: Int? = nil, throttlingRateLimit: Double? = nil) {
            self.throttlingBurstLimit = throttlingBurstLimit
            self.throttlingRateLimit = throttlingRateLimit
        }
    }
}
