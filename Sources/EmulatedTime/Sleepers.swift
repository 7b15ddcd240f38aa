// SPDX-License-Identifier: Apache-2.0
import HeapModule
import ServiceProtocols

/// Who sleeps until when: the earliest first, of one moment in the order in which they came.
struct Sleepers<Waiter> {
    private struct Entry: Comparable {
        var deadline: Timestamp
        var id: Int

        static func < (one: Entry, other: Entry) -> Bool { (one.deadline, one.id) < (other.deadline, other.id) }
    }

    private struct Sleeper {
        let waiter: Waiter
        let isCaller: Bool
    }

    /// Those who were woken otherwise stay in it until they come first, or are too many.
    private var entries = Heap<Entry>()
    private var sleepers: [Int: Sleeper] = [:]
    /// Those who have something to do at their moment.
    private(set) var workCount = 0

    /// When the first is due.
    mutating func first() -> Timestamp? {
        while let first = entries.min {
            if sleepers[first.id] != nil { return first.deadline }
            entries.removeMin()
        }
        return nil
    }

    /// - Parameters:
    ///   - id: greater than all before it.
    ///   - isCaller: whether it only waits no longer than that.
    mutating func add(_ waiter: Waiter, _ id: Int, until deadline: Timestamp, isCaller: Bool) {
        sleepers[id] = Sleeper(waiter: waiter, isCaller: isCaller)
        if !isCaller { workCount += 1 }
        entries.insert(Entry(deadline: deadline, id: id))
    }

    /// Takes one out before its time; nil when it is not there any more.
    mutating func remove(_ id: Int) -> Waiter? {
        guard let sleeper = sleepers.removeValue(forKey: id) else { return nil }
        if !sleeper.isCaller { workCount -= 1 }
        if entries.count > 2 * sleepers.count + 64 {
            entries = Heap(entries.unordered.filter { sleepers[$0.id] != nil })
        }
        return sleeper.waiter
    }

    /// Takes out those whose moment has come.
    mutating func due(at now: Timestamp) -> [Waiter] {
        var due: [Waiter] = []
        while let entry = entries.min, entry.deadline <= now {
            entries.removeMin()
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
}
