// SPDX-License-Identifier: Apache-2.0

/// What Lambda costs on demand in us-east-1, in US dollars (https://aws.amazon.com/lambda/pricing/).
///
/// The tiers are those of August 2022
/// (https://aws.amazon.com/blogs/compute/introducing-tiered-pricing-for-aws-lambda/); inits are billed since August
/// 2025. The free tier is not counted.
struct LambdaPrices: Sendable {
    /// For each request.
    let request = 0.20 / 1_000_000
    /// For each GB-second of a month, from the first on: up to how many a price goes.
    private let tiers: [(upTo: Double, price: Double)]

    static let x86 = LambdaPrices(tiers: [
        (6e9, 0.000_016_666_7), (15e9, 0.000_015), (.infinity, 0.000_013_333_4),
    ])
    static let arm = LambdaPrices(tiers: [
        (7.5e9, 0.000_013_333_4), (18.75e9, 0.000_012_000_1), (.infinity, 0.000_010_666_7),
    ])

    private init(tiers: [(upTo: Double, price: Double)]) {
        self.tiers = tiers
    }

    /// `x86_64` or `arm64`.
    static func of(architecture: String) -> LambdaPrices { architecture == "arm64" ? arm : x86 }

    /// What so many GB-seconds of one month cost.
    func duration(gigabyteSeconds: Double) -> Double {
        var (cost, first) = (0.0, 0.0)
        for tier in tiers where gigabyteSeconds > first {
            cost += (min(gigabyteSeconds, tier.upTo) - first) * tier.price
            first = tier.upTo
        }
        return cost
    }
}
