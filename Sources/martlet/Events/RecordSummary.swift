// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import Glibc
import JSON
import Journal
import ServiceProtocols

/// A record in a few words, for people.
struct RecordSummary {
    let record: JournalRecord

    init(_ record: JournalRecord) {
        self.record = record
    }

    /// `11-21 15:04:05.123`, where the machine is.
    var time: String {
        var seconds = time_t(record.time.milliseconds / 1000)
        var local = tm()
        localtime_r(&seconds, &local)
        return String(
            format: "%02d-%02d %02d:%02d:%02d.%03d", local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min,
            local.tm_sec, Int32(record.time.milliseconds % 1000))
    }

    /// The function with its qualifier, and the version where that is another: `Resize:live/3`.
    var function: String {
        guard let function = record.function else { return "" }
        var text = function
        if let qualifier = record.qualifier { text += ":\(qualifier)" }
        if let version = record.version, version != record.qualifier, version != "$LATEST" { text += "/\(version)" }
        return text
    }

    /// What happened: `ObjectCreated:Put images/7.png`, `attempt 2`, the text of a line.
    var what: String {
        switch record.kind {
        case .log: return record.payload.map { Self.line($0.bytes.string) } ?? ""
        case .attempt: return "attempt \(record.attempt ?? 1)\(failure)"
        case .invocation, .drop: return failure.isEmpty ? "" : String(failure.dropFirst())
        case .event: return "from \(record.source)"
        case .request: return "\(operation)\(record.resource ?? "")\(record.status.map { " -> \($0)" } ?? "")"
        case .chaos:
            let at = record.payload.flatMap { $0.bytes.withUnsafeBytes { JSONValue(parsing: $0) }?["at"]?.string }
            return "\(operation)\(record.resource ?? "")\(at.map { "(\($0))" } ?? "")"
        case .delivery, .object, .publish, .message, .inference, .notification:
            return "\(operation)\(Self.shortened(record.resource))\(failure)"
        }
    }

    private var operation: String { record.operation.map { "\($0) " } ?? "" }
    private var failure: String { record.error.map { " \(Self.line($0))" } ?? "" }

    /// `1042  invocation  Resize:live  12.3 ms  succeeded` and what there is besides.
    var line: String {
        var parts = [Console.coloured("\(record.id)", .dim), Console.coloured(time, .dim), record.kind.rawValue]
        parts += [function, what].filter { !$0.isEmpty }
        if let run = record.run { parts.append("\(duration(run))\(run.isCold ? " cold" : "")") }
        if record.outcome != .succeeded { parts.append(Console.coloured(record.outcome.rawValue, colour)) }
        return parts.joined(separator: "  ")
    }

    func duration(_ run: JournalRecord.Run) -> String {
        "\((run.durationMilliseconds * 10).rounded() / 10) ms"
    }

    var colour: Console.Colour {
        switch record.outcome {
        case .succeeded, .accepted: .green
        case .throttled: .yellow
        case .failed, .refused: .red
        }
    }

    /// The end of an ARN, which tells it from others.
    private static func shortened(_ resource: String?) -> String {
        guard let resource, resource.hasPrefix("arn:") else { return resource ?? "" }
        return resource.split(separator: ":", maxSplits: 5).last.map(String.init) ?? resource
    }

    /// What fits on a line, without what would move a terminal's cursor.
    private static func line(_ text: String) -> String {
        let text = text.prefix(200).filter {
            $0 == "\t" || !$0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
        }
        return text.count < 100 ? String(text) : "\(text.prefix(99))…"
    }
}

/// Records in columns.
struct RecordTable {
    private let records: [JournalRecord]

    init(_ records: [JournalRecord]) {
        self.records = records
    }

    var text: String {
        var table = TextTable([
            ("id", .right), ("time", .left), ("kind", .left), ("function", .left), ("outcome", .left), ("ms", .right),
            ("what", .left),
        ])
        for record in records { table.add(Self.cells(record)) }
        return table.text
    }

    private static func cells(_ record: JournalRecord) -> [TextTable.Cell] {
        let summary = RecordSummary(record)
        let duration = record.run.map { "\(($0.durationMilliseconds * 10).rounded() / 10)" } ?? ""
        return [
            TextTable.Cell("\(record.id)"), TextTable.Cell(summary.time, .dim), TextTable.Cell(record.kind.rawValue),
            TextTable.Cell(summary.function), TextTable.Cell(record.outcome.rawValue, summary.colour),
            TextTable.Cell(duration), TextTable.Cell(summary.what),
        ]
    }
}

/// Causes and what came of them, as a tree.
struct RecordTreeText {
    private let tree: RecordTree

    init(_ tree: RecordTree) {
        self.tree = tree
    }

    var text: String {
        tree.roots.map { Self.lines($0, first: "", rest: "").joined(separator: "\n") }.joined(separator: "\n")
    }

    private static func lines(_ node: RecordTree.Node, first: String, rest: String) -> [String] {
        var lines = [first + RecordSummary(node.record).line]
        for (index, child) in node.children.enumerated() {
            let isLast = index == node.children.count - 1
            lines += Self.lines(
                child, first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "))
        }
        return lines
    }
}
