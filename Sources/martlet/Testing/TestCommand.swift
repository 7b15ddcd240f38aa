// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Emulator
import EventLoop
import Foundation
import JSON
import Scenario

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract:
            "Play events through the application of a template, and compare what they give with what they should.",
        discussion: """
            Plays the JSON files of a folder in the order of their names; docs/event-tests.md describes them. The exit
            status is 0 only if every event gave what it should.

            Examples:
              martlet test                        play events/ through template.json
              martlet test events/07-upload.json  one file
              martlet test --filter api           those with 'api' in the name or the description
              martlet test --update               accept what came in place of what was expected
              martlet test --junit report.xml --template app.json checks/
            """)

    @Argument(help: "The folder with the events, or a file.", completion: .file(extensions: ["json"]))
    var events = "events"

    @Option(help: "The template of the application.", completion: .file(extensions: ["json", "yaml", "yml"]))
    var template = "template.json"

    @Option(help: "Where files go that events save.", completion: .directory)
    var results = ".martlet/results"

    @Option(help: "The folder for objects and queued events; without it they are forgotten.", completion: .directory)
    var state: String?

    @Option(help: "The port of the AWS APIs while events are played; 0 for any.")
    var port = 0

    @Option(help: "The port of the first HTTP API; 0 for any.")
    var apiPort = 0

    @Option(help: "Play only steps with this text in their name or description.")
    var filter: String?

    @Option(help: "How many independent files are played at the same time.")
    var jobs = 4

    @Option(help: "A file for the results as JUnit's XML.", completion: .file())
    var junit: String?

    @Flag(help: "Write what came into the files in place of what they expect.")
    var update = false

    @Flag(help: "Write the results as one JSON object.")
    var json = false

    @Flag(help: "Show the functions' logs while they run.")
    var logs = false

    @OptionGroup var seed: SeedArguments

    @OptionGroup var emulator: EmulatorArguments

    func validate() throws {
        guard jobs >= 1 else { throw ValidationError("--jobs takes a number from 1, not \(jobs).") }
    }

    func run() async throws {
        let all = try TestFiles(events)
        let files = filter.map { text in all.files.compactMap { $0.filtered { $0.mentions(text) } } } ?? all.files
        guard !files.isEmpty else {
            throw ValidationError("No event has '\(filter ?? "")' in its name or description.")
        }
        let ledger = InvocationLedger()
        let chaos: ChaosReport
        var played: [[PlayedStep]]
        (played, chaos) = try await play(files, ledger)
        if update {
            for name in try all.accept(played.joined().map(\.self)) { Console.note("updated \(name)") }
            for index in played.indices { played[index] = played[index].map(\.accepted) }
        }
        try report(played.joined().map(\.self), ledger, chaos)
        if let junit {
            let document = TestDocument.junit(zip(files, played).map { ($0.name, $1) })
            try Data(document).write(to: URL(filePath: junit))
        }
        if played.joined().contains(where: \.hasFailed) { throw ExitCode(1) }
    }

    private func play(_ files: [TestFile], _ ledger: InvocationLedger) async throws -> ([[PlayedStep]], ChaosReport) {
        var options = try emulator.options(template: template)
        try seed.apply(to: &options)
        options.port = port
        options.apiPort = apiPort
        if let state { options.state = .directory(URL(filePath: state)) }
        Orphans.adopt()
        let loop = try EventLoop.start(named: "martlet", offloads: options.seed == nil)
        let emulator = try await Emulator.start(
            options, loop: loop,
            reporting: EmulatorReporting(logs: logs ? .text : .none, observers: [ledger], progress: Console.note))
        let player = try ScenarioPlayer(
            emulator: emulator, region: self.emulator.stack.region, account: self.emulator.stack.account, loop: loop,
            ledger: ledger, results: URL(filePath: results), accepts: update,
            seed: options.seed)
        await emulator.clientActs(true)
        let played = await player.play(files, jobs: emulator.isRepeatable ? 1 : jobs) { step in
            Console.note(StepReport.lines(step))
        }
        await emulator.clientActs(false)
        if emulator.isRepeatable { await emulator.rest() }
        await player.close()
        let chaos = emulator.chaosReport()
        await emulator.stop()
        Orphans.end()
        await loop.shutdown()
        return (played, chaos)
    }

    private func report(_ played: [PlayedStep], _ ledger: InvocationLedger, _ chaos: ChaosReport) throws {
        if json { return Console.output(TestDocument.json(played, ledger.all).indentedText()) }
        Console.output(StepReport.table(played, ledger.all))
        if !chaos.rules.isEmpty { Console.output(ChaosTable.summary(chaos)) }
        for saved in played.compactMap(\.saved) {
            Console.output("\(saved.file)\nserved, while the events were played, at \(saved.url)")
        }
        Console.output(StepReport.summary(played.count, played.count(where: \.hasFailed)))
    }
}

extension Step {
    /// Whether a text stands in the name or the description, in letters of either case.
    fileprivate func mentions(_ text: String) -> Bool {
        "\(name)\n\(description)".lowercased().contains(text.lowercased())
    }
}

extension PlayedStep {
    /// The step after its result was accepted: what its file cannot be made to say is left.
    fileprivate var accepted: PlayedStep {
        var accepted = self
        if !updates.isEmpty { accepted.differences = [] }
        return accepted
    }
}
