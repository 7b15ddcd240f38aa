// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import JSON
import ServiceProtocols

/// All that is known of a record, for people.
struct RecordDetails {
    private let record: JournalRecord

    init(_ record: JournalRecord) {
        self.record = record
    }

    var text: String {
        var lines = facts.map { name, value in
            "\(Console.coloured(name.padding(toLength: 12, withPad: " ", startingAt: 0), .dim))\(value)"
        }
        if let payload = record.payload { lines += section("payload", payload) }
        if let result = record.result { lines += section("result", result) }
        return lines.joined(separator: "\n")
    }

    private var facts: [(String, String)] {
        let summary = RecordSummary(record)
        var facts = [
            ("record", "\(record.id)"), ("time", ISO8601.format(record.time.milliseconds)),
            ("kind", record.kind.rawValue), ("source", record.source),
            ("outcome", Console.coloured(record.outcome.rawValue, summary.colour)),
        ]
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { facts.append((name, value)) }
        }
        add("error", record.error)
        add("cause", record.cause.map { "\($0)" })
        add("operation", record.operation)
        add("resource", record.resource)
        add("function", record.function)
        add("qualifier", record.qualifier)
        add("version", record.version)
        add("request id", record.requestID)
        add("attempt", record.attempt.map { "\($0)" })
        add("status", record.status.map { "\($0)" })
        if let run = record.run {
            add("start", run.isCold ? "cold\(run.initMilliseconds.map { ", init \($0) ms" } ?? "")" : "warm")
            add("duration", "\(run.durationMilliseconds) ms, billed \(run.billedMilliseconds) ms")
            add("memory", "\(run.maxMemoryUsedMegabytes) of \(run.memoryMegabytes) MB")
        }
        add("trace", record.traceHeader)
        return facts
    }

    private func section(_ name: String, _ content: JournalRecord.Content) -> [String] {
        let size =
            content.isTruncated
            ? "\(content.size) bytes, the first \(content.bytes.count) are kept" : "\(content.size) bytes"
        return ["", "\(Console.coloured(name, .bold)) \(Console.coloured(size, .dim))", Self.readable(content.bytes)]
    }

    /// JSON with line ends and indents; other text as it is.
    private static func readable(_ bytes: Bytes) -> String {
        guard let value = bytes.withUnsafeBytes({ JSONValue(parsing: $0) }) else { return bytes.string }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? bytes.string
    }
}
