// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

private typealias Work = Int
/// Where the clock does not matter.
private let t0 = MonotonicTime(nanoseconds: 0)

extension Dispatcher.Arrival {
    fileprivate var started: [Int] {
        if case .queued(let changes) = self { changes.start.map(\.environment) } else { [] }
    }
    fileprivate var retired: [Int] { if case .queued(let changes) = self { changes.retire } else { [] } }
    fileprivate var assigned: Int? { if case .assigned(let environment) = self { environment } else { nil } }
    fileprivate var isThrottled: Bool { throttled != nil }
    fileprivate var throttled: ThrottleReason? { if case .throttled(let reason) = self { reason } else { nil } }
}

extension Dispatcher.Next {
    fileprivate var work: Work? { if case .assigned(let work) = self { work } else { nil } }
    fileprivate var isIdle: Bool { if case .idle = self { true } else { false } }
    fileprivate var isRetire: Bool { if case .retire = self { true } else { false } }
}

@Suite("The dispatcher")
struct DispatcherTests {
    @Test("Work starts an environment, and the next work uses it again")
    func warmReuse() throws {
        var dispatcher = Dispatcher<Int>()
        #expect(dispatcher.workArrived(10, for: 1, of: 1, at: t0).started == [1])
        #expect(dispatcher.environmentReady(1, at: t0).next.work == 10)
        #expect(dispatcher.environmentFreed(1, at: t0).next.isIdle)
        #expect(dispatcher.workArrived(11, for: 1, of: 1, at: t0).assigned == 1)
        #expect(dispatcher.concurrency == 1)
    }

    @Test("Work that comes for a version after its retirement is done all the same")
    func lateWork() {
        var dispatcher = Dispatcher<Int>()
        _ = dispatcher.workArrived(1, for: 1, of: 1, at: t0)
        #expect(dispatcher.environmentReady(1, at: t0).next.work == 1)
        _ = dispatcher.versionRetired(1, successor: 2, at: t0)
        #expect(dispatcher.workArrived(2, for: 1, of: 1, at: t0).started == [2])
        #expect(dispatcher.environmentReady(2, at: t0).next.work == 2)
        #expect(dispatcher.environmentFreed(2, at: t0).next.isRetire)
    }

