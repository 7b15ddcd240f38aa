// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// Messages by a moment, the earliest first: a binary heap.
struct Deadlines {
    struct Entry {
        var moment: Timestamp
        var sequence: Int64

        fileprivate func precedes(_ other: Entry) -> Bool {
            (moment, sequence) < (other.moment, other.sequence)
        }
    }

    private var entries: [Entry] = []

    var first: Entry? { entries.first }

    mutating func insert(_ moment: Timestamp, _ sequence: Int64) {
        entries.append(Entry(moment: moment, sequence: sequence))
        var child = entries.count - 1
        while child > 0, case let parent = (child - 1) / 2, entries[child].precedes(entries[parent]) {
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while case let left = 2 * parent + 1, left < entries.count {
            let right = left + 1
            let child = right < entries.count && entries[right].precedes(entries[left]) ? right : left
            guard entries[child].precedes(entries[parent]) else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }

    mutating func removeAll() {
        entries = []
    }
}
