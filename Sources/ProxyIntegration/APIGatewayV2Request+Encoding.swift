// SPDX-License-Identifier: Apache-2.0
package import Buffers
import FoundationEssentials
package import LambdaEvents

extension APIGatewayV2Request {
    /// The event as a function gets it: JSON; absent keys stay absent.
    package func encoded() -> Bytes? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding texts and numbers cannot fail.
        return (try? encoder.encode(self)).map { Bytes($0) }
    }
}
