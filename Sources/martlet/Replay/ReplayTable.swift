// SPDX-License-Identifier: Apache-2.0
import Emulator
import Foundation
import JSON
import Replay
import ServiceProtocols

/// How a replay went, for people.
struct ReplayTable {
    let summary: ReplaySummary
    let elapsed: Duration
    /// The events that came to something else than was recorded.
    let differences: DifferenceGroups
    let isInterrupted: Bool
    let isOfJournal: Bool

    var text: String {
        var lines = [headline]
        guard summary.events > 0 else { return isInterrupted ? headline : nothing }
        lines += ["", outcomes.text, "", figures.text]
        if let agreement { lines += ["", agreement] }
        if let table = differences.table { lines += ["", table.text] }
        if let first = differences.first { lines += ["", DifferenceText.first(first)] }
        return lines.joined(separator: "\n")
    }

    private var nothing: String {
        isOfJournal
            ? "The journal has no such events that were not run again already: "
                + "'martlet events list --kind invocation,event' shows what there is."
            : "There are no such events in what was named."
    }

    /// For programs.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "events": .integer(Int64(summary.events)), "attempts": .integer(Int64(summary.attempts)),
            "coldStarts": .integer(Int64(summary.coldStarts)), "throttles": .integer(Int64(summary.throttles)),
            "billedDuration": .integer(Int64(summary.billedMilliseconds)),
            "gigabyteSeconds": .number(summary.gigabyteSeconds), "cost": .number(summary.cost),
            "seconds": .number(elapsed / .seconds(1)), "interrupted": .bool(isInterrupted),
            "outcomes": .object(Self.counts(summary.outcomes)), "recorded": .object(Self.counts(summary.agreements)),
        ]
        if let latencies = summary.latencies {
            members["latency"] = [
                "p50": .number(latencies.p50), "p90": .number(latencies.p90), "p99": .number(latencies.p99),
                "max": .number(latencies.maximum),
            ]
        }
        return ["summary": .object(members)]
    }

    private static func counts<Name: RawRepresentable & Hashable>(
        _ counts: [Name: Int]
    ) -> [String: JSONValue] where Name.RawValue == String {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, .integer(Int64($0.value))) })
    }

    private var headline: String {
        let seconds = max(elapsed / .seconds(1), 0.001)
        let words = summary.events == 1 ? "1 event" : "\(Figures.grouped(summary.events)) events"
        let rate = Figures.significant(Double(summary.events) / seconds)
        let line = "\(words) in \(Figures.significant(seconds)) s, \(rate) a second"
        return isInterrupted ? "\(line); ended early" : line
    }

    private var outcomes: TextTable {
        var table = TextTable([("outcome", .left), ("events", .right), ("errors", .left)])
        let errors = summary.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for outcome in JournalRecord.Outcome.allCases {
            guard let count = summary.outcomes[outcome], count > 0 else { continue }
            table.add([
                TextTable.Cell(outcome.rawValue, outcome.colour), TextTable.Cell(Figures.grouped(count)),
                TextTable.Cell(outcome == .succeeded ? "" : Self.list(errors, outcome)),
            ])
        }
        return table
    }

    /// Errors are counted together; those of refused and throttled events have a code and a message.
    private static func list(_ errors: [(key: String, value: Int)], _ outcome: JournalRecord.Outcome) -> String {
        let own = errors.filter { ($0.key.contains(": ") || $0.key.contains(" ")) == (outcome != .failed) }
        let shown = own.prefix(3).map { $0.value == 1 ? $0.key : "\($0.key) x\(Figures.grouped($0.value))" }
        return (shown + (own.count > 3 ? ["and \(own.count - 3) others"] : [])).joined(separator: ", ")
    }

    private var figures: TextTable {
        var table = TextTable(
            [
                "p50", "p90", "p99", "max", "attempts", "cold", "throttled", "billed", "GB-s", "cost",
            ].map { ($0, .right) })
        let latencies = summary.latencies
        func milliseconds(_ value: Double?) -> TextTable.Cell {
            TextTable.Cell(value.map { "\(Figures.significant($0)) ms" } ?? "-")
        }
        table.add([
            milliseconds(latencies?.p50), milliseconds(latencies?.p90), milliseconds(latencies?.p99),
            milliseconds(latencies?.maximum), TextTable.Cell(Figures.grouped(summary.attempts)),
            TextTable.Cell(Figures.grouped(summary.coldStarts)),
            TextTable.Cell(Figures.grouped(summary.throttles), summary.throttles > 0 ? .yellow : nil),
            TextTable.Cell(Figures.seconds(summary.billedMilliseconds)),
            TextTable.Cell(Figures.significant(summary.gigabyteSeconds)),
            TextTable.Cell(Figures.dollars(summary.cost)),
        ])
        return table
    }

    /// `As recorded: 10 to the byte, 2 but for what varies, 1 different`.
    private var agreement: String? {
        guard !summary.agreements.isEmpty else { return nil }
        let parts = Agreement.allCases.compactMap { agreement -> String? in
            guard let count = summary.agreements[agreement] else { return nil }
            switch agreement {
            case .identical: return "\(Figures.grouped(count)) to the byte"
            case .same: return "\(Figures.grouped(count)) but for what varies"
            case .different: return Console.coloured("\(Figures.grouped(count)) different", .red)
            }
        }
        return "As recorded: \(parts.joined(separator: ", "))"
    }
}

/// Differences, for people.
enum DifferenceText {
    /// The first event that differs, in full.
    static func first(_ result: ReplayResult) -> String {
        "\(Console.coloured("Event \(result.id) of \(result.function)", .bold)) came to something else than recorded:\n"
            + lines(result.differences, left: "recorded", right: "now").joined(separator: "\n")
    }

    /// `$.log[*].message` of `$.log[3].message`.
    static func place(_ path: String) -> String { path.replacing(#/\[\d+\]/#, with: "[*]") }

    /// The path, and what each side has there.
    static func lines(_ differences: [ReplayDifference], left: String, right: String) -> [String] {
        let width = max(left.count, right.count)
        func side(_ name: String, _ value: String?, _ colour: Console.Colour) -> String {
            let label = name.padding(toLength: width, withPad: " ", startingAt: 0)
            return "    \(Console.coloured(label, .dim))  \(Console.coloured(value ?? "(nothing)", colour))"
        }
        return differences.flatMap { difference in
            [
                "  \(difference.path)", side(left, difference.left?.text, .red),
                side(right, difference.right?.text, .green),
            ]
        }
    }
}

extension JournalRecord.Outcome {
    fileprivate var colour: Console.Colour? {
        switch self {
        case .succeeded: .green
        case .accepted: nil
        case .failed, .refused: .red
        case .throttled: .yellow
        }
    }
}
