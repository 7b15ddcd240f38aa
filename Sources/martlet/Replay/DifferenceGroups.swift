// SPDX-License-Identifier: Apache-2.0
import JSON
import Replay
import ServiceProtocols

/// The events that came to something else than recorded, those together that differ in the same way.
struct DifferenceGroups {
    private struct Way: Hashable {
        let function: String
        /// How it ends now, when it ended otherwise; nil when only the result is another.
        let outcome: String?
        /// Empty when it ended otherwise.
        let places: [String]
    }

    private struct Group {
        var count = 0
        /// The first of them.
        let example: ReplayResult
    }

    private static let shownGroups = 10
    private static let shownPlaces = 2
    private static let longestText = 80

    private var groups: [Way: Group] = [:]
    private(set) var first: ReplayResult?

    mutating func add(_ result: ReplayResult) {
        guard result.agreement == .different else { return }
        if first == nil { first = result }
        let hasOtherEnd = result.differences.contains { $0.path == "$.outcome" }
        let way = Way(
            function: result.function,
            outcome: hasOtherEnd ? "\(result.outcome.rawValue) \(result.error ?? "")" : nil,
            places: hasOtherEnd ? [] : Set(result.differences.map { DifferenceText.place($0.path) }).sorted())
        groups[way, default: Group(example: result)].count += 1
    }

    /// One line for each way; nil when there is no more than one event, which is shown in full elsewhere.
    var table: TextTable? {
        guard groups.values.reduce(0, { $0 + $1.count }) > 1 else { return nil }
        var table = TextTable([("events", .right), ("function", .left), ("what differs", .left), ("such as", .right)])
        let sorted = groups.sorted {
            ($1.value.count, $0.key.function, $0.value.example.id) < (
                $0.value.count, $1.key.function, $1.value.example.id
            )
        }
        for (way, group) in sorted.prefix(Self.shownGroups) {
            table.add([
                TextTable.Cell(Figures.grouped(group.count)), TextTable.Cell(way.function),
                TextTable.Cell(Self.words(way, group.example)), TextTable.Cell(group.example.id),
            ])
        }
        return table
    }

    private static func words(_ way: Way, _ example: ReplayResult) -> String {
        func value(_ path: String) -> ReplayDifference? { example.differences.first { $0.path == path } }
        guard way.outcome == nil else {
            let before = value("$.outcome")?.left?.string ?? "something else"
            let message = value("$.result.errorMessage")?.right?.string
            let error = [example.error, message].compactMap(\.self).joined(separator: ": ")
            return short("\(before), now \(example.outcome.rawValue)\(error.isEmpty ? "" : " with \(error)")")
        }
        if let only = example.differences.first, example.differences.count == 1 {
            return short("\(only.path): \(only.left?.text ?? "nothing"), now \(only.right?.text ?? "nothing")")
        }
        let rest = way.places.count - shownPlaces
        return way.places.prefix(shownPlaces).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    private static func short(_ text: String) -> String {
        text.count > longestText ? "\(text.prefix(longestText - 1))…" : text
    }
}
