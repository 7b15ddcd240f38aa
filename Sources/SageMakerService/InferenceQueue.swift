// SPDX-License-Identifier: Apache-2.0

/// Whose turn it is: requests run in the order in which they came, a limited number at once.
///
/// Pure.
struct InferenceQueue: Sendable {
    private let width: Int
    private var waiting: [Int64] = []
    private var running: Set<Int64> = []

    /// - Parameter width: how many run at once.
    init(width: Int) {
        self.width = width
    }

    /// - Returns: the requests whose turn has come.
    mutating func add(_ id: Int64) -> [Int64] {
        waiting.append(id)
        return startable()
    }

    /// - Returns: the requests whose turn has come.
    mutating func finished(_ id: Int64) -> [Int64] {
        running.remove(id)
        return startable()
    }

    /// Takes a request out that has waited too long.
    ///
    /// - Returns: false when it does not wait any more.
    mutating func withdraw(_ id: Int64) -> Bool {
        guard let index = waiting.firstIndex(of: id) else { return false }
        waiting.remove(at: index)
        return true
    }

    private mutating func startable() -> [Int64] {
        let started = Array(waiting.prefix(max(0, width - running.count)))
        waiting.removeFirst(started.count)
        running.formUnion(started)
        return started
    }
}
