// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Buffers
public import JSON
public import ServiceProtocols

/// What became of an event that was run again.
public struct ReplayResult: Sendable, Equatable {
    /// What its attempts took, all together.
    public struct Usage: Sendable, Equatable {
        /// How many there were.
        public var attempts = 0
        /// How many of them were the first of their environment.
        public var coldStarts = 0
        /// How many were refused with 429.
        public var throttles = 0
        /// How long the last one took, the init not counted, in milliseconds.
        public var durationMilliseconds = 0.0
        /// What AWS would have charged for, in milliseconds.
        public var billedMilliseconds = 0
        /// The same, each multiplied by the memory in MB.
        public var megabyteMilliseconds = 0

        /// Nothing yet.
        public init() {}
    }

    /// The event's ``ReplayEvent/id``.
    public var id: String
    /// The function that it was run by.
    public var function: String
    /// `$LATEST` or a number; nil when nothing was run.
    public var version: String?
    /// How it ended: accepted when that is not known yet.
    public var outcome: JournalRecord.Outcome
    /// AWS's error type or code.
    public var error: String?
    /// The request id of its attempts; nil when it was refused.
    public var requestID: String?
    /// From its beginning to its result, in milliseconds.
    public var latencyMilliseconds = 0.0
    /// What its attempts took.
    public var usage = Usage()
    /// How many bytes the result has.
    public var size = 0
    /// The SHA-256 of the result, as base64; nil without one.
    public var digest: String?
    /// The result itself, where it is asked for.
    public var result: Bytes?
    /// How far it is what was recorded; nil when nothing was.
    public var agreement: Agreement?
    /// Where it differs from what was recorded.
    public var differences: [ReplayDifference] = []

    /// A result of which only the end is known.
    public init(id: String, function: String, outcome: JournalRecord.Outcome) {
        self.id = id
        self.function = function
        self.outcome = outcome
    }
}

extension ReplayResult {
    /// The result as one line of JSON.
    public var json: [UInt8] {
        var json = JSONObjectWriter()
        json.add("id", id)
        json.add("function", function)
        if let version { json.add("version", version) }
        json.add("outcome", outcome.rawValue)
        if let error { json.add("error", error) }
        if let requestID { json.add("requestId", requestID) }
        json.add("latency", json: Self.text(latencyMilliseconds))
        json.add("attempts", usage.attempts)
        json.add("coldStarts", usage.coldStarts)
        json.add("throttles", usage.throttles)
        json.add("duration", json: Self.text(usage.durationMilliseconds))
        json.add("billedDuration", usage.billedMilliseconds)
        json.add("megabyteMilliseconds", usage.megabyteMilliseconds)
        json.add("size", size)
        if let digest { json.add("sha256", digest) }
        if let result { json.add("result", result) }
        if let agreement { json.add("recorded", agreement.rawValue) }
        if !differences.isEmpty { json.add("differences", json: JSONValue.array(differences.map(\.json)).text.utf8) }
        return json.finish()
    }

    private static func text(_ number: Double) -> String.UTF8View { (number.isFinite ? String(number) : "0").utf8 }

    /// Reads what ``json`` wrote; nil for anything else.
    public init?(_ value: JSONValue) {
        guard let id = value["id"]?.string, let function = value["function"]?.string,
            let outcome = value["outcome"]?.string.flatMap(JournalRecord.Outcome.init(rawValue:))
        else { return nil }
        self.init(id: id, function: function, outcome: outcome)
        version = value["version"]?.string
        error = value["error"]?.string
        requestID = value["requestId"]?.string
        latencyMilliseconds = value["latency"]?.double ?? 0
        usage.attempts = value.integer("attempts") ?? 0
        usage.coldStarts = value.integer("coldStarts") ?? 0
        usage.throttles = value.integer("throttles") ?? 0
        usage.durationMilliseconds = value["duration"]?.double ?? 0
        usage.billedMilliseconds = value.integer("billedDuration") ?? 0
        usage.megabyteMilliseconds = value.integer("megabyteMilliseconds") ?? 0
        size = value.integer("size") ?? 0
        digest = value["sha256"]?.string
        result = value.bytes("result")
        agreement = value["recorded"]?.string.flatMap(Agreement.init(rawValue:))
        if case .array(let found)? = value["differences"] { differences = found.compactMap(ReplayDifference.init) }
    }
}
