// SPDX-License-Identifier: Apache-2.0
public import AWSWire
import JSON

/// Which messages a subscription gets, by their attributes or by their JSON body.
///
/// AWS documentation: SNS Developer Guide, "Amazon SNS subscription filter policies".
public struct FilterPolicy: Sendable, Equatable {
    /// What is looked at.
    public enum Scope: String, Sendable {
        case attributes = "MessageAttributes"
        case body = "MessageBody"
    }

    /// The policy as it was given.
    public let text: String
    /// What is looked at.
    public let scope: Scope
    let condition: FilterCondition

    /// Reads a policy.
    ///
    /// - Throws: `InvalidParameter` with AWS's wording when it is none.
    public init(_ text: String, scope: Scope = .attributes) throws(AWSError) {
        guard case .object(let object)? = JSONValue(parsing: text) else {
            throw SNSErrors.invalidParameter("FilterPolicy: failed to parse JSON.")
        }
        self.text = text
        self.scope = scope
        var parser = FilterPolicyParser(scope: scope)
        condition = try parser.parse(object)
    }

    func matches(_ message: Message) -> Bool {
        switch scope {
        case .attributes:
            return condition.matches(.object(Self.values(of: message.attributes)))
        case .body:
            guard let body = JSONValue(parsing: message.body), case .object = body else { return false }
            return condition.matches(body)
        }
    }

    /// Numbers are compared as numbers, the members of a `String.Array` one by one; binary values match nothing but
    /// `exists`.
    private static func values(of attributes: [MessageAttribute]) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for attribute in attributes {
            values[attribute.name] = value(of: attribute)
        }
        return values
    }

    private static func value(of attribute: MessageAttribute) -> JSONValue {
        switch attribute.type {
        case "String.Array":
            if let parsed = JSONValue(parsing: attribute.value), case .array = parsed { return parsed }
            return .string(attribute.value)
        case let type where type.hasPrefix("Number"):
            return Double(attribute.value).map { .number($0) } ?? .string(attribute.value)
        case let type where type.hasPrefix("Binary"):
            return .object([:])
        default:
            return .string(attribute.value)
        }
    }
}

/// What a filter policy asks of a JSON object.
indirect enum FilterCondition: Sendable, Equatable {
    case all([FilterCondition])
    case any([FilterCondition])
    /// The value of a key, or one of its members if it is an array, matches one of the rules.
    case key(String, [FilterRule])
    /// The object at a key, or one of the objects in an array there, meets the condition.
    case nested(String, FilterCondition)

    func matches(_ value: JSONValue) -> Bool {
        switch self {
        case .all(let conditions): return conditions.allSatisfy { $0.matches(value) }
        case .any(let conditions): return conditions.contains { $0.matches(value) }
        case .key(let key, let rules):
            guard case .object(let object) = value, let found = object[key] else {
                return rules.contains(.exists(false))
            }
            return rules.contains { $0.matches(found) }
        case .nested(let key, let condition):
            guard case .object(let object) = value else { return condition.matches(.object([:])) }
            switch object[key] {
            case .object?: return condition.matches(object[key] ?? .null)
            case .array(let members)?: return members.contains { condition.matches($0) }
            default: return condition.matches(.object([:]))
            }
        }
    }
}
