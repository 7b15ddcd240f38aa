// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

/// Records by what caused them.
public struct RecordTree: Sendable, Equatable {
    /// A record, and what it caused, in order.
    public struct Node: Sendable, Equatable {
        /// The record.
        public var record: JournalRecord
        /// What it caused.
        public var children: [Node]
    }

    /// Those whose cause came from outside, or is not kept any more.
    public let roots: [Node]

    /// Arranges records, in any order.
    public init(_ records: [JournalRecord]) {
        let sorted = records.sorted { $0.id < $1.id }
        let known = Set(sorted.map(\.id))
        let children = Dictionary(grouping: sorted.filter { $0.cause != nil }) { $0.cause ?? 0 }
        // A cause has a smaller number than what it causes: there is no way round in a circle.
        func node(_ record: JournalRecord) -> Node {
            Node(record: record, children: (children[record.id] ?? []).filter { $0.id > record.id }.map(node))
        }
        roots = sorted.filter { record in
            guard let cause = record.cause else { return true }
            return !known.contains(cause) || cause >= record.id
        }.map(node)
    }

    /// Every record with how deep it lies, from the top to the bottom.
    public var lines: [(depth: Int, record: JournalRecord)] {
        func lines(_ node: Node, _ depth: Int) -> [(depth: Int, record: JournalRecord)] {
            [(depth, node.record)] + node.children.flatMap { lines($0, depth + 1) }
        }
        return roots.flatMap { lines($0, 0) }
    }
}
