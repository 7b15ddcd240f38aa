// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import EmulatedTime
import Emulator

/// The seed of a run that is to be the same again.
struct SeedArguments: ParsableArguments {
    @Option(
        help: """
            Make a run in virtual time that begins with nothing the same again for the same seed: ids, whose turn it \
            is and what goes wrong come from it.
            """)
    var seed: UInt64?

    /// - Throws: `ValidationError` for options that leave things to chance.
    func apply(to options: inout EmulatorOptions) throws {
        guard let seed else { return }
        guard options.clock == .virtual else {
            throw ValidationError("--seed is for runs in virtual time: add --clock virtual.")
        }
        guard !options.isolates else {
            throw ValidationError("--seed and --isolation exclude each other: a sandbox does not see the clock.")
        }
        options.seed = seed
    }
}
