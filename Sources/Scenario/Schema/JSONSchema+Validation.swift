// SPDX-License-Identifier: Apache-2.0
import JSON

extension JSONSchema {
    /// Deeper references than that lead round in circles.
    private static let deepest = 600

    /// Where a value is not as the schema says; empty when it is.
    ///
    /// - Parameter place: what the value is part of.
    func mismatches(of value: JSONValue, at place: JSONLocation) -> [Mismatch] {
        problems(value, root, place, depth: 0)
    }

    private func problems(
        _ value: JSONValue, _ schema: JSONValue, _ place: JSONLocation, depth: Int
    ) -> [Mismatch] {
        guard depth < Self.deepest else { return [Mismatch(place, "is described by a schema that refers to itself")] }
        switch schema {
        case .object(let keywords):
            return keywords.sorted { $0.key < $1.key }.flatMap { keyword, argument in
                let own = assertion(keyword, argument, value).map { [Mismatch(place, $0, actual: value)] } ?? []
                return own + inner(keyword, argument, keywords, value, place, depth: depth + 1)
            }
        case .bool(false): return [Mismatch(place, "must not be there", actual: value)]
        default: return []
        }
    }

    /// What is wrong with a value by a keyword that looks at itself alone.
    private func assertion(_ keyword: String, _ argument: JSONValue, _ value: JSONValue) -> String? {
        switch (keyword, value) {
        case ("type", _):
            let names = (Self.list(argument) ?? [argument]).compactMap(\.string)
            return names.contains { Self.isType($0, value) } ? nil : "is no \(names.joined(separator: " or "))"
        case ("enum", _): return Self.list(argument)?.contains(value) == true ? nil : "is none of \(argument.text)"
        case ("const", _): return argument == value ? nil : "is not \(argument.text)"
        case ("pattern", .string(let text)):
            let isMatch = RegularExpression(argument.string ?? "")?.matches(text, whole: false) ?? false
            return isMatch ? nil : "does not match \(argument.text)"
        case ("minLength", .string(let text)): return atLeast(argument, text.unicodeScalars.count, "characters")
        case ("maxLength", .string(let text)): return atMost(argument, text.unicodeScalars.count, "characters")
        case ("minItems", .array(let items)): return atLeast(argument, items.count, "items")
        case ("maxItems", .array(let items)): return atMost(argument, items.count, "items")
        case ("minProperties", .object(let members)): return atLeast(argument, members.count, "members")
        case ("maxProperties", .object(let members)): return atMost(argument, members.count, "members")
        case ("uniqueItems", .array(let items)) where argument == true:
            let isUnique = items.indices.allSatisfy { !items[..<$0].contains(items[$0]) }
            return isUnique ? nil : "has an item twice"
        case ("required", .object(let members)):
            let missing = (Self.list(argument) ?? []).compactMap(\.string).filter { members[$0] == nil }
            return missing.isEmpty ? nil : "has no \(missing.joined(separator: ", "))"
        default: return number(keyword, argument, value)
        }
    }

    private func number(_ keyword: String, _ argument: JSONValue, _ value: JSONValue) -> String? {
        guard let number = value.double, let limit = argument.double else { return nil }
        switch keyword {
        case "minimum" where number < limit: return "is less than \(argument.text)"
        case "maximum" where number > limit: return "is more than \(argument.text)"
        case "exclusiveMinimum" where number <= limit: return "is not more than \(argument.text)"
        case "exclusiveMaximum" where number >= limit: return "is not less than \(argument.text)"
        case "multipleOf":
            let quotient = number / limit
            return quotient == quotient.rounded() ? nil : "is no multiple of \(argument.text)"
        default: return nil
        }
    }

