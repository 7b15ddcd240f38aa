// SPDX-License-Identifier: Apache-2.0
public import FoundationEssentials
public import JSON

/// One event of a scenario: what is sent, and what must come of it.
public struct Step: Sendable {
    /// What starts a step: the name of the member of its file that describes the event.
    public enum Trigger: String, Sendable, CaseIterable {
        /// A request to an API of the template or to any URL; gives `status`, `headers` and `json`.
        case http
        /// An invocation of a function; gives `payload`, `functionError` and `executedVersion`, or `status` when it is
        /// asynchronous.
        case invoke
        /// An object that is written to a bucket; gives nothing.
        case putObject
        /// A message that is published to a topic; gives `messageId`.
        case publish

        /// The members that its object may have, with those that it must have first.
        var members: (required: [String], optional: [String]) {
            switch self {
            case .http: (["method"], ["api", "path", "url", "body", "headers"])
            case .invoke: (["function", "event"], ["qualifier", "asynchronous"])
            case .putObject: (["bucket", "key", "body"], ["contentType"])
            case .publish: (["topic", "message"], ["subject"])
            }
        }
    }

    /// A trigger and its members, placeholders and all.
    public struct Action: Sendable {
        /// Which kind of event it is.
        public let trigger: Trigger
        /// The members of the event, an object: the required ones are there, none is unknown.
        public let members: JSONValue
    }

    /// A request that is repeated until its result is as expected.
    public struct Condition: Sendable {
        /// The request to repeat, as its file has it: always one of kind `http`.
        public let action: Action
        /// What its result must hold at last.
        public let expected: JSONValue
        /// How long to try, more than 0 and at most 600 seconds.
        public let seconds: Double
        /// Placeholders that its last result gives values to, with the paths of these.
        public let captures: [String: String]
    }

    /// The file's name, without its extension.
    public let name: String
    /// What happens, in a sentence.
    public let description: String
    /// The event to send.
    public let action: Action
    /// What its result is held against.
    public let checks: Checks
    /// What it must have brought about elsewhere.
    public let effects: [Effect]
    /// What the runs of functions that it causes may take; nil for what they like.
    public let limits: Limits?
    /// Placeholders that the result gives values to, with the paths of these.
    public let captures: [String: String]
    /// The name of a file for the body of the result.
    public let save: String?
    /// What must be true at the end, after the event; nil for nothing.
    public let until: Condition?

    /// Reads a step from its file.
    ///
    /// - Throws: ``ScenarioError`` that says what is wrong with it.
    public init(name: String, json: Data) throws(ScenarioError) {
        guard case .object(let members)? = JSONValue(parsing: json) else { throw ScenarioError("it is no JSON object") }
        try self.init(name: name, members)
    }

    init(name: String, _ members: [String: JSONValue]) throws(ScenarioError) {
        let known =
            ["description", "capture", "save", "until", "effects", "limits"] + Checks.members
            + Trigger.allCases.map(\.rawValue)
        try Self.check(members, required: ["description"], optional: known)
        self.name = name
        description = members["description"]?.string ?? ""
        action = try Self.action(in: members)
        checks = try Checks(members)
        captures = try Self.captures(members["capture"])
        save = try Self.fileName(members["save"])
        until = try members["until"].map { value throws(ScenarioError) in try Self.condition(value) }
        effects = try Self.effects(members["effects"])
        limits = try members["limits"].map { value throws(ScenarioError) in try Limits(value) }
    }

    private static func effects(_ value: JSONValue?) throws(ScenarioError) -> [Effect] {
        guard let value else { return [] }
        guard case .array(let items) = value else { throw ScenarioError("effects is no list") }
        var effects: [Effect] = []
        for item in items { effects.append(try Effect(item)) }
        return effects
    }

    private static func action(in members: [String: JSONValue]) throws(ScenarioError) -> Action {
        let found = Trigger.allCases.filter { members[$0.rawValue] != nil }
        guard found.count == 1, let trigger = found.first, let value = members[trigger.rawValue] else {
            throw ScenarioError("it needs exactly one of http, invoke, putObject and publish")
        }
        guard case .object(let details) = value else { throw ScenarioError("\(trigger.rawValue) is no object") }
        try check(details, required: trigger.members.required, optional: trigger.members.optional)
        if trigger == .http, (details["url"] == nil) == (details["path"] == nil) {
            throw ScenarioError("http needs a url, or an api and a path")
        }
        return Action(trigger: trigger, members: value)
    }

    private static func condition(_ value: JSONValue) throws(ScenarioError) -> Condition {
        guard case .object(let members) = value else { throw ScenarioError("until is no object") }
        try check(members, required: ["http", "expect", "seconds"], optional: ["capture"])
        guard let seconds = members["seconds"]?.double, seconds > 0, seconds <= 600 else {
            throw ScenarioError("until.seconds is no number from 0 to 600")
        }
        return Condition(
            action: try action(in: members), expected: members["expect"] ?? .null, seconds: seconds,
            captures: try captures(members["capture"]))
    }

    private static func captures(_ value: JSONValue?) throws(ScenarioError) -> [String: String] {
        guard let value else { return [:] }
        guard case .object(let members) = value else { throw ScenarioError("capture is no object") }
        var captures: [String: String] = [:]
        for (name, path) in members {
            guard let path = path.string else { throw ScenarioError("capture.\(name) is no path") }
            captures[name] = path
        }
        return captures
    }

    /// A plain name: a step must not write anywhere but in the folder of the results.
    private static func fileName(_ value: JSONValue?) throws(ScenarioError) -> String? {
        guard let value else { return nil }
        guard let name = value.string, !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
            throw ScenarioError("save is no file name")
        }
        return name
    }

    static func check(
        _ members: [String: JSONValue], required: [String], optional: [String]
    ) throws(ScenarioError) {
        if let missing = required.first(where: { members[$0] == nil }) { throw ScenarioError("\(missing) is missing") }
        let known = Set(required + optional)
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw ScenarioError("\(unknown) is not known")
        }
    }
}
