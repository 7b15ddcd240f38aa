// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import JSON
public import ServiceProtocols

/// What one event came to on one side of a comparison.
public struct Observation: Sendable {
    /// How it ended.
    public var outcome: JournalRecord.Outcome
    /// AWS's error type, or its error code.
    public var error: String?
    /// What the function returned, or the object of its error; nil when it is not known.
    public var result: Bytes?
    /// The lines that the function wrote; nil when they are not compared.
    public var lines: [Bytes]?
    /// What the function caused elsewhere, in any order; nil when that is not compared.
    public var effects: [JSONValue]?
    /// When it was run.
    public var times: ClosedRange<Timestamp>
    /// By which ARN the function was invoked, from `function:` on; nil when no version or alias was named.
    public var target: String?

    /// An observation of a result alone.
    public init(
        outcome: JournalRecord.Outcome, error: String?, result: Bytes?, times: ClosedRange<Timestamp>
    ) {
        self.outcome = outcome
        self.error = error
        self.result = result
        self.times = times
    }

    /// As one document: `outcome`, `error`, `result`, `log`, `effects`.
    ///
    /// What is JSON is there as such, also where it stands in a text.
    func document(varying: VaryingParts) -> (plain: JSONValue, masked: JSONValue) {
        var plain: [String: JSONValue] = ["outcome": .string(outcome.rawValue)]
        plain["error"] = error.map { .string($0) }
        plain["result"] = result.map { JSONValue(readable: $0) }
        plain["log"] = lines.map { .array($0.map { JSONValue(readable: $0) }) }
        var masked = plain.filter { $0.key != "log" }.mapValues { varying.masked($0) }
        masked["log"] = plain["log"].map { varying.masked($0, isLog: true) }
        if let effects {
            // Their order is that of the machine, not of the function.
            let both = effects.map { $0.expanded }.map { ($0, varying.masked($0)) }
                .sorted { $0.1.text < $1.1.text }
            plain["effects"] = .array(both.map(\.0))
            masked["effects"] = .array(both.map(\.1))
        }
        return (.object(plain), .object(masked))
    }
}

extension JSONValue {
    /// Bytes as the JSON that they are, or else as text.
    public init(readable bytes: Bytes) {
        let value = bytes.withUnsafeBytes { JSONValue(parsing: $0) } ?? .string(bytes.string)
        self = value.expanded
    }

    /// The value with objects and arrays in place of the texts that are such.
    var expanded: JSONValue {
        switch self {
        case .string(let text):
            guard text.utf8.first == UInt8(ascii: "{") || text.utf8.first == UInt8(ascii: "["),
                let value = JSONValue(parsing: text)
            else { return self }
            return value.expanded
        case .array(let items): return .array(items.map(\.expanded))
        case .object(let members): return .object(members.mapValues(\.expanded))
        default: return self
        }
    }
}
