// SPDX-License-Identifier: Apache-2.0
import Buffers
public import JSON

/// Compares what runs left behind with what they would leave behind if each event came once and in order; pure.
///
/// Differences are named by their JSON paths in documents with the members `outcome` (or `outcomes`), `objects` and
/// `calls`.
public struct AuditComparison: Sendable {
    /// Where events come to something else each time they run, whatever is done to them: paths without positions.
    public typealias Places = Set<String>

    private let comparison: RunComparison

    /// - Parameter ignored: what may differ, besides what is known to vary.
    public init(ignoring ignored: [JSONPath] = []) {
        comparison = RunComparison(ignoring: ignored)
    }

    /// Where the same run comes to something else a second time, in the same state.
    public func varyingPlaces(_ one: Aftermath, _ same: Aftermath, of event: AuditedEvent) -> Places {
        Set(found(one, same, [event]).map { Self.place($0.path) })
    }

    /// Where two ways to run some events differ in what they leave behind; empty when they do not.
    ///
    /// - Parameter places: what differs there is left out.
    public func differences(
        _ plain: Aftermath, _ other: Aftermath, of events: [AuditedEvent], leavingOut places: Places
    ) -> [ReplayDifference] {
        found(plain, other, events).filter { difference in
            let place = Self.place(difference.path)
            return !places.contains { place == $0 || place.hasPrefix("\($0).") || place.hasPrefix("\($0)[") }
        }
    }

    private func found(_ one: Aftermath, _ other: Aftermath, _ events: [AuditedEvent]) -> [ReplayDifference] {
        // What any of the events brings does not vary.
        var brought = BytesBuilder(capacity: events.reduce(0) { $0 + $1.payload.count + 1 })
        for event in events {
            brought.append(contentsOf: event.payload.array)
            brought.append("\n")
        }
        let event = brought.finish()
        let isCollapsed = events.allSatisfy(\.makesAnew)
        return comparison.differences(
            one.document(varying: VaryingParts(event: event, times: one.times), isCollapsed: isCollapsed),
            other.document(varying: VaryingParts(event: event, times: other.times), isCollapsed: isCollapsed))
    }

    /// `$.calls[*].payload` of `$.calls[3].payload`.
    private static func place(_ path: String) -> String {
        var place = ""
        var rest = path[...]
        while let open = rest.firstIndex(of: "[") {
            let inside = rest[rest.index(after: open)...]
            place += rest[...open]
            guard let close = inside.firstIndex(of: "]"), close > inside.startIndex,
                inside[..<close].utf8.allSatisfy({ (48...57).contains($0) })
            else {
                rest = inside
                continue
            }
            place += "*]"
            rest = inside[inside.index(after: close)...]
        }
        return place + rest
    }
}
