// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import JSON
public import ServiceProtocols

/// The journal's records of one event: its runs, what they wrote, and what they caused; pure.
public struct RunRecords: Sendable {
    /// The runs of the event, in order; empty when it was not run.
    public let runs: [JournalRecord]
    private let children: [RecordID: [JournalRecord]]
    /// What the runs, and the end of the event, are caused by and cause.
    private let roots: [RecordID]

    /// - Parameters:
    ///   - records: all that has the same beginning, in any order.
    ///   - requestID: the event's.
    public init(_ records: [JournalRecord], requestID: String) {
        let own = records.filter { $0.requestID == requestID }.sorted { $0.id < $1.id }
        runs = own.filter { $0.kind == .invocation || $0.kind == .attempt }
        children = Dictionary(grouping: records.filter { $0.cause != nil }) { $0.cause ?? 0 }
        roots = runs.map(\.id) + own.filter { $0.kind == .event }.map(\.id)
    }

    /// The records of some runs alone.
    public init(_ records: [JournalRecord], runs: [JournalRecord]) {
        self.runs = runs
        children = Dictionary(grouping: records.filter { $0.cause != nil }) { $0.cause ?? 0 }
        roots = runs.map(\.id)
    }

    /// The ARNs of the objects that the runs wrote.
    public var writtenObjects: Set<String> {
        Set(consequences.filter { $0.kind == .object && $0.payload != nil }.compactMap(\.resource))
    }

    /// The ARNs of the objects that the runs themselves wrote or removed.
    public var changedObjects: Set<String> { Set(direct.filter { $0.kind == .object }.compactMap(\.resource)) }

    /// What the runs themselves asked for besides objects: what they published, sent, invoked.
    public var calls: [JSONValue] {
        direct.filter { Self.consequenceKinds.contains($0.kind) && $0.kind != .object }.map { $0.effect(body: nil) }
    }

    private var direct: [JournalRecord] {
        runs.flatMap { children[$0.id] ?? [] }.sorted { $0.id < $1.id }
    }

    /// What the event came to; nil when it was not run.
    ///
    /// - Parameters:
    ///   - bodies: what the objects hold that were written, by their ARNs.
    ///   - kinds: which consequences count.
    public func observation(
        bodies: [String: Bytes], kinds: Set<JournalRecord.Kind> = Self.consequenceKinds
    ) -> Observation? {
        guard let last = runs.last, let first = runs.first else { return nil }
        let result = last.result.flatMap { $0.isTruncated ? nil : $0.bytes }
        var observation = Observation(
            outcome: last.outcome, error: last.error, result: result, times: first.time...max(first.time, last.time))
        if let function = first.function, let qualifier = first.qualifier {
            observation.target = "function:\(function):\(qualifier)"
        }
        observation.lines = lines
        observation.effects = effects(bodies, kinds)
        return observation
    }

    /// Every kind of thing that a run can cause elsewhere.
    public static let consequenceKinds: Set<JournalRecord.Kind> = [
        .request, .invocation, .event, .drop, .delivery, .notification, .object, .publish, .message, .inference,
    ]

    private var lines: [Bytes] {
        var written: [JournalRecord] = []
        for run in runs { written += (children[run.id] ?? []).filter { $0.kind == .log } }
        return written.sorted { $0.id < $1.id }.compactMap { $0.payload?.bytes }
    }

    /// What was caused directly, or by way of objects and messages; what other functions did with it is theirs.
    private var consequences: [JournalRecord] {
        let own = Set(roots)
        var open = roots
        var found: [JournalRecord] = []
        while let cause = open.popLast() {
            for record in children[cause] ?? [] where record.kind != .log && !own.contains(record.id) {
                found.append(record)
                if record.kind != .event && record.kind != .invocation && record.kind != .attempt {
                    open.append(record.id)
                }
            }
        }
        return found.sorted { $0.id < $1.id }
    }

    private func effects(_ bodies: [String: Bytes], _ kinds: Set<JournalRecord.Kind>) -> [JSONValue] {
        let counted = consequences.filter { kinds.contains($0.kind) }
        // Of what is written several times, the last counts.
        var lastWrites: [String: RecordID] = [:]
        for record in counted where record.kind == .object { lastWrites[record.resource ?? ""] = record.id }
        var effects: [JSONValue] = []
        for record in counted {
            let resource = record.resource ?? ""
            guard record.kind != .object || lastWrites[resource] == record.id else { continue }
            effects.append(record.effect(body: bodies[resource]))
        }
        return effects
    }
}

extension JournalRecord {
    /// What somebody sees who looks at the consequence of a run.
    fileprivate func effect(body: Bytes?) -> JSONValue {
        var effect: [String: JSONValue] = ["kind": .string(kind.rawValue)]
        effect["operation"] = operation.map { .string($0) }
        effect["resource"] = resource.map { .string($0) }
        effect["function"] = function.map { .string($0) }
        // How the event itself ends, and who is told, is told of the version or alias that was invoked.
        if kind != .drop && kind != .delivery { effect["qualifier"] = qualifier.map { .string($0) } }
        effect["error"] = error.map { .string($0) }
        effect["status"] = status.map { .integer(Int64($0)) }
        if kind != .event { effect["outcome"] = .string(outcome.rawValue) }
        if kind == .object {
            // Its length and its digest say no more than what it holds, and vary with that.
            effect["body"] = body.map { JSONValue(readable: $0) }
        } else {
            effect["payload"] = payload.map { JSONValue(readable: $0.bytes) }
        }
        return .object(effect)
    }
}
