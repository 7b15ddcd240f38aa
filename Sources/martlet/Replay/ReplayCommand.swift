// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ArgumentParser
import Buffers
import Emulator
import EventLoop
import Foundation
import JSON
import Journal
import Replay
import ServiceProtocols

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run recorded events again.",
        discussion: """
            Of the journal, unless files, folders or - (the standard input) are named, or records of the journal by number
            or request id. Files are exports of a journal, events, logs of CloudWatch, dumps of dead-letter queues, archives
            of EventBridge, HAR files, access logs of API Gateway. Events go to an emulator that runs, else to one that is started for them. One runs after the
            other, unless a rate, a timing or a concurrency says otherwise; what came asynchronously goes that way again.

            Two sides: --diff runs the events in two copies of the emulator, each with its functions, objects and queues,
            and compares results, errors, lines of the log, and what was written, published and invoked. What is known to
            vary (ids, times, signatures) is left out. The exit status is 0 when both sides came to the same, 1 when they
            did not, 2 when the events could not be run.

            Examples:
              martlet replay                                    all that triggered functions, in order
              martlet replay --function Resize --outcome failed --since 1h
              martlet replay 1042                               one record
              martlet replay run.jsonl --until-idle             an export, retries awaited
              martlet replay events.jsonl --max                 as fast as possible
              martlet replay --function Resize --diff 1 2       whether version 2 does the same
              cat event.json | martlet replay - --function Resize --qualifier candidate --set detail.id=7
            """)

    @Argument(help: "Files, folders, -, or records of the journal; without any, the journal.", completion: .file())
    var sources: [String] = []

    @OptionGroup(title: "Which events of the journal") var conditions: RecordConditionArguments

    @Option(
        name: [.short, .long],
        help: "Only events for that function; it runs those that name none, and records that are named here.")
    var function: String?

    @Option(help: "The version or alias that runs them; by default the one of each event.")
    var qualifier: String?

    @OptionGroup var files: SourceFormatArguments

    @OptionGroup(title: "When") var pace: ReplayPaceArguments

    @Option(name: .customLong("set"), help: "Changes each event: path=value, detail.id=7 say.")
    var assignments: [String] = []

    @Flag(help: "Wait for the results of asynchronous events too, and leave retries out.")
    var sync = false

    @Flag(help: "Follow asynchronous events until they succeed or are given up.")
    var untilIdle = false

    @Option(name: .customLong("ignore"), help: "A JSON path that may differ from what was recorded: result.id say.")
    var ignored: [String] = []

    @Flag(help: "One JSON object for each event, and one for all.")
    var json = false

    @Flag(help: "With --json, what the functions returned too.")
    var results = false

    @OptionGroup var place: ReplayPlace

    @Option(
        parsing: .upToNextOption,
        help: "Run the events on two sides, versions, aliases or templates, and compare; see 'Two sides' above.")
    var diff: [String] = []

    func validate() throws {
        guard !diff.isEmpty else { return }
        _ = try ReplayDiff(diff, isJSON: json)
        guard pace.isDefault else {
            throw ValidationError("With --diff events run one after the other: leave the pace and the concurrency out.")
        }
    }

    func run() async throws {
        let input = try ReplayInput(sources, function: function, conditions.filter, files.options(place.samples))
        let options = options(for: input)
        let loop = try EventLoop.start(named: "martlet")
        let stop = StopSignal(loop: loop)
        try await stop.watch()
        let host = try await place.host(needsJournal: input.needsJournal, loop: loop)
        do {
            if diff.isEmpty {
                try report(await replay(input, options, at: host.endpoint, until: stop), of: input)
            } else {
                try await ReplayDiff(diff, isJSON: json).run(input, options, at: host.endpoint, until: stop)
            }
        } catch {
            await host.stop()
            throw error
        }
        await host.stop()
        await stop.close()
        await loop.shutdown()
    }

    // MARK: Running

    private struct Outcome {
        var summary = ReplaySummary()
        var elapsed = Duration.zero
        var differences = DifferenceGroups()
        var isInterrupted = false
        /// Why it ended early, in the emulator's words.
        var failure: String?
    }

    private func replay(
        _ input: ReplayInput, _ options: ReplayOptions, at endpoint: String, until stop: StopSignal
    ) async throws -> Outcome {
        let stream = ReplayStream(
            endpoint: endpoint, path: "/_martlet/replay", parameters: input.parameters(with: options),
            body: input.body)
        var outcome = Outcome()
        var progress = ReplayProgress(total: input.count)
        let began = ContinuousClock.now
        defer { progress.end() }
        for try await line in stream.lines(until: stop) {
            if let result = ReplayResult(line) {
                outcome.summary.add(result)
                outcome.differences.add(result)
                if json { Console.output(line.text) }
                progress.show(outcome.summary)
            } else if !progress.readTotal(line) {
                outcome.failure = line["message"]?.string
            }
        }
        outcome.elapsed = began.duration(to: .now)
        outcome.isInterrupted = await stop.hasCome
        return outcome
    }

    private func options(for input: ReplayInput) -> ReplayOptions {
        var options = ReplayOptions()
        if input.isRetargeted { options.function = function }
        options.qualifier = qualifier
        options.pacing = pace.pacing
        options.concurrency = pace.places
        options.assignments = assignments
        options.isSynchronous = sync
        options.waitsForEnds = untilIdle
        options.wantsResults = results && json
        options.ignored = ignored
        return options
    }

    // MARK: Telling

    private func report(_ outcome: Outcome, of input: ReplayInput) throws {
        let table = ReplayTable(
            summary: outcome.summary, elapsed: outcome.elapsed, differences: outcome.differences,
            isInterrupted: outcome.isInterrupted, isOfJournal: input.needsJournal)
        if json { Console.output(table.json.text) } else { Console.output(table.text) }
        if let failure = outcome.failure { throw Refused(description: failure) }
        if outcome.isInterrupted { throw ExitCode(130) }
        if outcome.summary.outcomes[.refused] ?? 0 > 0 { throw ExitCode(1) }
    }
}

