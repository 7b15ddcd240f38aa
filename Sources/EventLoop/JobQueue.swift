// SPDX-License-Identifier: Apache-2.0

/// Jobs in the order in which they came.
///
/// Popping costs no move: the storage is given back when the queue runs empty.
struct JobQueue {
    private var jobs: [UnownedJob] = []
    private var head = 0

    var isEmpty: Bool { head == jobs.count }

    mutating func append(_ job: UnownedJob) {
        jobs.append(job)
    }

    mutating func append(contentsOf more: consuming JobQueue) {
        jobs.append(contentsOf: more.jobs[more.head...])
    }

    mutating func popFirst() -> UnownedJob? {
        guard head < jobs.count else { return nil }
        defer {
            head += 1
            if head == jobs.count {
                jobs.removeAll(keepingCapacity: true)
                head = 0
            }
        }
        return jobs[head]
    }
}
