// SPDX-License-Identifier: Apache-2.0
import LambdaRuntime

/// A bootstrap that returns every event as it came: what the runtime loop itself costs.
@main
struct EchoBootstrap {
    static func main() async {
        await LambdaRuntime.run(raw: { event, _ in event })
    }
}