    /// What is wrong by a keyword that has schemas of its own.
    private func inner(
        _ keyword: String, _ argument: JSONValue, _ keywords: [String: JSONValue], _ value: JSONValue,
        _ place: JSONLocation, depth: Int
    ) -> [Mismatch] {
        func problems(_ schema: JSONValue) -> [Mismatch] { self.problems(value, schema, place, depth: depth) }
        switch keyword {
        case "properties", "patternProperties", "additionalProperties", "propertyNames":
            return members(keyword, argument, keywords, value, place, depth: depth)
        case "items", "prefixItems", "contains": return items(keyword, argument, keywords, value, place, depth: depth)
        case "allOf": return (Self.list(argument) ?? []).flatMap(problems)
        case "anyOf":
            let isOne = (Self.list(argument) ?? []).contains { problems($0).isEmpty }
            return isOne ? [] : [Mismatch(place, "is as none of anyOf says", actual: value)]
        case "oneOf":
            let count = (Self.list(argument) ?? []).count { problems($0).isEmpty }
            return count == 1 ? [] : [Mismatch(place, "is as \(count) of oneOf say, not one", actual: value)]
        case "not":
            return problems(argument).isEmpty ? [Mismatch(place, "is as 'not' says", actual: value)] : []
        case "$ref": return Self.target(of: argument.string ?? "", in: root).map(problems) ?? []
        default: return []
        }
    }

    private func members(
        _ keyword: String, _ argument: JSONValue, _ keywords: [String: JSONValue], _ value: JSONValue,
        _ place: JSONLocation, depth: Int
    ) -> [Mismatch] {
        guard case .object(let members) = value else { return [] }
        return members.sorted { $0.key < $1.key }.flatMap { name, member -> [Mismatch] in
            let inner = place.appending(.name(name))
            switch keyword {
            case "properties": return argument[name].map { problems(member, $0, inner, depth: depth) } ?? []
            case "patternProperties":
                guard case .object(let patterns) = argument else { return [] }
                return patterns.filter { RegularExpression($0.key)?.matches(name, whole: false) ?? false }
                    .flatMap { problems(member, $0.value, inner, depth: depth) }
            case "propertyNames": return problems(.string(name), argument, inner, depth: depth)
            default:
                var isKnown = keywords["properties"]?[name] != nil
                if case .object(let patterns)? = keywords["patternProperties"] {
                    isKnown =
                        isKnown
                        || patterns.keys.contains { RegularExpression($0)?.matches(name, whole: false) ?? false }
                }
                return isKnown ? [] : problems(member, argument, inner, depth: depth)
            }
        }
    }

    private func items(
        _ keyword: String, _ argument: JSONValue, _ keywords: [String: JSONValue], _ value: JSONValue,
        _ place: JSONLocation, depth: Int
    ) -> [Mismatch] {
        guard case .array(let items) = value else { return [] }
        switch keyword {
        case "prefixItems":
            return zip(items, Self.list(argument) ?? []).enumerated().flatMap { index, pair in
                problems(pair.0, pair.1, place.appending(.index(index)), depth: depth)
            }
        case "contains":
            let isThere = items.contains { problems($0, argument, place, depth: depth).isEmpty }
            return isThere ? [] : [Mismatch(place, "has no item as 'contains' says", actual: value)]
        default:
            let first = Self.list(keywords["prefixItems"])?.count ?? 0
            return items.enumerated().dropFirst(first).flatMap { index, item in
                problems(item, argument, place.appending(.index(index)), depth: depth)
            }
        }
    }

    private func atLeast(_ argument: JSONValue, _ count: Int, _ what: String) -> String? {
        count < Int(argument.double ?? 0) ? "has \(count) \(what), fewer than \(argument.text)" : nil
    }

    private func atMost(_ argument: JSONValue, _ count: Int, _ what: String) -> String? {
        count > Int(argument.double ?? 0) ? "has \(count) \(what), more than \(argument.text)" : nil
    }

    private static func isType(_ name: String, _ value: JSONValue) -> Bool {
        switch value {
        case .null: name == "null"
        case .bool: name == "boolean"
        case .integer: name == "integer" || name == "number"
        case .number: name == "number"
        case .string: name == "string"
        case .array: name == "array"
        case .object: name == "object"
        }
    }
}
