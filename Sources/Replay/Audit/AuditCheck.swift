// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import JSON

/// One thing that an audit tried, and what it came to.
public struct AuditCheck: Sendable, Equatable {
    /// What was done to the events.
    public enum Kind: String, Sendable, CaseIterable {
        /// One was run twice.
        case duplicate
        /// Two changed places.
        case order
        /// One was run again after its environment had died between its effects and its answer.
        case crash
    }

    /// What was done.
    public var kind: Kind
    /// The ids of the events, in the order in which they came.
    public var events: [String]
    /// Where it left something else behind than each event once and in order; empty when it did not.
    public var differences: [ReplayDifference]

    /// A check from its parts.
    public init(_ kind: Kind, _ events: [String], differences: [ReplayDifference]) {
        self.kind = kind
        self.events = events
        self.differences = differences
    }

    /// Whether something was found.
    public var isFinding: Bool { !differences.isEmpty }

    /// `{"check": "order", "events": ["3", "7"], "differences": []}`.
    public var json: [UInt8] {
        var json = JSONObjectWriter()
        json.add("check", kind.rawValue)
        json.add("events", json: JSONValue.array(events.map { .string($0) }).text.utf8)
        json.add("differences", json: JSONValue.array(differences.map(\.json)).text.utf8)
        return json.finish()
    }

    /// Reads what ``json`` wrote; nil for anything else.
    public init?(_ value: JSONValue) {
        guard let kind = value["check"]?.string.flatMap(Kind.init(rawValue:)),
            case .array(let events)? = value["events"],
            case .array(let differences)? = value["differences"]
        else { return nil }
        self.init(kind, events.compactMap(\.string), differences: differences.compactMap(ReplayDifference.init))
    }
}

/// How far an audit is.
public struct AuditProgress: Sendable, Equatable {
    /// How many events there are.
    public var events: Int
    /// How many of them have run once, in order.
    public var run = 0
    /// How many of these failed.
    public var failed = 0
    /// How many checks there will be; nil before all events have run.
    public var checks: Int?

    /// The beginning.
    public init(events: Int) {
        self.events = events
    }

    /// `{"events": 12, "run": 3, "failed": 0}`.
    public var json: [UInt8] {
        var json = JSONObjectWriter()
        json.add("events", events)
        json.add("run", run)
        json.add("failed", failed)
        if let checks { json.add("checks", checks) }
        return json.finish()
    }

    /// Reads what ``json`` wrote; nil for anything else.
    public init?(_ value: JSONValue) {
        guard let events = value.integer("events"), let run = value.integer("run"),
            let failed = value.integer("failed")
        else { return nil }
        self.init(events: events)
        self.run = run
        self.failed = failed
        checks = value.integer("checks")
    }
}
