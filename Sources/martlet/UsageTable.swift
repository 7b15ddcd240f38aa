// SPDX-License-Identifier: Apache-2.0
import Emulator
import Foundation

/// A report for people.
struct UsageTable {
    private typealias Column = (
        title: String, alignment: TextTable.Alignment, cell: (UsageReport.Row) -> TextTable.Cell
    )

    private let report: UsageReport
    /// How many columns a line may take; nil for any number.
    private let width: Int?

    init(_ report: UsageReport, width: Int? = Console.width) {
        self.report = report
        self.width = width
    }

    var text: String {
        guard let since = report.since else { return "No function did anything yet." }
        let hints = report.functions.compactMap(hint)
        var notes = [
            "Durations are in milliseconds. Costs are estimated with the on-demand prices",
            "of us-east-1 for \(report.architecture), the free tier not counted.",
        ]
        if !hints.isEmpty { notes.append("Hints suppose that runs take as long, though less memory is less CPU too.") }
        let lines = ["Since \(moment(since))", "", tables, ""] + hints + notes.map { Console.coloured($0, .dim) }
        return lines.joined(separator: "\n")
    }

    // MARK: Tables

    /// One table, or two where one would be too wide.
    private var tables: String {
        let whole = table([name] + runs + costs)
        guard let width, whole.width > width else { return whole.text }
        return table([name] + runs).text + "\n\n" + table([name] + costs).text
    }

    private func table(_ columns: [Column]) -> TextTable {
        var table = TextTable(columns.map { ($0.title, $0.alignment) })
        for function in report.functions { table.add(columns.map { $0.cell(function) }) }
        if report.functions.count > 1 {
            table.add(columns.map { $0.cell(report.total) }.map { TextTable.Cell($0.text, $0.colour ?? .bold) })
        }
        return table
    }

    private var name: Column { ("function", .left, { TextTable.Cell($0.function ?? "all") }) }

    private var runs: [Column] {
        [
            ("runs", .right, { TextTable.Cell(Figures.grouped($0.invocations)) }),
            ("errors", .right, { TextTable.Cell(Figures.grouped($0.errors), $0.errors > 0 ? .red : nil) }),
            ("throttled", .right, { TextTable.Cell(Figures.grouped($0.throttles), $0.throttles > 0 ? .yellow : nil) }),
            ("cold", .right, { TextTable.Cell(Figures.grouped($0.coldStarts)) }),
            ("average", .right, { TextTable.Cell($0.duration.map { Figures.significant($0.average) } ?? "-") }),
            ("p50", .right, { TextTable.Cell($0.duration.map { Figures.significant($0.p50) } ?? "-") }),
            ("p95", .right, { TextTable.Cell($0.duration.map { Figures.significant($0.p95) } ?? "-") }),
            ("p99", .right, { TextTable.Cell($0.duration.map { Figures.significant($0.p99) } ?? "-") }),
        ]
    }

    private var costs: [Column] {
        [
            ("billed", .right, { TextTable.Cell(Figures.seconds($0.billedDuration)) }),
            ("GB-s", .right, { TextTable.Cell(Figures.significant($0.gigabyteSeconds)) }),
            ("memory", .right, { TextTable.Cell($0.memory.map { "\($0.maximumUsed)/\($0.configured) MB" } ?? "") }),
            ("cost", .right, { TextTable.Cell(Figures.dollars($0.cost.estimated)) }),
            ("a million", .right, { TextTable.Cell($0.invocations == 0 ? "-" : Figures.dollars(ofMillion($0))) }),
        ]
    }

    /// A word on memory that is set and not used.
    private func hint(_ row: UsageReport.Row) -> String? {
        guard let name = row.function, let memory = row.memory, let sufficient = memory.sufficient,
            let cost = row.cost.withSufficientMemory, row.invocations > 0
        else { return nil }
        let less = Figures.dollars(cost * 1_000_000 / Double(row.invocations))
        return """
            \(name) used \(memory.maximumUsed) of \(memory.configured) MB: with \(sufficient) MB a million runs \
            cost \(less), not \(Figures.dollars(ofMillion(row))).
            """
    }

    private func ofMillion(_ row: UsageReport.Row) -> Double {
        row.cost.estimated * 1_000_000 / Double(row.invocations)
    }

    // MARK: Numbers

    /// `2026-11-21 15:04 UTC`: counting is by whole minutes.
    private func moment(_ text: String) -> String {
        "\(text.prefix(16).map { $0 == "T" ? " " : String($0) }.joined()) UTC"
    }
}
