// SPDX-License-Identifier: Apache-2.0
import LambdaService
public import Replay

extension ReplaySummary {
    /// What AWS would charge for it on demand in us-east-1, in US dollars, the free tier not counted.
    public var cost: Double {
        let prices = LambdaPrices.of(architecture: Architecture.ofThisMachine)
        return Double(billedRequests) * prices.request + prices.duration(gigabyteSeconds: gigabyteSeconds)
    }
}
