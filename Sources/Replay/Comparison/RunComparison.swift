// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import JSON

/// Compares what an event came to on two sides, leaving out what varies from one run to the next; pure.
///
/// Both sides are documents with the members `outcome`, `error`, `result`, `log` and `effects`, and differences are
/// named by their JSON paths there.
public struct RunComparison: Sendable {
    /// What may differ, besides what is known to vary.
    public var ignored: [JSONPath]

    /// A comparison that ignores what is found at some paths.
    public init(ignoring ignored: [JSONPath] = []) {
        self.ignored = ignored
    }

    /// Where two sides differ; empty when they do not.
    public func differences(_ left: Observation, _ right: Observation, event: Bytes) -> [ReplayDifference] {
        differences(
            left.document(varying: VaryingParts(event: event, times: left.times, target: left.target)),
            right.document(varying: VaryingParts(event: event, times: right.times, target: right.target)))
    }

    /// Where two documents differ, each as it is and with placeholders for what varies.
    func differences(
        _ one: (plain: JSONValue, masked: JSONValue), _ other: (plain: JSONValue, masked: JSONValue)
    ) -> [ReplayDifference] {
        JSONComparison(ignoring: ignored).differences(from: one.masked, to: other.masked).map { found in
            ReplayDifference(
                path: found.location.description,
                left: original(found.before, found.location, one), right: original(found.after, found.location, other))
        }
    }

    /// What stood there before placeholders came in, where that can be told: items of arrays may have moved.
    private func original(
        _ found: JSONValue?, _ location: JSONLocation, _ side: (plain: JSONValue, masked: JSONValue)
    ) -> JSONValue? {
        guard let found, side.masked[location] == found else { return found }
        return side.plain[location] ?? found
    }
}

/// One place where two sides differ.
public struct ReplayDifference: Sendable, Equatable, Codable {
    /// Where: a JSON path, `$.result.status` say.
    public var path: String
    /// What the first side has there; nil for nothing.
    public var left: JSONValue?
    /// What the second side has there; nil for nothing.
    public var right: JSONValue?

    /// A difference of which at least one side has something.
    public init(path: String, left: JSONValue?, right: JSONValue?) {
        self.path = path
        self.left = left
        self.right = right
    }

    /// `{"path": "$.result", "left": 1, "right": 2}`.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["path": .string(path)]
        members["left"] = left
        members["right"] = right
        return .object(members)
    }

    init?(_ value: JSONValue) {
        guard let path = value["path"]?.string else { return nil }
        self.init(path: path, left: value["left"], right: value["right"])
    }
}

/// How far two sides are the same.
public enum Agreement: String, Sendable, CaseIterable {
    /// The same end, and the same bytes.
    case identical
    /// The same, but for what is known to vary and what was to be ignored.
    case same
    /// Not the same.
    case different
}
