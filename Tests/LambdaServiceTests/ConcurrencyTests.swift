// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
@Suite("Concurrency limits")
struct ConcurrencyLimitTests {
    private func ledger(_ account: Int) -> ConcurrencyLedger {
        ConcurrencyLedger(account: account, scalingRate: .scaling)
    }

    @Test("A function has what is reserved for it and no more, whoever else is busy")
    func reserved() {
        var ledger = ledger(5)
        ledger.reserve(2, for: 1)
        for _ in 0..<3 { #expect(ledger.enter(2) == nil) }
        #expect(ledger.enter(2) == .concurrency)
        #expect(ledger.enter(3) == .concurrency)
        for _ in 0..<2 { #expect(ledger.enter(1) == nil) }
        #expect(ledger.enter(1) == .reservedConcurrency)
        ledger.leave(1)
        #expect(ledger.enter(1) == nil && ledger.inWork == 5)
    }

    @Test("Zero throttles everything, and everything of the account is open again when it is given up")
    func zero() {
        var ledger = ledger(1)
        ledger.reserve(0, for: 1)
        #expect(ledger.enter(1) == .reservedConcurrency)
        ledger.reserve(nil, for: 1)
        #expect(ledger.enter(1) == nil && ledger.enter(1) == .concurrency)
    }

    @Test("A reservation takes what the function has in work out of the shared part, and giving it up puts it back")
    func changes() {
        var ledger = ledger(4)
        for _ in 0..<3 { _ = ledger.enter(1) }
        ledger.reserve(1, for: 1)
        // Three of the four are left for the others.
        for _ in 0..<3 { #expect(ledger.enter(2) == nil) }
        #expect(ledger.enter(2) == .concurrency && ledger.enter(1) == .reservedConcurrency)
        ledger.reserve(nil, for: 1)
        for _ in 0..<3 { ledger.leave(2) }
        #expect(ledger.enter(2) == nil && ledger.enter(2) == .concurrency)
    }

    @Test("A deleted function gives its reservation back at once, and what it has in work when that ends")
    func deleted() {
        var ledger = ledger(2)
        ledger.reserve(1, for: 1)
        _ = ledger.enter(1)
        ledger.deleted(1)
        #expect(ledger.enter(2) == nil && ledger.enter(2) == .concurrency)
        ledger.leave(1)
        #expect(ledger.enter(2) == nil && ledger.inWork == 2)
    }
}

// https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
@Suite("The scaling rate")
struct ScalingRateTests {
    @Test("1,000 environments may start at once, then one every 10 ms, and unused ones do not pile up")
    func rate() {
        let rate = RateAllowance.Rate.scaling
        var allowance = RateAllowance()
        #expect(allowance.available(at: at(0), rate) == 1000)
        for _ in 0..<1000 { allowance.take(at: at(0), rate) }
        #expect(allowance.available(at: at(0), rate) == 0)
        #expect(allowance.available(at: at(9), rate) == 0)
        #expect(allowance.available(at: at(10), rate) == 1)
        #expect(allowance.available(at: at(9_999), rate) == 999)
        #expect(allowance.available(at: at(10_000), rate) == 1000)
        #expect(allowance.available(at: at(1_000_000), rate) == 1000)
    }

    @Test("A function that needs environments faster than they may start is throttled, others are not")
    func throttling() {
        var dispatcher = Dispatcher<Int>(limits: .init(scaling: .init(count: 2, period: .seconds(1))))
        func arrive(_ function: Int, at now: MonotonicTime) -> ThrottleReason? {
            let arrival = dispatcher.workArrived(1, for: function, of: function, at: now)
            return if case .throttled(let reason) = arrival { reason } else { nil }
        }
        #expect(arrive(1, at: at(0)) == nil && arrive(1, at: at(0)) == nil)
        #expect(arrive(1, at: at(499)) == .scalingRate)
        #expect(arrive(2, at: at(499)) == nil)
        #expect(arrive(1, at: at(500)) == nil)
        // It needs no environment that starts.
        _ = dispatcher.environmentReady(1, at: at(500))
        _ = dispatcher.environmentFreed(1, at: at(500))
        #expect(arrive(1, at: at(500)) == nil)
        #expect(dispatcher.concurrency == 4)
    }

    @Test("What waits for the machine's own limit takes its part of the rate and gives it back")
    func waiting() {
        var dispatcher = Dispatcher<Int>(
            limits: .init(environments: 1, scaling: .init(count: 3, period: .seconds(1000))))
        func arrives() -> Bool {
            if case .throttled = dispatcher.workArrived(1, for: 1, of: 1, at: at(0)) { false } else { true }
        }
        for _ in 0..<3 { #expect(arrives()) }
        #expect(!arrives())
        _ = dispatcher.environmentReady(1, at: at(0))
        for _ in 0..<20 {
            _ = dispatcher.environmentFreed(1, at: at(0))
            #expect(arrives())
        }
        #expect(!arrives())
    }
}

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: ten requests a second for each unit of
// concurrency, for synchronous invocations.
@Suite("The request rate")
struct RequestRateTests {
    /// A function with one environment, and why its next work is throttled.
    private struct Caller {
        var dispatcher = Dispatcher<Int>()
        private var environment: Int?

        init(reserved: Int?) {
            if let reserved { dispatcher.concurrencyReserved(reserved, for: 1) }
        }

        /// Work that is done at once.
        mutating func call(isSynchronous: Bool = true, at now: MonotonicTime) -> ThrottleReason? {
            switch dispatcher.workArrived(1, for: 1, of: 1, isSynchronous: isSynchronous, at: now) {
            case .throttled(let reason): return reason
            case .queued(let changes):
                environment = changes.start.first?.environment
                if let environment { _ = dispatcher.environmentReady(environment, at: now) }
            case .assigned: break
            }
            if let environment { _ = dispatcher.environmentFreed(environment, at: now) }
            return nil
        }
    }

    @Test("A function with two reserved gets twenty requests at once, then one every 50 ms")
    func reserved() {
        var caller = Caller(reserved: 2)
        for _ in 0..<20 { #expect(caller.call(at: at(0)) == nil) }
        #expect(caller.call(at: at(0)) == .reservedRate)
        #expect(caller.call(at: at(49)) == .reservedRate)
        #expect(caller.call(at: at(50)) == nil && caller.call(at: at(50)) == .reservedRate)
        for _ in 0..<20 { #expect(caller.call(at: at(1050)) == nil) }
        #expect(caller.call(at: at(1050)) == .reservedRate)
    }

    @Test("Asynchronous events have no rate, nor have functions without a reservation")
    func unlimited() {
        var reserved = Caller(reserved: 1)
        var shared = Caller(reserved: nil)
        for _ in 0..<100 {
            #expect(reserved.call(isSynchronous: false, at: at(0)) == nil)
            #expect(shared.call(at: at(0)) == nil)
        }
        for _ in 0..<10 { #expect(reserved.call(at: at(0)) == nil) }
        #expect(reserved.call(at: at(0)) == .reservedRate)
    }

    @Test("Requests that provisioned environments take count too, and a refusal changes nothing")
    func provisioned() {
        var dispatcher = Dispatcher<Int>()
        dispatcher.concurrencyReserved(1, for: 1)
        let changes = dispatcher.provisionedSet(1, for: 1, of: 1, at: at(0))
        let environment = changes.start[0].environment
        _ = dispatcher.environmentReady(environment, at: at(0))
        for _ in 0..<10 {
            guard case .assigned = dispatcher.workArrived(1, for: 1, of: 1, isSynchronous: true, at: at(0)) else {
                Issue.record("not assigned")
                return
            }
            _ = dispatcher.environmentFreed(environment, at: at(0))
        }
        guard case .throttled(.reservedRate) = dispatcher.workArrived(1, for: 1, of: 1, isSynchronous: true, at: at(0))
        else {
            Issue.record("not throttled")
            return
        }
        #expect(dispatcher.concurrency == 0 && dispatcher.hasIdleProvisioned(1))
    }
}
