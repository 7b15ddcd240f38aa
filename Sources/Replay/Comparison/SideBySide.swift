// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import JSON

/// What one event came to on two sides.
public struct SideBySide: Sendable, Equatable {
    /// The event's ``ReplayEvent/id``.
    public var id: String
    /// The first side, or what was recorded.
    public var left: ReplayResult
    /// The second side.
    public var right: ReplayResult
    /// How far they are the same.
    public var agreement: Agreement
    /// Where they differ.
    public var differences: [ReplayDifference]

    /// - Parameter differences: none when they are the same but for what varies.
    public init(id: String, left: ReplayResult, right: ReplayResult, differences: [ReplayDifference]) {
        self.id = id
        self.left = left
        self.right = right
        self.differences = differences
        let isIdentical = left.outcome == right.outcome && left.digest == right.digest && left.size == right.size
        agreement = !differences.isEmpty ? .different : isIdentical ? .identical : .same
    }

    /// Both as one line of JSON.
    public var json: [UInt8] {
        var json = JSONObjectWriter()
        json.add("id", id)
        json.add("agreement", agreement.rawValue)
        json.add("differences", json: JSONValue.array(differences.map(\.json)).text.utf8)
        json.add("left", json: left.json)
        json.add("right", json: right.json)
        return json.finish()
    }

    /// Reads what ``json`` wrote; nil for anything else.
    public init?(_ value: JSONValue) {
        guard let id = value["id"]?.string, let left = value["left"].flatMap(ReplayResult.init),
            let right = value["right"].flatMap(ReplayResult.init), case .array(let found)? = value["differences"]
        else { return nil }
        self.init(id: id, left: left, right: right, differences: found.compactMap(ReplayDifference.init))
    }
}
