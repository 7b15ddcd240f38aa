// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Buffers
import Curl
import Emulator
import EventLoop
import Foundation
import HTTPClient

struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Show and move the clock of an emulator that runs.",
        discussion: """
            A clock that is moved passes over nothing: what is due on the way is done at its time, and the clock waits
            while functions run. It goes on from there, with its own pace.

            Examples:
              martlet clock                    what time it is there, and what is due next
              martlet clock advance 2m         until after the second retry, say
              martlet clock step               to whatever is due next
              martlet clock until-idle         until no retry, delivery or delay waits any more
            """,
        subcommands: [Show.self, Advance.self, Step.self, UntilIdle.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the time, and what is due next.")

        @OptionGroup var emulator: ClockArguments

        func run() async throws { try await emulator.send("GET", "") }
    }

    struct Advance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let some time go by at once.")

        @Argument(help: "How much: 500ms, 30s, 10m, 2h, 1d.")
        var duration: Interval

        @OptionGroup var emulator: ClockArguments

        func run() async throws { try await emulator.send("POST", "/advance?milliseconds=\(duration.milliseconds)") }
    }

    struct Step: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Go to the next moment at which something is due.")

        @OptionGroup var emulator: ClockArguments

        func run() async throws { try await emulator.send("POST", "/step") }
    }

    struct UntilIdle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "until-idle", abstract: "Go on until no work waits for its time.")

        @Option(help: "Leave alone what is due later than that: 30s, 10m, 2h, 1d.")
        var within = Interval(milliseconds: 30 * 86_400_000)

        @OptionGroup var emulator: ClockArguments

        func run() async throws { try await emulator.send("POST", "/until-idle?within=\(within.milliseconds)") }
    }
}

/// Where the emulator is, and how its clock is shown.
struct ClockArguments: ParsableArguments {
    @OptionGroup var emulator: EndpointArguments

    @Flag(help: "Print the time as JSON: milliseconds.")
    var json = false

    /// Sends a request and shows the clock that is its answer.
    ///
    /// - Throws: ``Refused`` with what the emulator said, or why nobody answered.
    func send(_ method: String, _ path: String) async throws {
        let endpoint = try emulator.resolved()
        let loop = try EventLoop.start(named: "martlet")
        let client = HTTPClient(loop: loop)
        let answer: Result<CurlResponse, any Error>
        do {
            answer = .success(
                try await client.send(CurlRequest(method: method, url: "\(endpoint)/_martlet/clock\(path)")))
        } catch {
            answer = .failure(
                Refused(description: "No answer from \(endpoint): \(error). Is 'martlet start' running there?"))
        }
        await client.close()
        await loop.shutdown()
        let response = try answer.get()
        guard response.status == 200 else {
            throw Refused(description: "status \(response.status): \(response.body.string)")
        }
        if json { return Console.output(response.body.string) }
        Console.output(Self.text(try JSONDecoder().decode(ClockReport.self, from: Data(response.body.array))))
    }

    /// One line: `2026-11-21T21:00:00.000Z  virtual, 6h ahead; 2 wait, the next is due in 1m 30s`.
    static func text(_ report: ClockReport) -> String {
        let time = Date(timeIntervalSince1970: Double(report.now) / 1000)
            .formatted(.iso8601.time(includingFractionalSeconds: true))
        var text = "\(Console.coloured(time, .bold))  \(report.pace)"
        if report.ahead >= 1000 { text += ", \(Interval(milliseconds: report.ahead)) ahead" }
        if report.moved >= 1 { text += ", moved by \(Interval(milliseconds: report.moved))" }
        text += "; "
        text += report.waiting == 0 ? "nothing waits for its time" : "\(report.waiting) waiting"
        if let next = report.next {
            text += ", the next is due in \(Interval(milliseconds: max(0, next - report.now)))"
        }
        if report.isRunning { text += "; functions are at work" }
        return text
    }
}

/// A length of time as people write it: `500ms`, `30s`, `10m`, `2h`, `1d`, and those together, `1h30m`.
struct Interval: ExpressibleByArgument, CustomStringConvertible {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    let milliseconds: Int64

    init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    init?(argument: String) {
        var rest = argument[...]
        var total: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let name = rest[digits.endIndex...].prefix { !($0.isASCII && $0.isNumber) }
            guard let count = Int64(digits), let unit = Self.units.first(where: { $0.name == name }) else { return nil }
            let (part, isTooMuch) = count.multipliedReportingOverflow(by: unit.milliseconds)
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !isTooMuch, !overflow else { return nil }
            total = sum
            rest = rest[name.endIndex...]
        }
        milliseconds = total
    }

    /// The two greatest units that it has, `6h 12m` say.
    var description: String {
        var rest = milliseconds
        var parts: [String] = []
        for (name, length) in Self.units where rest >= length && parts.count < 2 {
            parts.append("\(rest / length)\(name)")
            rest %= length
        }
        return parts.isEmpty ? "0s" : parts.joined(separator: " ")
    }

    var defaultValueDescription: String { description }
}
