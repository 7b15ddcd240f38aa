// SPDX-License-Identifier: Apache-2.0
public import AWSWire
public import ServiceProtocols

/// What is wrong with a request for records, in a sentence.
public struct RecordQueryError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    /// An error from its sentence.
    public init(_ description: String) {
        self.description = description
    }
}

extension RecordQuery {
    /// The most records of a page.
    public static let longestPage = 1000

    private static let names: Set<String> = [
        "kind", "outcome", "source", "function", "qualifier", "request", "since", "until", "text", "where", "order",
        "limit", "after", "payloads",
    ]

    /// Reads the parameters of a request: `kind` and `outcome` (one or more, with commas), `source`, `function`,
    /// `qualifier`, `request`, `since`, `until`, `text`, `where` (any number), `order` (`asc`, `desc`), `limit`,
    /// `after`.
    ///
    /// A time is ISO 8601, milliseconds since 1970, or, with a minus, milliseconds before `now`.
    ///
    /// - Throws: for what is not understood: no parameter is passed by.
    public init(parameters: QueryString, now: Timestamp) throws(RecordQueryError) {
        for parameter in parameters.parameters where !Self.names.contains(parameter.name) {
            throw RecordQueryError("There is no parameter \(parameter.name).")
        }
        self.init()
        filter.kinds = Set(try Self.list(parameters, "kind", JournalRecord.Kind.self))
        filter.outcomes = Set(try Self.list(parameters, "outcome", JournalRecord.Outcome.self))
        filter.source = parameters["source"]
        filter.function = parameters["function"]
        filter.qualifier = parameters["qualifier"]
        filter.requestID = parameters["request"]
        filter.text = parameters["text"].flatMap { $0.isEmpty ? nil : $0 }
        filter.since = try Self.time(parameters, "since", now)
        filter.until = try Self.time(parameters, "until", now)
        for text in parameters.values("where") {
            do {
                filter.conditions.append(try JSONCondition(text))
            } catch {
                throw RecordQueryError("where: \(error)")
            }
        }
        if let text = parameters["order"] {
            guard let order = Order(rawValue: text) else { throw RecordQueryError("order is asc or desc.") }
            self.order = order
        }
        if let text = parameters["limit"] {
            guard let limit = Int(text), (1...Self.longestPage).contains(limit) else {
                throw RecordQueryError("limit is a number from 1 to \(Self.longestPage).")
            }
            self.limit = limit
        }
        if let text = parameters["after"] {
            guard let after = RecordID(text), (1...RecordID.max / 2).contains(after) else {
                throw RecordQueryError("after is a record's number.")
            }
            self.after = after
        }
    }

    /// The parameters that are read as this query.
    public var parameters: QueryString {
        var parameters = QueryString()
        func add(_ name: String, _ value: String?) {
            if let value { parameters.add(name, value) }
        }
        if !filter.kinds.isEmpty { add("kind", filter.kinds.map(\.rawValue).sorted().joined(separator: ",")) }
        if !filter.outcomes.isEmpty { add("outcome", filter.outcomes.map(\.rawValue).sorted().joined(separator: ",")) }
        add("source", filter.source)
        add("function", filter.function)
        add("qualifier", filter.qualifier)
        add("request", filter.requestID)
        add("since", filter.since.map { String($0.milliseconds) })
        add("until", filter.until.map { String($0.milliseconds) })
        add("text", filter.text)
        for condition in filter.conditions { add("where", condition.description) }
        add("order", order.rawValue)
        add("limit", String(limit))
        add("after", after.map { String($0) })
        return parameters
    }

    private static func list<Value: RawRepresentable & CaseIterable>(
        _ parameters: QueryString, _ name: String, _: Value.Type
    ) throws(RecordQueryError) -> [Value] where Value.RawValue == String {
        var values: [Value] = []
        for text in parameters.values(name).flatMap({ $0.split(separator: ",") }) {
            guard let value = Value(rawValue: String(text)) else {
                let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
                throw RecordQueryError("\(name) is one of \(known), not \(text).")
            }
            values.append(value)
        }
        return values
    }

    private static func time(
        _ parameters: QueryString, _ name: String, _ now: Timestamp
    ) throws(RecordQueryError) -> Timestamp? {
        guard let text = parameters[name] else { return nil }
        guard let moment = Int64(text) ?? ISO8601.parse(text) else {
            throw RecordQueryError("\(name) is a time such as 2026-11-21T15:04:05Z, or milliseconds since 1970.")
        }
        let isAgo = text.hasPrefix("-") && Int64(text) != nil
        return Timestamp(milliseconds: isAgo ? now.milliseconds &+ moment : moment)
    }
}
