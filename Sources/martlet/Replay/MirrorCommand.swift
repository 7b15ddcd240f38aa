// SPDX-License-Identifier: Apache-2.0
import AWSWire
import ArgumentParser
import Buffers
import EventLoop
import JSON
import Replay

struct MirrorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mirror",
        abstract: "Copy what a function does to another of its versions, and compare, until Ctrl-C.",
        discussion: """
            The copies run in a copy of the emulator: what they write, publish and invoke is seen by nobody else. The exit
            status is 0 when both came to the same, 1 when they did not, 2 when there was nothing to compare.

            Examples:
              martlet mirror Resize --to 2
              martlet mirror Resize --to candidate --ignore result.etag --json
            """)

    @Argument(help: "The function's name.")
    var function: String

    @Option(help: "The version or alias that gets the copies.")
    var to: String

    @Option(name: .customLong("ignore"), help: "A JSON path that is not compared: result.id, or log.")
    var ignored: [String] = []

    @Option(help: "End after so many events.")
    var count: Int?

    @Flag(help: "One JSON object for each event, and one for all.")
    var json = false

    @OptionGroup var emulator: EndpointArguments

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count takes a number from 1, not \(count).") }
    }

    func run() async throws {
        let endpoint = try emulator.resolved()
        let loop = try EventLoop.start(named: "martlet")
        let stop = StopSignal(loop: loop)
        try await stop.watch()
        var parameters = QueryString()
        parameters.add("function", function)
        parameters.add("to", to)
        ignored.forEach { parameters.add("ignore", $0) }
        let stream = ReplayStream(
            endpoint: endpoint, path: "/_martlet/mirror", parameters: parameters, body: Bytes())
        var report = DiffReport(left: "traffic", right: to)
        var progress = ReplayProgress(total: count)
        var failure: String?
        var hasBegun = false
        for try await line in stream.lines(until: stop) {
            if let sides = SideBySide(line) {
                report.add(sides)
                if json { Console.output(line.text) }
                progress.show(report.progress)
                if report.events == count { break }
            } else if let message = line["message"]?.string {
                failure = message
            } else if !hasBegun {
                hasBegun = true
                Console.note("Mirroring \(function) to \(to); Ctrl-C ends it.")
            }
        }
        progress.end()
        if report.events > 0 { Console.output(json ? report.json.text : report.text) }
        if let failure { Console.note("Error: \(failure)") }
        if failure != nil || report.events == 0 { throw ReplayDiff.Status.notRun }
        if report.different > 0 { throw ReplayDiff.Status.different }
    }
}
