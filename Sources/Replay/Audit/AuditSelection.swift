// SPDX-License-Identifier: Apache-2.0
import Randomness

/// Which events an audit repeats, and which change places; pure, and the same for the same seed.
public struct AuditSelection: Sendable, Equatable {
    /// Two events, by their positions, the first one before the second.
    public struct Pair: Sendable, Hashable {
        /// The one that came first.
        public var first: Int
        /// The one that came later.
        public var second: Int

        /// A pair of positions.
        public init(_ first: Int, _ second: Int) {
            self.first = first
            self.second = second
        }
    }

    /// The positions of the events that are repeated, in order.
    public private(set) var events: [Int]
    /// The pairs that change places, in order.
    public private(set) var pairs: [Pair]

    /// - Parameters:
    ///   - events: all, in the order in which they came.
    ///   - touched: what the run of each touched.
    ///   - limit: how many events, and how many pairs, at most.
    public init(_ events: [AuditedEvent], touched: [TouchedObjects], limit: Int, seed: UInt64) {
        precondition(events.count == touched.count, "each event touched something or nothing")
        var draw = SplitMix64(seed: seed)
        self.events = Self.chosen(Array(events.indices), limit, &draw).sorted()
        let candidates = Self.candidates(events, touched, &draw).sorted {
            ($0.first, $0.second) < ($1.first, $1.second)
        }
        pairs = Self.chosen(candidates, limit, &draw).sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    private static func chosen<Item>(_ items: [Item], _ limit: Int, _ draw: inout SplitMix64) -> [Item] {
        items.count <= limit ? items : Array(items.shuffled(using: &draw).prefix(limit))
    }

    /// Of those that touch the same thing: each with the next one, which it may easily meet, and with a later one.
    private static func candidates(
        _ events: [AuditedEvent], _ touched: [TouchedObjects], _ draw: inout SplitMix64
    ) -> Set<Pair> {
        var users: [String: [Int]] = [:]
        for position in events.indices where events[position].isUnordered {
            for name in touched[position].visible.union(touched[position].read) {
                users[name, default: []].append(position)
            }
        }
        var pairs: Set<Pair> = []
        for (_, positions) in users.sorted(by: { $0.key < $1.key }) {
            for (index, first) in positions.enumerated().dropLast() {
                let later = positions[(index + 1)...]
                for second in [later.first, later.randomElement(using: &draw)].compactMap(\.self)
                where touched[first].meets(touched[second]) && events[first].mayFollow(events[second]) {
                    pairs.insert(Pair(first, second))
                }
            }
        }
        return pairs
    }
}

extension AuditedEvent {
    /// Whether it may come after one that it came before, and whether somebody would notice.
    fileprivate func mayFollow(_ other: AuditedEvent) -> Bool {
        !other.causes.contains(id) && payload != other.payload
    }
}
