// SPDX-License-Identifier: Apache-2.0
import Emulator
import Foundation

/// A report for people.
struct UsageTable {
    private let report: UsageReport

    init(_ report: UsageReport) {
        self.report = report
    }

    var text: String {
        guard let since = report.since else { return "No function did anything yet." }
        var parts = ["Since \(since), durations in milliseconds\n", table, ""]
        for function in report.functions {
            if let hint = hint(function) { parts.append(hint) }
        }
        parts.append(
            Console.coloured(
                """
                An estimate with the on-demand prices of us-east-1 for \(report.architecture); the free tier is not \
                counted.
                """, .dim))
        return parts.joined(separator: "\n")
    }

    private var table: String {
        var table = TextTable([
            ("function", .left), ("runs", .right), ("errors", .right), ("throttled", .right), ("cold", .right),
            ("average", .right), ("p50", .right), ("p95", .right), ("p99", .right), ("billed", .right),
            ("GB-s", .right), ("memory", .right), ("cost", .right), ("a million", .right),
        ])
        for function in report.functions { table.add(cells(function)) }
        if report.functions.count > 1 {
            table.add(cells(report.total).map { TextTable.Cell($0.text, $0.colour ?? .bold) })
        }
        return table.text
    }

    private func cells(_ row: UsageReport.Row) -> [TextTable.Cell] {
        let durations = row.duration.map { [$0.average, $0.p50, $0.p95, $0.p99] }
        return [
            TextTable.Cell(row.function ?? "all"), TextTable.Cell(grouped(row.invocations)),
            TextTable.Cell(grouped(row.errors), row.errors > 0 ? .red : nil),
            TextTable.Cell(grouped(row.throttles), row.throttles > 0 ? .yellow : nil),
            TextTable.Cell(grouped(row.coldStarts)),
        ] + (durations?.map { TextTable.Cell(significant($0)) } ?? Array(repeating: "-", count: 4)) + [
            TextTable.Cell(seconds(row.billedDuration)), TextTable.Cell(significant(row.gigabyteSeconds)),
            TextTable.Cell(row.memory.map { "\($0.maximumUsed)/\($0.configured) MB" } ?? ""),
            TextTable.Cell(dollars(row.cost.estimated)),
            TextTable.Cell(
                row.invocations == 0 ? "-" : dollars(row.cost.estimated / Double(row.invocations) * 1_000_000)),
        ]
    }

    /// A word on memory that is set and not used.
    private func hint(_ row: UsageReport.Row) -> String? {
        guard let name = row.function, let memory = row.memory, let sufficient = memory.sufficient,
            let cost = row.cost.withSufficientMemory, row.invocations > 0
        else { return nil }
        let million = 1_000_000 / Double(row.invocations)
        return """
            \(name) used \(memory.maximumUsed) of \(memory.configured) MB. With \(sufficient) MB a million runs would \
            cost \(dollars(cost * million)) instead of \(dollars(row.cost.estimated * million)), if they took as \
            long; less memory is less CPU too.
            """
    }

    // MARK: Numbers

    /// `12,345`.
    private func grouped(_ number: Int) -> String {
        number.formatted(.number.locale(Locale(identifier: "en_US")))
    }

    /// Three digits of a number below 100, whole numbers from there on.
    private func significant(_ number: Double) -> String {
        switch abs(number) {
        case 0: "0"
        case ..<0.001: String(format: "%.2g", number)
        case ..<1: String(format: "%.3f", number)
        case ..<10: String(format: "%.2f", number)
        case ..<100: String(format: "%.1f", number)
        default: grouped(Int(number.rounded()))
        }
    }

    private func seconds(_ milliseconds: Int) -> String {
        milliseconds < 1000 ? "\(milliseconds) ms" : "\(significant(Double(milliseconds) / 1000)) s"
    }

    /// Cents, or as many digits as it takes to tell two of them.
    private func dollars(_ amount: Double) -> String {
        guard amount > 0, amount < 1 else { return String(format: "$%.2f", amount) }
        let digits = Int((-log10(amount)).rounded(.down)) + 2
        return String(format: "$%.\(max(2, digits))f", amount)
    }
}
