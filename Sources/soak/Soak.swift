// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Glibc
import Simulation

/// Runs the simulation for long.
@main
struct Soak: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Run the emulator's core under a seeded simulation with faults, and check each step.",
        discussion: """
            Ends with 1 when a rule was broken, and prints the seed; the same seed and number of events do exactly the
            same again.
            """)

    @Option(help: "How many events are sent.")
    var events = 10_000_000

    @Option(help: "What everything follows from; a random one unless given.")
    var seed: UInt64?

    func validate() throws {
        guard (1...1_000_000_000).contains(events) else {
            throw ValidationError("--events takes a number from 1 to 1000000000, not \(events).")
        }
    }

    func run() async throws {
        let seed = seed ?? .random(in: .min ... .max)
        Self.say("seed \(seed), \(events) events")
        var simulation = Simulation(seed: seed, events: events)
        let (began, total) = (Date.now, events)
        let isTerminal = isatty(STDOUT_FILENO) == 1
        simulation.progress = { sent in
            let line =
                "\(sent * 100 / total) %  \(sent) events, \(Int(Double(sent) / -began.timeIntervalSinceNow)) a second"
            Self.say(isTerminal ? "\r\(line)" : line, end: isTerminal ? "" : "\n")
        }
        let outcome = try await simulation.run()
        if isTerminal { Self.say("") }
        let ends = outcome.ends.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        Self.say(
            """
            \(ends)
            \(outcome.attempts) attempts, \(outcome.throttles) throttled, \(outcome.exactRetries) retries at their \
            exact time; \(outcome.crashes) crashes, \(outcome.failedWrites) failed writes
            \(outcome.milliseconds / 3_600_000) hours in \(Int(-began.timeIntervalSinceNow)) s, \
            trace \(String(outcome.trace, radix: 16))
            """)
        guard outcome.problems.isEmpty else {
            for problem in outcome.problems { Self.say(problem) }
            Self.say("A rule was broken. Again: soak --seed \(seed) --events \(events)")
            throw ExitCode.failure
        }
    }

    private static func say(_ text: String, end: String = "\n") {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + end).utf8))
    }
}
