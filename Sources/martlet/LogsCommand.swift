// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import EventLoop
import Foundation

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what functions wrote, of an emulator that runs.",
        discussion: """
            Without a name, the logs of all functions, each line with the name before it.

            Examples:
              martlet logs Resize --since 10m
              martlet logs --follow --filter ERROR
              martlet logs Resize --filter '{ $.level = "ERROR" }' --json
            """)

    @OptionGroup var lookback: LookbackArguments

    @Flag(name: [.short, .long], help: "Go on with what comes, until Ctrl-C.")
    var follow = false

    @Option(help: "Only lines with this; CloudWatch Logs' filter patterns.")
    var filter: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() async throws {
        let loop = try EventLoop.start(named: "martlet")
        let reader = LogReader(endpoint: try lookback.emulator.resolved(), loop: loop, filter: filter)
        let stop = StopSignal(loop: loop)
        try await stop.watch()
        let start = lookback.since?.moment(before: Date.now)
        do {
            try await show(reader, from: start)
            if follow { try await goOn(reader, loop, until: stop) }
        } catch {
            await reader.close()
            throw error
        }
        await reader.close()
        await stop.close()
        await loop.shutdown()
    }

    /// Shows what is there; groups that begin while this goes on are found too.
    private func show(_ reader: LogReader, from start: Int64?) async throws {
        let prefix = "/aws/lambda/"
        let groups =
            if let function = lookback.function { [prefix + function] } else {
                try await reader.groups(withPrefix: prefix)
            }
        for line in try await reader.newLines(of: groups, since: start ?? 0) {
            Console.output(text(of: line, function: String(line.group.dropFirst(prefix.count))))
        }
    }

    private func goOn(_ reader: LogReader, _ loop: EventLoop, until stop: StopSignal) async throws {
        while await !stop.hasCome {
            try await loop.sleep(for: .milliseconds(200))
            try await show(reader, from: nil)
        }
    }

    private func text(of line: LogReader.Line, function name: String) -> String {
        if json { return line.json(function: name) }
        var text = line.message
        if text.hasSuffix("\n") { text.removeLast() }
        return lookback.function == nil ? "\(Console.coloured("[\(name)]", .dim)) \(text)" : text
    }
}

/// How long ago, or when.
struct Since: ExpressibleByArgument {
    private enum Kind {
        case ago(milliseconds: Int64)
        case moment(milliseconds: Int64)
    }

    private let kind: Kind

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        if let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()), count >= 0,
            case let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit), !overflow
        {
            kind = .ago(milliseconds: milliseconds)
        } else if let date = try? Date(argument, strategy: .iso8601) {
            kind = .moment(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
        } else {
            return nil
        }
    }

    /// As Martlet's API takes it: milliseconds since 1970, or before now when they are negative.
    var parameter: String {
        switch kind {
        case .ago(let milliseconds): "-\(milliseconds)"
        case .moment(let milliseconds): "\(milliseconds)"
        }
    }

    /// In milliseconds since 1970.
    func moment(before now: Date) -> Int64 {
        switch kind {
        case .ago(let milliseconds): Int64(now.timeIntervalSince1970 * 1000) - milliseconds
        case .moment(let milliseconds): milliseconds
        }
    }
}
