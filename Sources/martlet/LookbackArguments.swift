// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The options of the commands that look back at what functions did in an emulator that runs.
struct LookbackArguments: ParsableArguments {
    @Argument(help: "The function's name; without it, all functions.")
    var function: String?

    @Option(help: "Only since then: 30s, 10m, 2h, 1d ago, or a time such as 2026-11-21T15:04:05Z.")
    var since: Since?

    @OptionGroup var emulator: EndpointArguments
}
