// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// Who sleeps until when: the earliest first, of one moment in the order in which they came.
struct Sleepers<Waiter> {
    private struct Entry {
        var deadline: Timestamp
        var id: Int

        func precedes(_ other: Entry) -> Bool { (deadline, id) < (other.deadline, other.id) }
    }

    private struct Sleeper {
        let waiter: Waiter
        let isCaller: Bool
    }

    /// A binary heap; those who were woken otherwise stay in it until they come first, or are too many.
    private var entries: [Entry] = []
    private var sleepers: [Int: Sleeper] = [:]
    /// Those who have something to do at their moment.
    private(set) var workCount = 0

    /// When the first is due.
    mutating func first() -> Timestamp? {
        while let first = entries.first {
            if sleepers[first.id] != nil { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// - Parameters:
    ///   - id: greater than all before it.
    ///   - isCaller: whether it only waits no longer than that.
    mutating func add(_ waiter: Waiter, _ id: Int, until deadline: Timestamp, isCaller: Bool) {
        sleepers[id] = Sleeper(waiter: waiter, isCaller: isCaller)
        if !isCaller { workCount += 1 }
        insert(Entry(deadline: deadline, id: id))
    }

    /// Takes one out before its time; nil when it is not there any more.
    mutating func remove(_ id: Int) -> Waiter? {
        guard let sleeper = sleepers.removeValue(forKey: id) else { return nil }
        if !sleeper.isCaller { workCount -= 1 }
        if entries.count > 2 * sleepers.count + 64 {
            entries = entries.filter { sleepers[$0.id] != nil }.sorted { $0.precedes($1) }
        }
        return sleeper.waiter
    }

    /// Takes out those whose moment has come.
    mutating func due(at now: Timestamp) -> [Waiter] {
        var due: [Waiter] = []
        while let entry = entries.first, entry.deadline <= now {
            removeFirst()
            if let waiter = remove(entry.id) { due.append(waiter) }
        }
        return due
    }

    /// Takes out everyone.
    mutating func removeAll() -> [Waiter] {
        let all = sleepers.sorted { $0.key < $1.key }.map(\.value.waiter)
        self = Sleepers()
        return all
    }

    private mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, case let parent = (child - 1) / 2, entries[child].precedes(entries[parent]) {
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func removeFirst() {
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
}
