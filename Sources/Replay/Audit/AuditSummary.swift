// SPDX-License-Identifier: Apache-2.0
public import JSON

/// What an audit came to: how much was checked, what was found, and the verdict; pure.
public struct AuditSummary: Sendable {
    /// The events, and how many of them failed when they ran once.
    public var progress = AuditProgress(events: 0)
    private var checked: [AuditCheck.Kind: Int] = [:]
    private var found: [AuditCheck.Kind: Int] = [:]
    private var firsts: [AuditCheck.Kind: AuditCheck] = [:]

    /// Nothing yet.
    public init() {}

    /// Counts a check.
    public mutating func add(_ check: AuditCheck) {
        checked[check.kind, default: 0] += 1
        guard check.isFinding else { return }
        found[check.kind, default: 0] += 1
        if firsts[check.kind] == nil { firsts[check.kind] = check }
    }

    /// How many checks of a kind there were.
    public func checked(_ kind: AuditCheck.Kind) -> Int { checked[kind] ?? 0 }

    /// How many of them found something.
    public func found(_ kind: AuditCheck.Kind) -> Int { found[kind] ?? 0 }

    /// How many checks there were.
    public var checks: Int { checked.values.reduce(0, +) }

    /// The first check of each kind that found something.
    public var findings: [AuditCheck] { AuditCheck.Kind.allCases.compactMap { firsts[$0] } }

    /// Whether nothing was found.
    public var isClean: Bool { firsts.isEmpty }

    /// What the function is, in words: `not idempotent, depends on order`.
    public var verdict: String {
        guard !isClean else { return checks == 0 ? "nothing was checked" : "no effect differs" }
        var words: [String] = []
        if firsts[.duplicate] != nil {
            words.append("not idempotent")
        } else if firsts[.crash] != nil {
            words.append("not idempotent after a crash")
        }
        if firsts[.order] != nil { words.append("depends on order") }
        return words.joined(separator: ", ")
    }

    /// `{"summary": {"events": 12, "duplicate": {"checked": 12, "found": 1, "first": ["7"]}, …, "verdict": "…"}}`.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "events": .integer(Int64(progress.events)), "failed": .integer(Int64(progress.failed)),
            "verdict": .string(verdict), "clean": .bool(isClean),
        ]
        for kind in AuditCheck.Kind.allCases {
            var counts: [String: JSONValue] = [
                "checked": .integer(Int64(checked(kind))), "found": .integer(Int64(found(kind))),
            ]
            counts["first"] = firsts[kind].map { .array($0.events.map { .string($0) }) }
            members[kind.rawValue] = .object(counts)
        }
        return ["summary": .object(members)]
    }
}
