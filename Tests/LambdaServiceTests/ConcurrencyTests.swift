// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
@Suite("Concurrency limits")
struct ConcurrencyLimitTests {
    private func ledger(_ account: Int) -> ConcurrencyLedger {
        ConcurrencyLedger(account: account, scalingRate: .init())
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
        let rate = ScalingAllowance.Rate()
        var allowance = ScalingAllowance()
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
