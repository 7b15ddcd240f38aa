// SPDX-License-Identifier: Apache-2.0

/// Jobs in the order in which they came.
///
/// Popping costs next to no move: what was popped is given back when the queue runs empty, or when it is much and the
/// better part: jobs that always make more of them may never let it run empty.
struct JobQueue {
    /// How much may have been popped before what is left is moved to the front.
    private static let slack = 4096

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
            } else if head >= Self.slack, head * 2 >= jobs.count {
                jobs.removeFirst(head)
                head = 0
            }
        }
        return jobs[head]
    }
}
