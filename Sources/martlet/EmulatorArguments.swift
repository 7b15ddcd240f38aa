// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import EmulatedTime
import Emulator
import Foundation

/// The options of every command that runs an emulator.
struct EmulatorArguments: ParsableArguments {
    @OptionGroup var stack: StackArguments

    @Option(
        help: """
            The emulator's clock: real; scaled:N to let retries and expiries come N times as fast; virtual to let it \
            jump to what is due next when nothing runs.
            """)
    var clock = EmulatedClock.Pace.real

    @Option(help: "How many function processes may run at once; calls that need more wait.")
    var processes = 64

    @Flag(inversion: .prefixedNo, help: "Stop the processes of idle functions, as AWS freezes them.")
    var freeze = true

    @Flag(
        help: "Run each function in a sandbox: files read-only, /var/task, /opt and /tmp of its own (needs bubblewrap)."
    )
    var isolation = false

    @Option(help: "Seconds after which the processes of an idle function end; 0 for never.")
    var idleTimeout = 600

    @Option(
        help: "A file with rules of what is to go wrong, in place of those in martlet.toml.",
        completion: .file(extensions: ["toml"]))
    var chaos: String?

    @Option(help: "The seed of what goes wrong: the same seed, the same failures.")
    var chaosSeed: Int?

    @Flag(inversion: .prefixedNo, help: "Keep what happens in a journal, for 'martlet events'.")
    var journal = true

    func validate() throws {
        if let chaosSeed, chaosSeed < 0 {
            throw ValidationError("--chaos-seed takes a number from 0, not \(chaosSeed).")
        }
        guard processes >= 1 else { throw ValidationError("--processes takes a number from 1, not \(processes).") }
        guard idleTimeout >= 0, idleTimeout <= 1_000_000_000 else {
            throw ValidationError("--idle-timeout takes seconds from 0 to 1000000000, not \(idleTimeout).")
        }
    }

    /// - Throws: `ValidationError` when the template is not there.
    func options(template path: String) throws -> EmulatorOptions {
        var options = EmulatorOptions()
        options.template = try stack.template(path)
        options.parameters = stack.parameterValues
        options.imports = stack.importValues
        options.account = stack.account
        options.region = stack.region
        options.processLimit = processes
        options.clock = clock
        options.freezes = freeze
        options.keepsJournal = journal
        options.isolates = isolation
        options.chaos.file = chaos.map { URL(filePath: $0) }
        options.chaos.seed = chaosSeed.map { UInt64($0) }
        options.idleTimeout = idleTimeout == 0 ? nil : .seconds(idleTimeout)
        return options
    }
}

// `real`, `virtual`, or `scaled:N` with N from 1 to 1000000.
extension EmulatedClock.Pace: ExpressibleByArgument {
    /// Nil for what is none of the three.
    public init?(argument: String) {
        if argument == "real" {
            self = .real
        } else if argument == "virtual" {
            self = .virtual
        } else if argument.hasPrefix("scaled:"), let speed = Int(argument.dropFirst(7)), speed >= 1, speed <= 1_000_000
        {
            self = .scaled(speed)
        } else {
            return nil
        }
    }

    /// As users write it.
    public var defaultValueDescription: String { description }

    /// What help shows.
    public static var allValueStrings: [String] { ["real", "scaled:N", "virtual"] }
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
