// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// Turns the JSON of a filter policy into a condition, with AWS's complaints about what it may not hold.
///
/// AWS documentation: SNS Developer Guide, "Filter policy constraints in Amazon SNS".
struct FilterPolicyParser {
    private static let keyLimit = 5
    private static let combinationLimit = 150

    let scope: FilterPolicy.Scope
    private var keys = 0
    private var combinations = 1

    init(scope: FilterPolicy.Scope) {
        self.scope = scope
    }

    mutating func parse(_ object: [String: JSONValue]) throws(AWSError) -> FilterCondition {
        let condition = try conditions(object, depth: 1)
        guard keys <= Self.keyLimit else {
            throw SNSErrors.invalidParameter("FilterPolicy: Filter policy can not have more than 5 keys")
        }
        guard combinations <= Self.combinationLimit else {
            throw SNSErrors.invalidParameter("FilterPolicy: Filter policy is too complex")
        }
        return condition
    }

    private mutating func conditions(_ object: [String: JSONValue], depth: Int) throws(AWSError) -> FilterCondition {
        var all: [FilterCondition] = []
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .array(let members) where key == "$or" && Self.isAlternatives(members):
                var alternatives: [FilterCondition] = []
                for case .object(let member) in members {
                    alternatives.append(try conditions(member, depth: depth))
                }
                all.append(.any(alternatives))
            case .array(let members):
                guard !members.isEmpty else {
                    throw SNSErrors.invalidParameter("FilterPolicy: Empty arrays are not allowed")
                }
                keys += 1
                // Values multiply, and on deeper levels they weigh more.
                combinations = combinations.saturatingProduct(members.count.saturatingProduct(depth))
                var rules: [FilterRule] = []
                for member in members { rules.append(try rule(member)) }
                all.append(.key(key, rules))
            case .object(let nested):
                guard scope == .body else {
                    throw SNSErrors.invalidParameter(
                        "FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy")
                }
                guard !nested.isEmpty else {
                    throw SNSErrors.invalidParameter("FilterPolicy: Empty objects are not allowed")
                }
                all.append(.nested(key, try conditions(nested, depth: depth + 1)))
            default:
                throw SNSErrors.invalidParameter("FilterPolicy: \"\(key)\" must be an object or an array")
            }
        }
        return .all(all)
    }

    /// `$or` is an operator only when it holds at least two objects with keys that are no operators.
    private static func isAlternatives(_ members: [JSONValue]) -> Bool {
        members.count >= 2
            && members.allSatisfy { member in
                if case .object(let object) = member { !object.isEmpty } else { false }
            }
    }

    private func rule(_ value: JSONValue) throws(AWSError) -> FilterRule {
        switch value {
        case .string, .integer, .number, .bool, .null: return .equals(value)
        case .array:
            throw SNSErrors.invalidParameter(
                "FilterPolicy: Match value must be String, number, true, false, or null")
        case .object(let object):
            guard object.count == 1, let (name, operand) = object.first else {
                throw SNSErrors.invalidParameter("FilterPolicy: Only one key allowed in match expression")
            }
            return try operation(name, operand)
        }
    }

    private func operation(_ name: String, _ operand: JSONValue) throws(AWSError) -> FilterRule {
        switch (name, operand) {
        case ("prefix", .string(let text)): return .prefix(text)
        case ("suffix", .string(let text)): return .suffix(text)
        case ("equals-ignore-case", .string(let text)): return .equalsIgnoringCase(text)
        case ("cidr", .string(let text)):
            guard let range = AddressRange(text) else {
                throw SNSErrors.invalidParameter("FilterPolicy: Malformed CIDR, one '/' required")
            }
            return .cidr(range)
        case ("prefix", _), ("suffix", _), ("equals-ignore-case", _), ("cidr", _):
            throw SNSErrors.invalidParameter("FilterPolicy: \(name) match pattern must be a string")
        case ("exists", .bool(let shouldExist)): return .exists(shouldExist)
        case ("exists", _):
            throw SNSErrors.invalidParameter("FilterPolicy: exists match pattern must be either true or false.")
        case ("numeric", .array(let members)): return .numeric(try comparisons(members))
        case ("numeric", _):
            throw SNSErrors.invalidParameter("FilterPolicy: Value of numeric must be an array.")
        case ("anything-but", _): return .anythingBut(try exceptions(operand))
        default: throw SNSErrors.invalidParameter("FilterPolicy: Unrecognized match type \(name)")
        }
    }

    private func exceptions(_ operand: JSONValue) throws(AWSError) -> [FilterRule] {
        switch operand {
        case .string, .integer, .number: return [.equals(operand)]
        case .array(let members):
            var rules: [FilterRule] = []
            for member in members {
                guard case .equals(let value) = try rule(member), value != .null else {
                    throw SNSErrors.invalidParameter("FilterPolicy: Inside anything but list, only values are allowed.")
                }
                rules.append(.equals(value))
            }
            return rules
        case .object(let object):
            guard object.count == 1, let (name, value) = object.first, name == "prefix" || name == "suffix" else {
                throw SNSErrors.invalidParameter(
                    "FilterPolicy: Unsupported anything-but pattern: \(object.keys.sorted().first ?? "")")
            }
            return [try operation(name, value)]
        case .bool, .null:
            throw SNSErrors.invalidParameter("FilterPolicy: Value of anything-but must be a string, number or array.")
        }
    }

    /// `["=", 5]`, or a lower and an upper bound: `[">", 0, "<=", 100]`.
    private func comparisons(_ members: [JSONValue]) throws(AWSError) -> [FilterRule.Comparison] {
        var found: [FilterRule.Comparison] = []
        for index in stride(from: 0, to: members.count, by: 2) {
            guard case .string(let name) = members[index] else {
                throw SNSErrors.invalidParameter("FilterPolicy: Invalid member in numeric match")
            }
            guard let comparison = FilterRule.Comparison.Operator(rawValue: name) else {
                throw SNSErrors.invalidParameter("FilterPolicy: Unrecognized numeric range operator: \(name)")
            }
            guard index + 1 < members.count, let bound = members[index + 1].double else {
                throw SNSErrors.invalidParameter("FilterPolicy: Value of \(name) must be numeric")
            }
            found.append(FilterRule.Comparison(comparison: comparison, bound: bound))
        }
        switch found.count {
        case 1: return found
        case 2:
            guard [.greater, .greaterOrEqual].contains(found[0].comparison),
                [.less, .lessOrEqual].contains(found[1].comparison)
            else { throw SNSErrors.invalidParameter("FilterPolicy: Bad numeric range operator") }
            guard found[0].bound < found[1].bound else {
                throw SNSErrors.invalidParameter("FilterPolicy: Bottom must be less than top")
            }
            return found
        default: throw SNSErrors.invalidParameter("FilterPolicy: Invalid member in numeric match")
        }
    }
}

extension Int {
    fileprivate func saturatingProduct(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
