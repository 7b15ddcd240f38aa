// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

extension Interpreter {
    /// An event of a log: `{"timestamp": 1, "message": "…"}`.
    func logged(_ value: JSONValue) throws(Unreadable) -> [Found] {
        guard let message = value["message"]?.string else { throw Unreadable(reason: "this log event has no message") }
        return events(inMessage: message, moment: KnownEvent.milliseconds(value["timestamp"]))
    }

    /// The events that a log's message has in it as JSON.
    func events(inMessage message: String, moment: Int64?) -> [Found] {
        var found: [Found] = []
        var bytes = Array(message.utf8)[...]
        // What is no event is not looked into again and again.
        for _ in 0..<16 {
            guard let start = bytes.firstIndex(of: UInt8(ascii: "{")) else { break }
            bytes = bytes[start...]
            guard let end = Self.end(ofObject: bytes),
                let value = Array(bytes[..<end]).withUnsafeBytes({ JSONValue(parsing: $0) })
            else {
                bytes = bytes.dropFirst()
                continue
            }
            found += event(in: value).map { Found(payload: Array($0.text.utf8), moment: moment) }
            bytes = bytes[end...]
        }
        return found
    }

    /// The value itself, or the member that loggers write an event to.
    private func event(in value: JSONValue) -> [JSONValue] {
        if let select = options.select { return value.values(at: select) }
        if let record = destinationRecord(value), let event = record.payload.withUnsafeBytes({ JSONValue(parsing: $0) })
        {
            return [event]
        }
        if KnownEvent(value) != nil { return [value] }
        if let event = value["event"], case .object = event { return [event] }
        for name in ["message", "event", "input"] {
            let inner = value[name]?.string.flatMap { JSONValue(parsing: $0) } ?? value[name]
            if let inner, KnownEvent(inner) != nil { return [inner] }
        }
        return []
    }

    /// Where the object that the bytes begin with ends; nil when it does not.
    private static func end(ofObject bytes: ArraySlice<UInt8>) -> Int? {
        var (depth, isInText, isEscaped) = (0, false, false)
        for (index, byte) in zip(bytes.indices, bytes) {
            if isInText {
                isInText = byte != UInt8(ascii: "\"") || isEscaped
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
        }
        return nil
    }

    /// The time that each event of an exported log begins with; nil for a line that goes on with the one before.
    static func time(beginning line: [UInt8]) -> Int64? {
        guard let space = line.prefix(40).firstIndex(of: UInt8(ascii: " ")) else { return nil }
        return ISO8601.parse(String(decoding: line[..<space], as: UTF8.self))
    }
}
