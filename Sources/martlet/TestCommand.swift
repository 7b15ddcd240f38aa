// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Emulator
import EventLoop
import Foundation
import Scenario

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract:
            "Play events through the application of a template, and compare what they give with what they should.",
        discussion: """
            Plays the JSON files of a folder in the order of their names; events/README.md describes them. The exit status
            is 0 only if every event gave what it should.

            Examples:
              martlet test                        play events/ through template.json
              martlet test --template app.json checks/
            """)

    @Argument(help: "The folder with the events.", completion: .directory)
    var events = "events"

    @Option(help: "The template of the application.", completion: .file(extensions: ["json", "yaml", "yml"]))
    var template = "template.json"

    @Option(help: "Where files go that events save.", completion: .directory)
    var results = ".martlet/results"

    @Option(help: "The folder for objects and queued events; without it they are forgotten.", completion: .directory)
    var state: String?

    @Flag(help: "Show the functions' logs while they run.")
    var logs = false

    @OptionGroup var emulator: EmulatorArguments

    func run() async throws {
        let steps = try readSteps()
        var options = try emulator.options(template: template)
        options.port = 0
        options.apiPort = 0
        if let state { options.state = .directory(URL(filePath: state)) }
        Orphans.adopt()
        let loop = try EventLoop.start(named: "martlet")
        let ledger = InvocationLedger()
        let emulator = try await Emulator.start(
            options, loop: loop,
            reporting: EmulatorReporting(logs: logs ? .text : .none, observers: [ledger], progress: Console.note))
        let player = try ScenarioPlayer(
            emulator: emulator, region: self.emulator.region, account: self.emulator.account, loop: loop,
            results: URL(filePath: results))
        let played = await player.play(steps) { step in Console.note(StepReport.line(step)) }
        await player.close()
        let chaos = emulator.chaosReport()
        await emulator.stop()
        Orphans.end()
        await loop.shutdown()
        Console.output(StepReport.table(played, ledger.all))
        if !chaos.rules.isEmpty { Console.output(ChaosTable.summary(chaos)) }
        for saved in played.compactMap(\.saved) {
            Console.output("\(saved.file)\nserved, while the events were played, at \(saved.url)")
        }
        let failures = played.filter { $0.failure != nil }
        Console.output(StepReport.summary(played.count, failures.count))
        if !failures.isEmpty { throw ExitCode(1) }
    }

    private func readSteps() throws -> [Step] {
        let folder = URL(filePath: events)
        guard let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        else {
            throw ValidationError("There is no folder \(events) with events.")
        }
        let steps = try files.filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { file in
                do {
                    let name = file.deletingPathExtension().lastPathComponent
                    return try Step(name: name, json: try Data(contentsOf: file))
                } catch {
                    throw ValidationError("\(file.lastPathComponent): \(error)")
                }
            }
        guard !steps.isEmpty else { throw ValidationError("The folder \(events) has no events (*.json).") }
        return steps
    }
}
