// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ArgumentParser
import Emulator
import EventLoop
import JSON
import Replay

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Find out whether a function stands events that come twice, in another order, or after a crash.",
        discussion: """
            Runs recorded events in copies of the emulator: each once and in order, twice, in another order with events
            that touch the same objects, and with its environment killed when the effects are there and the answer is
            not, so that it is run again. What is compared are effects: the objects that are left, and what was published,
            sent and invoked. What is known to vary (ids, times, signatures) is left out, and so is what differs when the
            same is done a second time.

            Events are those of the journal, unless files, folders or - (the standard input) are named, or records of the
            journal by number or request id, as 'martlet replay' takes them. The exit status is 0 when no effect differs,
            1 when one does, 2 when the events could not be run.

            Examples:
              martlet audit Resize
              martlet audit Resize --qualifier candidate --since 1h --limit 20
              martlet audit Resize run.jsonl --ignore "objects['images/index.json'].generation"
              martlet events generate s3 put | martlet audit Resize - --json
            """)

    @Argument(help: "The function's name.")
    var function: String

    @Argument(help: "Files, folders, -, or records of the journal; without any, the journal.", completion: .file())
    var sources: [String] = []

    @OptionGroup(title: "Which events of the journal") var conditions: RecordConditionArguments

    @Option(help: "The version or alias that runs them; by default the one of each event.")
    var qualifier: String?

    @OptionGroup var files: SourceFormatArguments

    @Option(help: "At most so many events, and as many pairs, which the seed chooses.")
    var limit = 100

    @Option(help: "Another seed, other events and pairs.")
    var seed: UInt64 = 0

    @Option(name: .customLong("ignore"), help: "A JSON path that is not compared: calls, or objects['b/k'].count.")
    var ignored: [String] = []

    @Flag(help: "One JSON object for each check, and one for all.")
    var json = false

    @OptionGroup(title: "Where") var place: ReplayPlace

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes a number from 1, not \(limit).") }
    }

    func run() async throws {
        let loop = try EventLoop.start(named: "martlet")
        let stop = StopSignal(loop: loop)
        try await stop.watch()
        var report = AuditReport(function: function, seed: seed)
        do {
            let input = try ReplayInput(
                sources, function: function, conditions.filter, files.options(place.samples))
            let host = try await place.host(needsJournal: input.needsJournal, loop: loop)
            do {
                try await audit(input, at: host.endpoint, until: stop, &report)
            } catch {
                await host.stop()
                throw error
            }
            await host.stop()
        } catch {
            Console.note("Error: \(error)")
            throw ReplayDiff.Status.notRun
        }
        let isInterrupted = await stop.hasCome
        Console.output(json ? report.summary.json.text : report.text)
        await stop.close()
        await loop.shutdown()
        if isInterrupted { throw ExitCode(130) }
        if report.summary.checks == 0 { throw ReplayDiff.Status.notRun }
        if !report.summary.isClean { throw ReplayDiff.Status.different }
    }

    private func audit(
        _ input: ReplayInput, at endpoint: String, until stop: StopSignal, _ report: inout AuditReport
    ) async throws {
        var options = ReplayOptions()
        options.function = function
        options.qualifier = qualifier
        options.ignored = ignored
        var parameters = input.parameters(with: options)
        parameters.add("seed", String(seed))
        parameters.add("limit", String(limit))
        let stream = ReplayStream(
            endpoint: endpoint, path: "/_martlet/audit", parameters: parameters, body: input.body)
        var bar = ProgressBar()
        defer { bar.end() }
        for try await line in stream.lines(until: stop) {
            if let check = AuditCheck(line) {
                report.summary.add(check)
                if json { Console.output(line.text) }
            } else if let progress = AuditProgress(line) {
                report.summary.progress = progress
            } else {
                throw Refused(description: line["message"]?.string ?? line.text)
            }
            bar.show { report.progress }
        }
    }
}