/// When events begin.
struct ReplayPaceArguments: ParsableArguments {
    /// How many run at once with `--max`: more only wait for one another.
    private static let quickPlaces = 8

    @Option(help: "So many events a second: 20, or 20/s.")
    var rate: Rate?

    @Flag(help: "As far apart as they were recorded, by the emulator's clock.")
    var originalTiming = false

    @Flag(name: .customLong("max"), help: "As fast as possible.")
    var isMax = false

    @Option(help: "How many run at once; by default 1, with --max 8, with a rate or a timing as many as need be.")
    var concurrency: Int?

    func validate() throws {
        guard [rate != nil, originalTiming, isMax].filter({ $0 }).count <= 1 else {
            throw ValidationError("--rate, --original-timing and --max exclude each other.")
        }
        if let concurrency, !(1...1000).contains(concurrency) {
            throw ValidationError("--concurrency takes a number from 1 to 1000, not \(concurrency).")
        }
    }

    var isDefault: Bool { rate == nil && !originalTiming && !isMax && concurrency == nil }

    var pacing: ReplayPacing { rate.map { .rate($0.perSecond) } ?? (originalTiming ? .original : .immediate) }

    var places: Int? { concurrency ?? (isMax ? Self.quickPlaces : nil) }
}

/// Events a second: `20`, `0.5/s`.
struct Rate: ExpressibleByArgument {
    let perSecond: Double

    init?(argument: String) {
        let number = argument.hasSuffix("/s") ? String(argument.dropLast(2)) : argument
        guard let rate = Double(number), rate > 0, rate <= ReplayPacer.greatestRate else { return nil }
        perSecond = rate
    }
}
