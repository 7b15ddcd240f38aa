// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Which emulator a command asks.
struct EndpointArguments: ParsableArguments {
    @Option(help: "The emulator; by default the one that runs.")
    var endpoint: String?

    /// Where it serves, without a slash at the end.
    ///
    /// - Throws: ``Refused`` when several run and none is named.
    func resolved() throws -> String {
        try (endpoint ?? RunningEmulators.chosen()).withoutTrailingSlash
    }
}
