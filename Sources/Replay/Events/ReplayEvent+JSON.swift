// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
public import JSON
import ServiceProtocols

extension ReplayEvent {
    /// The event as one line of JSON: `{"id": "7", "function": "F", "type": "Event", "payload": "{}"}`.
    ///
    /// The payload is a text, so that its bytes stay as they are; what is no UTF-8 is base64 under `payloadBase64`.
    public var json: [UInt8] {
        var json = JSONObjectWriter()
        json.add("id", id)
        if let function { json.add("function", function) }
        if let qualifier { json.add("qualifier", qualifier) }
        json.add("type", invocationType.rawValue)
        if let time { json.add("time", ISO8601.format(time.milliseconds)) }
        if isTruncated { json.add("truncated", json: "true".utf8) }
        json.add("payload", payload)
        if let recorded { json.add("recorded", json: recorded.json) }
        return json.finish()
    }

    private static let members: Set<String> = [
        "id", "function", "qualifier", "type", "time", "truncated", "event", "payload", "payloadBase64", "recorded",
    ]

    /// Whether a value describes an event, rather than being one.
    public static func isDescribed(by value: JSONValue) -> Bool {
        guard case .object(let members) = value, members.keys.allSatisfy(Self.members.contains) else { return false }
        return members["event"] != nil || members["payload"] != nil || members["payloadBase64"] != nil
    }

    /// Reads what ``json`` wrote; `event` may stand for `payload`, with any JSON value.
    ///
    /// - Parameter number: the line's, which is its name where it has none.
    public init?(_ value: JSONValue, number: Int) {
        let payload: Bytes
        if let event = value["event"] {
            payload = Bytes(event.text)
        } else if let bytes = value.bytes("payload") {
            payload = bytes
        } else {
            return nil
        }
        self.init(id: value["id"]?.scalarText ?? "line \(number)", payload: payload)
        function = value["function"]?.string
        qualifier = value["qualifier"]?.string
        if let type = value["type"] {
            guard let type = type.string.flatMap(InvocationType.init(rawValue:)) else { return nil }
            invocationType = type
        }
        time = value["time"]?.string.flatMap { ISO8601.parse($0) }.map { Timestamp(milliseconds: $0) }
        isTruncated = value["truncated"] == .bool(true)
        recorded = value["recorded"].flatMap(RecordedResult.init)
    }
}

extension RecordedResult {
    fileprivate var json: [UInt8] {
        var json = JSONObjectWriter()
        json.add("outcome", outcome.rawValue)
        if let error { json.add("error", error) }
        if let result { json.add("result", result) }
        return json.finish()
    }

    fileprivate init?(_ value: JSONValue) {
        guard let outcome = value["outcome"]?.string.flatMap(JournalRecord.Outcome.init(rawValue:)) else { return nil }
        self.init(outcome: outcome, error: value["error"]?.string, result: value.bytes("result"))
    }
}

extension JSONObjectWriter {
    /// Adds bytes as text, or as base64 under the name with `Base64` after it.
    mutating func add(_ name: String, _ bytes: Bytes) {
        if let text = bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) {
            add(name, text)
        } else {
            add("\(name)Base64", bytes.withUnsafeBytes { Base64.encode($0) })
        }
    }
}

extension JSONValue {
    /// What ``JSONObjectWriter`` added as bytes.
    func bytes(_ name: String) -> Bytes? {
        if let text = self[name]?.string { return Bytes(text) }
        return self["\(name)Base64"]?.string.flatMap { Base64.decode($0) }.map { Bytes($0) }
    }

    func integer(_ name: String) -> Int? {
        if case .integer(let value)? = self[name] { Int(value) } else { nil }
    }
}