    @Test("The environment that became idle last is used first")
    func lastInFirstOut() {
        var dispatcher = Dispatcher<Int>()
        for work in 0..<3 { _ = dispatcher.workArrived(work, for: 1, of: 1, at: t0) }
        for work in 0..<3 { #expect(dispatcher.environmentReady(work + 1, at: t0).next.work == work) }
        for environment in [2, 3, 1] { #expect(dispatcher.environmentFreed(environment, at: t0).next.isIdle) }
        #expect(dispatcher.workArrived(9, for: 1, of: 1, at: t0).assigned == 1)
        #expect(dispatcher.workArrived(9, for: 1, of: 1, at: t0).assigned == 3)
    }

    @Test("Work that waits is taken by whichever environment is free first, in the order of arrival")
    func firstInFirstOut() {
        var dispatcher = Dispatcher<Int>()
        _ = dispatcher.workArrived(1, for: 1, of: 1, at: t0)
        #expect(dispatcher.environmentReady(1, at: t0).next.work == 1)
        #expect(dispatcher.workArrived(2, for: 1, of: 1, at: t0).started == [2])
        #expect(dispatcher.workArrived(3, for: 1, of: 1, at: t0).started == [3])
        #expect(dispatcher.environmentFreed(1, at: t0).next.work == 2)
        #expect(dispatcher.environmentFreed(1, at: t0).next.work == 3)
        // The environments that were started for them find nothing to do.
        #expect(dispatcher.environmentReady(2, at: t0).next.isIdle)
    }

    @Test("What the account's concurrency does not allow is throttled, what the machine does not allow waits")
    func limits() {
        var dispatcher = Dispatcher<Int>(limits: .init(concurrency: 3, environments: 1))
        #expect(dispatcher.workArrived(1, for: 1, of: 1, at: t0).started == [1])
        #expect(dispatcher.workArrived(2, for: 1, of: 1, at: t0).started.isEmpty)
        #expect(dispatcher.workArrived(3, for: 1, of: 1, at: t0).started.isEmpty)
        #expect(dispatcher.workArrived(4, for: 1, of: 1, at: t0).isThrottled)
        #expect(dispatcher.environmentReady(1, at: t0).next.work == 1)
        #expect(dispatcher.environmentFreed(1, at: t0).next.work == 2)
        #expect(!dispatcher.workArrived(5, for: 1, of: 1, at: t0).isThrottled)
    }

    @Test("An attached environment has all of its version's work, one after the other, and is never ended for others")
    func attached() {
        var dispatcher = Dispatcher<Int>(limits: .init(environments: 2))
        let attached = dispatcher.environmentAttached(1, of: 1)
        for work in 1...3 {
            let arrival = dispatcher.workArrived(work, for: 1, of: 1, at: t0)
            #expect(arrival.started.isEmpty && arrival.assigned == nil && !arrival.isThrottled)
        }
        #expect(dispatcher.environmentReady(attached, at: t0).next.work == 1)
        #expect(dispatcher.workArrived(4, for: 1, of: 1, at: t0).started.isEmpty)
        for work in 2...4 { #expect(dispatcher.environmentFreed(attached, at: t0).next.work == work) }
        #expect(dispatcher.environmentFreed(attached, at: t0).next.isIdle)
        // The machine is full with two, of which the other one goes.
        let other = dispatcher.workArrived(5, for: 2, of: 2, at: t0).started[0]
        _ = dispatcher.environmentReady(other, at: t0)
        _ = dispatcher.environmentFreed(other, at: t0)
        #expect(dispatcher.workArrived(6, for: 3, of: 3, at: t0).retired == [other])
        #expect(dispatcher.workArrived(7, for: 1, of: 1, at: t0).assigned == attached)
    }

    @Test("A full machine makes room by ending the environment that has been idle longest")
    func eviction() {
        var dispatcher = Dispatcher<Int>(limits: .init(environments: 2))
        for version in 1...2 {
            _ = dispatcher.workArrived(version, for: version, of: 1, at: t0)
            _ = dispatcher.environmentReady(version, at: t0)
        }
        #expect(dispatcher.environmentFreed(2, at: t0).next.isIdle)
        #expect(dispatcher.environmentFreed(1, at: t0).next.isIdle)
        let arrival = dispatcher.workArrived(3, for: 3, of: 1, at: t0)
        #expect(arrival.retired == [2] && arrival.started.isEmpty)
        // Room is on its way: nothing else has to end.
        #expect(dispatcher.workArrived(4, for: 1, of: 1, at: t0).assigned == 1)
        let changes = dispatcher.environmentEnded(2, at: t0)
        #expect(changes.start.map(\.version) == [3])
    }

    @Test("An environment does not stay warm while another version waits for room")
    func roomForOthers() {
        var dispatcher = Dispatcher<Int>(limits: .init(environments: 1))
        _ = dispatcher.workArrived(1, for: 1, of: 1, at: t0)
        _ = dispatcher.environmentReady(1, at: t0)
        #expect(dispatcher.workArrived(2, for: 2, of: 1, at: t0).started.isEmpty)
        #expect(dispatcher.environmentFreed(1, at: t0).next.isRetire)
        #expect(dispatcher.environmentEnded(1, at: t0).start.map(\.version) == [2])
    }

    @Test("A failed init takes one piece of work, or none")
    func failedInit() {
        var dispatcher = Dispatcher<Int>()
        _ = dispatcher.workArrived(1, for: 1, of: 1, at: t0)
        #expect(dispatcher.environmentInitFailed(1, at: t0).next.work == 1)
        #expect(dispatcher.environmentEnded(1, at: t0).isEmpty)
        #expect(dispatcher.concurrency == 0)
        _ = dispatcher.workArrived(2, for: 1, of: 1, at: t0)
        #expect(dispatcher.workArrived(3, for: 1, of: 1, at: t0).started == [3])
        #expect(dispatcher.environmentReady(2, at: t0).next.work == 2)
        #expect(dispatcher.environmentFreed(2, at: t0).next.work == 3)
        #expect(dispatcher.environmentInitFailed(3, at: t0).next.isRetire)
    }

    @Test("An environment that ends while it starts is replaced as long as work waits")
    func endedWhileStarting() {
        var dispatcher = Dispatcher<Int>()
        _ = dispatcher.workArrived(1, for: 1, of: 1, at: t0)
        #expect(dispatcher.environmentEnded(1, at: t0).start.map(\.version) == [1])
    }

    // LocalStack's recorded snapshot of AWS, test_async_invoke_queue_upon_function_update: what is queued runs new
    // code.
    @Test("What waits for a revision that is replaced goes to its successor")
    func retiredVersion() {
        var dispatcher = Dispatcher<Int>(limits: .init(environments: 1))
        _ = dispatcher.workArrived(1, for: 1, of: 1, at: t0)
        _ = dispatcher.environmentReady(1, at: t0)
        _ = dispatcher.workArrived(2, for: 1, of: 1, at: t0)
        let (orphans, changes) = dispatcher.versionRetired(1, successor: 2, at: t0)
        #expect(orphans.isEmpty && changes.isEmpty)
        #expect(dispatcher.environmentFreed(1, at: t0).next.isRetire)
        #expect(dispatcher.environmentEnded(1, at: t0).start.map(\.version) == [2])
        #expect(dispatcher.environmentReady(2, at: t0).next.work == 2)
    }

    @Test("What waits for a function that is deleted is given back")
    func deletedVersion() {
        var dispatcher = Dispatcher<Int>()
        _ = dispatcher.workArrived(1, for: 1, of: 1, at: t0)
        _ = dispatcher.environmentReady(1, at: t0)
        _ = dispatcher.environmentFreed(1, at: t0)
        _ = dispatcher.workArrived(2, for: 1, of: 1, at: t0)
        _ = dispatcher.workArrived(3, for: 1, of: 1, at: t0)
        let (orphans, changes) = dispatcher.versionRetired(1, successor: nil, at: t0)
        #expect(orphans == [3] && changes.retire.isEmpty)
        #expect(dispatcher.environmentFreed(1, at: t0).next.isRetire)
        #expect(dispatcher.environmentReady(2, at: t0).next.isRetire)
        _ = dispatcher.environmentEnded(1, at: t0)
        _ = dispatcher.environmentEnded(2, at: t0)
        #expect(dispatcher.concurrency == 0 && dispatcher.liveEnvironments == 0)
    }
}
