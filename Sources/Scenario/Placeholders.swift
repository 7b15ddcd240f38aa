// SPDX-License-Identifier: Apache-2.0
public import JSON

/// The values that `${name}` stands for.
public struct Placeholders: Sendable {
    private var values: [String: String]

    /// Placeholders with their values, by the names between `${` and `}`.
    public init(_ values: [String: String]) {
        self.values = values
    }

    /// All values by name.
    var all: [String: String] { values }

    /// Gives a placeholder a value, in place of the one that it has.
    public mutating func set(_ name: String, to value: String) {
        values[name] = value
    }

    /// A value with all of its placeholders filled in, and each `{"$json": …}` made the text it stands for.
    ///
    /// - Throws: ``ScenarioError`` that names an unknown placeholder.
    public func filled(_ value: JSONValue) throws(ScenarioError) -> JSONValue {
        switch value {
        case .string(let text): return .string(try filled(text))
        case .array(let items):
            var filledItems: [JSONValue] = []
            for item in items { filledItems.append(try filled(item)) }
            return .array(filledItems)
        case .object(let members):
            if members.count == 1, let inner = members["$json"] { return .string(try filled(inner).text) }
            var filledMembers: [String: JSONValue] = [:]
            for (name, member) in members { filledMembers[name] = try filled(member) }
            return .object(filledMembers)
        default: return value
        }
    }

    func filled(_ text: String) throws(ScenarioError) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw ScenarioError("'\(text)' has a '${' without its '}'")
            }
            let name = String(rest[start.upperBound..<end])
            guard let value = values[name] else { throw ScenarioError("nothing is known as ${\(name)}") }
            result += rest[..<start.lowerBound] + value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}

/// Why a step cannot be played, in words.
public struct ScenarioError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, as a part of a sentence without its period.
    public let description: String

    /// An error that says just this.
    public init(_ description: String) {
        self.description = description
    }
}
