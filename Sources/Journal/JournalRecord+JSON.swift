// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Buffers
import Foundation
public import JSON
public import ServiceProtocols

extension JournalRecord {
    /// The record as one JSON object, on one line: what programs read, and what is exported and imported.
    ///
    /// Payloads and results are texts, so that their bytes stay as they are; what is no UTF-8 is base64 under
    /// `payloadBase64` and `resultBase64`.
    ///
    /// - Parameter withContent: false leaves payloads and results out, but not their sizes.
    public func json(withContent: Bool = true) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("id", Int(id))
        json.add("time", ISO8601.format(time.milliseconds))
        json.add("kind", kind.rawValue)
        if let cause { json.add("cause", Int(cause)) }
        json.add("source", source)
        json.add("outcome", outcome.rawValue)
        if let operation { json.add("operation", operation) }
        if let resource { json.add("resource", resource) }
        if let function { json.add("function", function) }
        if let qualifier { json.add("qualifier", qualifier) }
        if let version { json.add("version", version) }
        if let requestID { json.add("requestId", requestID) }
        if let attempt { json.add("attempt", attempt) }
        if let status { json.add("status", status) }
        if let error { json.add("error", error) }
        if let traceHeader { json.add("traceHeader", traceHeader) }
        if let run { json.add("run", json: run.json) }
        if let payload { Self.add(payload, "payload", withContent, to: &json) }
        if let result { Self.add(result, "result", withContent, to: &json) }
        return json.finish()
    }

    private static func add(_ content: Content, _ name: String, _ withContent: Bool, to json: inout JSONObjectWriter) {
        json.add("\(name)Size", content.size)
        guard withContent else { return }
        let text = content.bytes.withUnsafeBytes { String(validating: $0, as: UTF8.self) }
        if let text {
            json.add(name, text)
        } else {
            json.add("\(name)Base64", content.bytes.withUnsafeBytes { Base64.encode($0) })
        }
    }

    /// Reads what ``json(withContent:)`` wrote; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let id = json["id"]?.integer, id > 0, let time = json["time"]?.string.flatMap({ ISO8601.parse($0) }),
            let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)), let source = json["source"]?.string,
            let outcome = json["outcome"]?.string.flatMap(Outcome.init(rawValue:))
        else { return nil }
        self.init(
            id: id, time: Timestamp(milliseconds: time), kind: kind, cause: json["cause"]?.integer, source: source,
            outcome: outcome)
        operation = json["operation"]?.string
        resource = json["resource"]?.string
        function = json["function"]?.string
        qualifier = json["qualifier"]?.string
        version = json["version"]?.string
        requestID = json["requestId"]?.string
        attempt = json["attempt"]?.int
        status = json["status"]?.int
        error = json["error"]?.string
        traceHeader = json["traceHeader"]?.string
        run = json["run"].flatMap(Run.init)
        payload = Self.content("payload", json)
        result = Self.content("result", json)
    }

    /// Reads one line of an export.
    public init?(line: Bytes) {
        guard let value = line.withUnsafeBytes({ JSONValue(parsing: $0) }) else { return nil }
        self.init(value)
    }

    private static func content(_ name: String, _ json: JSONValue) -> Content? {
        guard let size = json["\(name)Size"]?.int, size >= 0 else { return nil }
        if let text = json[name]?.string { return Content(Bytes(text), size: max(size, text.utf8.count)) }
        let data = json["\(name)Base64"]?.string.flatMap { Data(base64Encoded: $0) } ?? Data()
        return Content(Bytes(data), size: max(size, data.count))
    }
}

extension JournalRecord.Run {
    fileprivate var json: [UInt8] {
        var json = JSONObjectWriter()
        json.add("coldStart", json: String(isCold).utf8)
        if let initMilliseconds { json.add("initDuration", json: Self.text(initMilliseconds).utf8) }
        json.add("duration", json: Self.text(durationMilliseconds).utf8)
        json.add("billedDuration", billedMilliseconds)
        json.add("memorySize", memoryMegabytes)
        json.add("maxMemoryUsed", maxMemoryUsedMegabytes)
        return json.finish()
    }

    /// A number that is not finite has no form in JSON, and no duration is one.
    private static func text(_ number: Double) -> String { number.isFinite ? String(number) : "0" }

    fileprivate init?(_ json: JSONValue) {
        guard let duration = json["duration"]?.double else { return nil }
        self.init(
            isCold: json["coldStart"] == .bool(true), initMilliseconds: json["initDuration"]?.double,
            durationMilliseconds: duration, billedMilliseconds: json["billedDuration"]?.int ?? 0,
            memoryMegabytes: json["memorySize"]?.int ?? 0, maxMemoryUsedMegabytes: json["maxMemoryUsed"]?.int ?? 0)
    }
}

extension JSONValue {
    fileprivate var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    fileprivate var int: Int? { integer.map(Int.init) }
}
