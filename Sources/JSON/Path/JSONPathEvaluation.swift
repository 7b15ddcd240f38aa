// SPDX-License-Identifier: Apache-2.0

/// Applies a path to a value.
struct JSONPathEvaluation {
    let root: JSONValue

    /// What a query finds, in order.
    func nodes(of query: JSONPath.Query, at item: JSONValue) -> [JSONNode] {
        var nodes = [JSONNode(location: .root, value: query.isRelative ? item : root)]
        for segment in query.segments {
            var next: [JSONNode] = []
            for node in nodes { apply(segment, to: node, &next) }
            nodes = next
        }
        return nodes
    }

    private func apply(_ segment: JSONPath.Segment, to node: JSONNode, _ found: inout [JSONNode]) {
        for selector in segment.selectors { apply(selector, to: node, &found) }
        guard segment.isDescendant else { return }
        for child in node.children { apply(segment, to: child, &found) }
    }

    private func apply(_ selector: JSONPath.Selector, to node: JSONNode, _ found: inout [JSONNode]) {
        switch (selector, node.value) {
        case (.name(let name), .object(let members)):
            if let value = members[name] { found.append(node.child(.name(name), value)) }
        case (.index(let index), .array(let items)):
            let index = index < 0 ? items.count + index : index
            if items.indices.contains(index) { found.append(node.child(.index(index), items[index])) }
        case (.slice(let start, let end, let step), .array(let items)):
            for index in Self.indexes(start, end, step, count: items.count) {
                found.append(node.child(.index(index), items[index]))
            }
        case (.wildcard, _): found += node.children
        case (.filter(let condition), _): found += node.children.filter { holds(condition, for: $0.value) }
        default: break
        }
    }

    /// The positions that a slice selects (RFC 9535, 2.3.4.2.2).
    private static func indexes(_ start: Int?, _ end: Int?, _ step: Int, count: Int) -> StrideTo<Int> {
        func clamped(_ index: Int, _ low: Int, _ high: Int) -> Int {
            min(max(index < 0 ? count + index : index, low), high)
        }
        guard step != 0 else { return stride(from: 0, to: 0, by: 1) }
        if step > 0 {
            return stride(
                from: start.map { clamped($0, 0, count) } ?? 0, to: end.map { clamped($0, 0, count) } ?? count,
                by: step)
        }
        return stride(
            from: start.map { clamped($0, -1, count - 1) } ?? count - 1,
            to: end.map { clamped($0, -1, count - 1) } ?? -1,
            by: step)
    }
}

// MARK: - Filters

extension JSONPathEvaluation {
    func holds(_ condition: JSONPath.Condition, for item: JSONValue) -> Bool {
        switch condition {
        case .any(let conditions): return conditions.contains { holds($0, for: item) }
        case .all(let conditions): return conditions.allSatisfy { holds($0, for: item) }
        case .not(let condition): return !holds(condition, for: item)
        case .exists(let query): return !nodes(of: query, at: item).isEmpty
        case .compare(let left, let comparison, let right):
            return Self.compare(value(of: left, at: item), comparison, value(of: right, at: item))
        case .matches(let operand, let pattern, let whole):
            guard let text = value(of: operand, at: item)?.string, let pattern = value(of: pattern, at: item)?.string
            else { return false }
            return RegularExpression(pattern)?.matches(text, whole: whole) ?? false
        }
    }

    /// The value of an operand, nil for nothing.
    private func value(of operand: JSONPath.Operand, at item: JSONValue) -> JSONValue? {
        switch operand {
        case .literal(let value): return value
        case .value(let query):
            let nodes = nodes(of: query, at: item)
            return nodes.count == 1 ? nodes[0].value : nil
        case .count(let query): return .integer(Int64(nodes(of: query, at: item).count))
        case .length(let operand):
            switch value(of: operand, at: item) {
            case .string(let text): return .integer(Int64(text.unicodeScalars.count))
            case .array(let items): return .integer(Int64(items.count))
            case .object(let members): return .integer(Int64(members.count))
            default: return nil
            }
        }
    }

    private static func compare(_ left: JSONValue?, _ comparison: JSONPath.Comparison, _ right: JSONValue?) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: isLess(left, right)
        case .lessOrEqual: isLess(left, right) || left == right
        case .greater: isLess(right, left)
        case .greaterOrEqual: isLess(right, left) || left == right
        }
    }

    private static func isLess(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        case (.integer(let left), .integer(let right)): return left < right
        default:
            guard let left = left?.double, let right = right?.double else { return false }
            return left < right
        }
    }
}

extension JSONNode {
    func child(_ step: JSONLocation.Step, _ value: JSONValue) -> JSONNode {
        JSONNode(location: location.appending(step), value: value)
    }

    /// The members by their names, or the items.
    var children: [JSONNode] {
        switch value {
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { child(.name($0.key), $0.value) }
        case .array(let items): items.enumerated().map { child(.index($0.offset), $0.element) }
        default: []
        }
    }
}
