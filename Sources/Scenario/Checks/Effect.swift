// SPDX-License-Identifier: Apache-2.0
public import JSON

/// Something that an event must have brought about elsewhere, after some time.
public struct Effect: Sendable {
    /// Where it shows.
    public enum Kind: String, Sendable, CaseIterable {
        /// An object of a bucket.
        case object
        /// A message of a queue.
        case message
        /// A run of a function.
        case invocation

        var members: (required: [String], optional: [String]) {
            switch self {
            case .object: (["bucket", "key"], ["body", "contentType", "absent"])
            case .message: (["queue"], ["body"])
            case .invocation: (["function"], ["outcome", "version", "times"])
            }
        }
    }

    /// Where it shows.
    public let kind: Kind
    /// Its members, placeholders and all: the required ones are there, none is unknown.
    public let members: JSONValue
    /// How long it may take, more than 0 and at most 600 seconds.
    public let seconds: Double

    init(_ value: JSONValue) throws(ScenarioError) {
        guard case .object(let all) = value else { throw ScenarioError("an effect is no object") }
        let found = Kind.allCases.filter { all[$0.rawValue] != nil }
        guard found.count == 1, let kind = found.first, let members = all[kind.rawValue] else {
            throw ScenarioError("an effect is an object, a message or an invocation")
        }
        try Step.check(all, required: [], optional: [kind.rawValue, "seconds"])
        guard case .object(let details) = members else { throw ScenarioError("effects.\(kind.rawValue) is no object") }
        try Step.check(details, required: kind.members.required, optional: kind.members.optional)
        self.kind = kind
        self.members = members
        guard let seconds = (all["seconds"] ?? 10).double, seconds > 0, seconds <= 600 else {
            throw ScenarioError("effects.seconds is no number from 0 to 600")
        }
        self.seconds = seconds
    }
}

/// What the runs of functions that an event caused may take.
public struct Limits: Sendable, Equatable {
    /// How long each may take, in milliseconds, its init not counted.
    public let durationMilliseconds: Double?
    /// How much memory its process may have used.
    public let memoryMegabytes: Double?

    init(_ value: JSONValue) throws(ScenarioError) {
        guard case .object(let members) = value else { throw ScenarioError("limits is no object") }
        try Step.check(members, required: [], optional: ["durationMilliseconds", "memoryMegabytes"])
        for (name, limit) in members where limit.double.map({ $0 <= 0 }) ?? true {
            throw ScenarioError("limits.\(name) is no number above 0")
        }
        durationMilliseconds = members["durationMilliseconds"]?.double
        memoryMegabytes = members["memoryMegabytes"]?.double
    }

    /// What one run took too much of; empty when it kept to its limits.
    public func mismatches(function: String, durationMilliseconds: Double, memoryMegabytes: Int) -> [Mismatch] {
        var found: [Mismatch] = []
        if let limit = self.durationMilliseconds, durationMilliseconds > limit {
            let took = (durationMilliseconds * 10).rounded() / 10
            found.append(Mismatch(function, "took \(took) ms, more than \(JSONValue.number(limit).text)"))
        }
        if let limit = self.memoryMegabytes, Double(memoryMegabytes) > limit {
            found.append(Mismatch(function, "used \(memoryMegabytes) MB, more than \(JSONValue.number(limit).text)"))
        }
        return found
    }
}
