// SPDX-License-Identifier: Apache-2.0
import Foundation
import JSON
import Replay
import ServiceProtocols

/// What two sides came to: counts, and the first event that differs in full.
struct DiffReport {
    /// How the two sides are called.
    let left: String
    let right: String
    private(set) var counts: [Agreement: Int] = [:]
    private var leftSummary = ReplaySummary()
    private var rightSummary = ReplaySummary()
    private var first: SideBySide?
    /// How many events differ at which place; items of lists count as one place.
    private var places: [String: Int] = [:]

    init(left: String, right: String) {
        self.left = left
        self.right = right
    }

    mutating func add(_ sides: SideBySide) {
        counts[sides.agreement, default: 0] += 1
        leftSummary.add(sides.left)
        rightSummary.add(sides.right)
        if sides.agreement == .different, first == nil { first = sides }
        for place in Set(sides.differences.map { DifferenceText.place($0.path) }) { places[place, default: 0] += 1 }
    }

    var events: Int { leftSummary.events }
    var different: Int { counts[.different] ?? 0 }
    /// What a progress bar shows.
    var progress: ReplaySummary { rightSummary }

    var text: String {
        var lines = [headline, "", table.text]
        if let first {
            lines += [
                "",
                "\(Console.coloured("Event \(first.id) of \(first.left.function)", .bold)) is the first that differs:",
            ]
            lines += DifferenceText.lines(first.differences, left: left, right: right)
            if different > 1 {
                lines += ["", "Events that differ at:"]
                lines += places.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10)
                    .map { "  \(Figures.grouped($0.value))  \($0.key)" }
            }
        }
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        let words = events == 1 ? "1 event" : "\(Figures.grouped(events)) events"
        guard different > 0 else {
            let varying = counts[.same] ?? 0
            let note = varying == 0 ? "" : ", \(Figures.grouped(varying)) of them but for what varies"
            return "\(words) on \(left) and \(right): \(Console.coloured("the same", .green))\(note)"
        }
        return "\(words) on \(left) and \(right): \(Console.coloured("\(Figures.grouped(different)) different", .red))"
    }

    private var table: TextTable {
        var table = TextTable([
            ("", .left), ("succeeded", .right), ("failed", .right), ("throttled", .right), ("p50", .right),
            ("p99", .right), ("cold", .right), ("billed", .right),
        ])
        for (name, summary) in [(left, leftSummary), (right, rightSummary)] {
            func count(_ outcome: JournalRecord.Outcome) -> TextTable.Cell {
                TextTable.Cell(Figures.grouped(summary.outcomes[outcome] ?? 0))
            }
            let latencies = summary.latencies
            table.add([
                TextTable.Cell(name), count(.succeeded), count(.failed), count(.throttled),
                TextTable.Cell(latencies.map { "\(Figures.significant($0.p50)) ms" } ?? "-"),
                TextTable.Cell(latencies.map { "\(Figures.significant($0.p99)) ms" } ?? "-"),
                TextTable.Cell(Figures.grouped(summary.coldStarts)),
                TextTable.Cell(Figures.seconds(summary.billedMilliseconds)),
            ])
        }
        return table
    }

    /// For programs.
    var json: JSONValue {
        var members: [String: JSONValue] = ["events": .integer(Int64(events))]
        for agreement in Agreement.allCases { members[agreement.rawValue] = .integer(Int64(counts[agreement] ?? 0)) }
        members["first"] = first.map { .string($0.id) }
        return .object(["summary": .object(members)])
    }
}
