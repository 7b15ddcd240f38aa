// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

private let t0 = MonotonicTime(nanoseconds: 0)

extension Dispatcher.Next {
    fileprivate var work: Work? { if case .assigned(let work) = self { work } else { nil } }
    fileprivate var isRetire: Bool { if case .retire = self { true } else { false } }
}

extension Dispatcher.Arrival {
    fileprivate var assigned: Int? { if case .assigned(let environment) = self { environment } else { nil } }
    fileprivate var throttled: ThrottleReason? { if case .throttled(let reason) = self { reason } else { nil } }
}

// https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
@Suite("Provisioned environments")
struct ProvisioningTests {
    private func dispatcher(provisioned count: Int, environments: Int = 64) -> Dispatcher<Int> {
        var dispatcher = Dispatcher<Int>(limits: .init(environments: environments))
        let changes = dispatcher.provisionedSet(count, for: 1, of: 1, at: t0)
        #expect(changes.start.map(\.environment) == Array(1...count))
        for environment in 1...count { _ = dispatcher.environmentReady(environment, at: t0) }
        return dispatcher
    }

    @Test("They take work first, and what finds none of them free goes to one on demand")
    func spillover() {
        var dispatcher = dispatcher(provisioned: 1)
        #expect(dispatcher.allocation(of: 1) == .init(ready: 1))
        #expect(dispatcher.workArrived(1, for: 1, of: 1, at: t0).assigned == 1)
        guard case .queued(let changes) = dispatcher.workArrived(2, for: 1, of: 1, at: t0) else {
            Issue.record("work 2 does not wait")
            return
        }
        #expect(changes.start.map(\.environment) == [2])
        // Whichever is free first takes it.
        #expect(dispatcher.environmentFreed(1, at: t0).next.work == 2)
        _ = dispatcher.environmentReady(2, at: t0)
        _ = dispatcher.environmentFreed(1, at: t0)
        #expect(dispatcher.workArrived(3, for: 1, of: 1, at: t0).assigned == 1)
        #expect(dispatcher.workArrived(4, for: 1, of: 1, at: t0).assigned == 2)
    }

    @Test("What is provisioned is off the account's shared part, used or not")
    func concurrency() {
        var dispatcher = Dispatcher<Int>(limits: .init(concurrency: 2))
        _ = dispatcher.provisionedSet(1, for: 1, of: 1, at: t0)
        _ = dispatcher.environmentReady(1, at: t0)
        #expect(dispatcher.workArrived(1, for: 2, of: 2, at: t0).throttled == nil)
        #expect(dispatcher.workArrived(2, for: 2, of: 2, at: t0).throttled == .concurrency)
        #expect(dispatcher.workArrived(3, for: 1, of: 1, at: t0).assigned == 1)
        #expect(dispatcher.workArrived(4, for: 1, of: 1, at: t0).throttled == .concurrency)
        #expect(dispatcher.concurrency == 2)
        _ = dispatcher.provisionedSet(0, for: 1, of: 1, at: t0)
        #expect(dispatcher.workArrived(5, for: 1, of: 1, at: t0).throttled == nil)
    }

    @Test("A busy one that is too many ends when it is free, an idle one at once")
    func fewer() {
        var dispatcher = dispatcher(provisioned: 2)
        #expect(dispatcher.workArrived(1, for: 1, of: 1, at: t0).assigned == 2)
        #expect(dispatcher.provisionedSet(0, for: 1, of: 1, at: t0).retire == [1])
        #expect(dispatcher.environmentFreed(2, at: t0).next.isRetire)
        #expect(dispatcher.allocation(of: 1).ready == 0)
    }

    @Test("One that is lost at work is replaced; one that ends before it worked shows that there is no use in more")
    func replacement() {
        var dispatcher = dispatcher(provisioned: 1)
        #expect(dispatcher.workArrived(1, for: 1, of: 1, at: t0).assigned == 1)
        #expect(dispatcher.environmentEnded(1, at: t0).start.map(\.environment) == [2])
        _ = dispatcher.environmentReady(2, at: t0)
        #expect(dispatcher.environmentEnded(2, at: t0).start.isEmpty)
        #expect(dispatcher.allocation(of: 1) == .init(ready: 0, hasFailed: true))
        // Setting it again is a new attempt.
        #expect(dispatcher.provisionedSet(1, for: 1, of: 1, at: t0).start.map(\.environment) == [3])
        #expect(dispatcher.environmentInitFailed(3, at: t0).next.isRetire)
        #expect(dispatcher.allocation(of: 1).hasFailed)
        #expect(dispatcher.environmentEnded(3, at: t0).isEmpty)
    }

    @Test("On a machine that is full they take the place of what is idle on demand, and wait for what is busy")
    func room() {
        var dispatcher = Dispatcher<Int>(limits: .init(environments: 2))
        for work in 1...2 { _ = dispatcher.workArrived(work, for: work, of: work, at: t0) }
        for environment in 1...2 { _ = dispatcher.environmentReady(environment, at: t0) }
        #expect(dispatcher.provisionedSet(1, for: 3, of: 3, at: t0).isEmpty)
        let freed = dispatcher.environmentFreed(1, at: t0)
        #expect(freed.next.isRetire && freed.changes.isEmpty)
        #expect(dispatcher.environmentEnded(1, at: t0).start.map(\.version) == [3])
    }
}
