// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// Tells the format of a file by what it begins with.
struct FormatSniffer {
    /// How much of the beginning is looked at.
    static let prefixLength = 64 * 1024

    /// The members that lead to the list of values, for a document that has one.
    let path: [String]
    let format: SourceFormat

    /// - Parameters:
    ///   - prefix: the beginning of the file, or all of it.
    ///   - wanted: the format that was asked for; nil for what it looks like.
    init(_ prefix: [UInt8], file: String, wanted: SourceFormat?) {
        let lists: [(SourceFormat, [String])] = [
            (.sqs, ["Messages"]), (.cloudWatchLogs, ["events"]), (.har, ["log", "entries"]),
            (.eventBridge, ["Entries"]), (.eventBridge, ["Events"]), (.eventBridge, ["events"]),
        ]
        for (format, path) in lists where wanted == nil || wanted == format {
            guard let first = Self.first(in: prefix, path: path) else { continue }
            let isMeant = first.value.map { Self.format(of: $0) == format } ?? (format == .har)
            if isMeant || wanted == format {
                (self.path, self.format) = (path, format)
                return
            }
        }
        path = []
        format = wanted ?? Self.format(ofUnlisted: prefix, file: file)
    }

    /// The format that one value of a list shows.
    private static func format(of value: JSONValue) -> SourceFormat? {
        if value["Body"]?.string != nil, value["MessageId"] != nil { return .sqs }
        if value["message"]?.string != nil, value["timestamp"] != nil { return .cloudWatchLogs }
        if value["request"]?["url"] != nil, value["startedDateTime"] != nil { return .har }
        if value["detail-type"] != nil, value["source"] != nil { return .eventBridge }
        if value["DetailType"] != nil, value["Detail"]?.string != nil { return .eventBridge }
        if value["description"] != nil,
            ["http", "invoke", "putObject", "publish"].contains(where: { value[$0] != nil })
        {
            return .test
        }
        if value["httpMethod"]?.string != nil, value["status"] != nil, value["requestContext"] == nil {
            return .accessLog
        }
        return nil
    }

    private static func format(ofUnlisted prefix: [UInt8], file: String) -> SourceFormat {
        switch prefix.first(where: { ![32, 9, 10, 13].contains($0) }) {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if let format = first(in: prefix, path: [])?.value.flatMap({ format(of: $0) }) { return format }
            return file.hasSuffix(".jsonl") || file.hasSuffix(".ndjson") ? .jsonl : .json
        case nil: return .json
        default:
            let line = Array(prefix.prefix { $0 != UInt8(ascii: "\n") })
            if Interpreter.time(beginning: line) != nil { return .cloudWatchLogs }
            return line.contains(UInt8(ascii: "\"")) && line.contains(UInt8(ascii: "[")) ? .accessLog : .json
        }
    }

    private struct First {
        /// Nil when it is longer than the prefix, or no JSON.
        var value: JSONValue?
    }

    /// The first value at a path; nil when there is none.
    private static func first(in prefix: [UInt8], path: [String]) -> First? {
        var splitter = JSONSplitter(path: path, limit: prefixLength)
        var found: [UInt8]?
        for byte in prefix {
            guard (try? splitter.take(CollectionOfOne(byte)) { found = found ?? $0.bytes }) != nil else { return nil }
            if let found { return First(value: found.withUnsafeBytes { JSONValue(parsing: $0) }) }
        }
        // A scalar ends with what comes after it.
        _ = try? splitter.finish { found = $0.bytes }
        if let found { return First(value: found.withUnsafeBytes { JSONValue(parsing: $0) }) }
        return splitter.isInValue ? First(value: nil) : nil
    }
}
