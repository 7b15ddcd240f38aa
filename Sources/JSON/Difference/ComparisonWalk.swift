// SPDX-License-Identifier: Apache-2.0

/// The way through two values side by side.
struct ComparisonWalk {
    /// What stands at the same place of both values, and the names of that place.
    ///
    /// The names differ where the items of an array have moved.
    struct Pair {
        let first: JSONValue
        let second: JSONValue
        let place: JSONLocation
        let otherPlace: JSONLocation

        init(_ first: JSONValue, _ second: JSONValue, _ place: JSONLocation, _ otherPlace: JSONLocation) {
            self.first = first
            self.second = second
            self.place = place
            self.otherPlace = otherPlace
        }

        func inner(
            _ first: JSONValue, _ second: JSONValue, _ step: JSONLocation.Step, _ otherStep: JSONLocation.Step? = nil
        ) -> Pair {
            Pair(first, second, place.appending(step), otherPlace.appending(otherStep ?? step))
        }
    }

    private let comparison: JSONComparison
    private let ignoredInFirst: Set<JSONLocation>
    private let ignoredInSecond: Set<JSONLocation>
    private(set) var differences: [JSONDifference] = []

    init(comparison: JSONComparison, first: JSONValue, second: JSONValue) {
        self.comparison = comparison
        ignoredInFirst = Set(comparison.ignored.flatMap { first.nodes(at: $0) }.map(\.location))
        ignoredInSecond = Set(comparison.ignored.flatMap { second.nodes(at: $0) }.map(\.location))
    }

    mutating func compare(_ pair: Pair) {
        guard !isIgnored(pair) else { return }
        switch (pair.first, pair.second) {
        case (.object(let first), .object(let second)): compareMembers(first, second, pair)
        case (.array(let first), .array(let second)): compareItems(first, second, pair)
        case (.string(let first), .string(let second)) where comparison.textsMatch?(first, second) == true: break
        default:
            guard pair.first != pair.second else { return }
            differences.append(JSONDifference(location: pair.place, before: pair.first, after: pair.second))
        }
    }

    private mutating func compareMembers(_ first: [String: JSONValue], _ second: [String: JSONValue], _ pair: Pair) {
        for name in Set(first.keys).union(second.keys).sorted() {
            let step = JSONLocation.Step.name(name)
            switch (first[name], second[name]) {
            case (let first?, let second?): compare(pair.inner(first, second, step))
            case (let first?, nil): removed(first, pair.place.appending(step))
            case (nil, let second?):
                if comparison.extent == .whole { added(second, pair.otherPlace.appending(step)) }
            case (nil, nil): break
            }
        }
    }

    private mutating func compareItems(_ first: [JSONValue], _ second: [JSONValue], _ pair: Pair) {
        let common = min(first.count, second.count)
        // The same number of items: each is compared with the one at its own position.
        let isAligned = first.count != second.count && comparison.extent == .whole
        let start = isAligned ? (0..<common).prefix { isSame(first, $0, second, $0, in: pair) }.count : 0
        let end =
            isAligned
            ? (0..<(common - start)).prefix {
                isSame(first, first.count - 1 - $0, second, second.count - 1 - $0, in: pair)
            }.count : 0
        for index in start..<(common - end) { compare(pair.inner(first[index], second[index], .index(index))) }
        for index in (common - end)..<(first.count - end) { removed(first[index], pair.place.appending(.index(index))) }
        for index in (common - end)..<(second.count - end) {
            added(second[index], pair.otherPlace.appending(.index(index)))
        }
    }

    private mutating func removed(_ value: JSONValue, _ place: JSONLocation) {
        guard !ignoredInFirst.contains(place) else { return }
        differences.append(JSONDifference(location: place, before: value, after: nil))
    }

    private mutating func added(_ value: JSONValue, _ place: JSONLocation) {
        guard !ignoredInSecond.contains(place) else { return }
        differences.append(JSONDifference(location: place, before: nil, after: value))
    }
}

// MARK: - Sameness

extension ComparisonWalk {
    private func isSame(
        _ first: [JSONValue], _ index: Int, _ second: [JSONValue], _ otherIndex: Int, in pair: Pair
    ) -> Bool {
        isSame(pair.inner(first[index], second[otherIndex], .index(index), .index(otherIndex)))
    }

    /// Whether two values do not differ, found out in one pass: arrays of another length do.
    private func isSame(_ pair: Pair) -> Bool {
        if isIgnored(pair) { return true }
        switch (pair.first, pair.second) {
        case (.object(let first), .object(let second)):
            return Set(first.keys).union(second.keys).allSatisfy { name in
                let step = JSONLocation.Step.name(name)
                guard let value = first[name] else { return ignoredInSecond.contains(pair.otherPlace.appending(step)) }
                guard let other = second[name] else { return ignoredInFirst.contains(pair.place.appending(step)) }
                return isSame(pair.inner(value, other, step))
            }
        case (.array(let first), .array(let second)):
            return first.count == second.count
                && first.indices.allSatisfy { isSame(first, $0, second, $0, in: pair) }
        case (.string(let first), .string(let second)) where comparison.textsMatch?(first, second) == true: return true
        default: return pair.first == pair.second
        }
    }

    private func isIgnored(_ pair: Pair) -> Bool {
        ignoredInFirst.contains(pair.place) || ignoredInSecond.contains(pair.otherPlace)
    }
}
