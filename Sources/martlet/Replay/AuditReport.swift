// SPDX-License-Identifier: Apache-2.0
import JSON
import Replay

/// What an audit came to, for people: counts, and the first event of each kind that shows something.
struct AuditReport {
    let function: String
    let seed: UInt64
    var summary = AuditSummary()

    init(function: String, seed: UInt64) {
        self.function = function
        self.seed = seed
    }

    /// A line for the time while it runs, and how far that is.
    var progress: (words: String, done: Int, total: Int?) {
        let progress = summary.progress
        guard let checks = progress.checks else { return ("run once", progress.run, progress.events) }
        let found = AuditCheck.Kind.allCases.reduce(0) { $0 + summary.found($1) }
        return (found == 0 ? "checked" : "checked  \(Figures.grouped(found)) found", summary.checks, checks)
    }

    var text: String {
        guard summary.checks > 0 else {
            return
                "There was no event of \(function) to audit: 'martlet events list --function \(function)' shows them."
        }
        var lines = [table.text]
        if summary.progress.failed > 0 {
            lines += [
                "", "\(Self.count(summary.progress.failed, "event")) failed when run once: little is seen of those.",
            ]
        }
        for check in summary.findings {
            lines += ["", Self.headline(check)]
            lines += DifferenceText.lines(check.differences, left: Self.plain(check), right: Self.other(check))
        }
        return lines.joined(separator: "\n")
    }

    /// One row: how much was checked, and in how much of that something was found.
    private var table: TextTable {
        var table = TextTable([
            ("function", .left), ("events", .right), ("duplicates", .right), ("orders", .right), ("crashes", .right),
            ("verdict", .left),
        ])
        func cell(_ kind: AuditCheck.Kind) -> TextTable.Cell {
            let (checked, found) = (summary.checked(kind), summary.found(kind))
            guard found > 0 else { return TextTable.Cell(checked == 0 ? "-" : Figures.grouped(checked), nil) }
            return TextTable.Cell("\(Figures.grouped(found)) of \(Figures.grouped(checked))", .red)
        }
        table.add([
            TextTable.Cell(function), TextTable.Cell(Figures.grouped(summary.progress.events)), cell(.duplicate),
            cell(.order), cell(.crash), TextTable.Cell(summary.verdict, summary.isClean ? .green : .red),
        ])
        return table
    }

    private static func headline(_ check: AuditCheck) -> String {
        let events = check.events.joined(separator: " and ")
        let (name, words) =
            switch check.kind {
            case .duplicate: ("Event \(events)", "leaves something else behind when it comes twice:")
            case .order: ("Events \(events)", "leave something else behind when they change places:")
            case .crash:
                (
                    "Event \(events)",
                    "leaves something else behind when it is run again after a crash before its answer:"
                )
            }
        return "\(Console.coloured(name, .bold)) \(words)"
    }

    private static func plain(_ check: AuditCheck) -> String { check.kind == .order ? "in order" : "once" }

    private static func other(_ check: AuditCheck) -> String {
        switch check.kind {
        case .duplicate: "twice"
        case .order: "swapped"
        case .crash: "retried"
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(Figures.grouped(number)) \(noun)s"
    }
}
