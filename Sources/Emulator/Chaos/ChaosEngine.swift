// SPDX-License-Identifier: Apache-2.0
import Chaos
import EmulatedTime
import EventLoop
import Locks
import ServiceProtocols
import Synchronization

/// Rules in force: the shell around ``ChaosPlan``, which decides, with those who are told and those who wait.
///
/// Services ask on the loop, the store on its own thread.
final class ChaosEngine: ChaosPoints {
    private struct State {
        var plan: ChaosPlan
        /// The latest strikes.
        var strikes: [ChaosStrike] = []
    }

    private let state: Locked<State>
    private let hasRules = Atomic(false)
    private let hasBegun = Atomic(false)
    private let loop: EventLoop
    private let clock: EmulatedClock
    private let holds: ChaosHolds
    private let observers: [@Sendable (ChaosStrike) -> Void]

    /// - Parameter observers: hear of each strike, on whatever thread it happens.
    init(
        _ plan: ChaosPlan, loop: EventLoop, clock: EmulatedClock,
        observers: [@Sendable (ChaosStrike) -> Void]
    ) {
        state = Locked(State(plan: plan))
        self.loop = loop
        self.clock = clock
        self.observers = observers
        holds = ChaosHolds(loop: loop, clock: clock)
    }

    /// Lets things go wrong from now on; an emulator starts in peace.
    func begin() {
        hasBegun.store(true, ordering: .relaxed)
        state.withLock { noteRules($0.plan) }
    }

    /// Called with the plan locked.
    private func noteRules(_ plan: ChaosPlan) {
        hasRules.store(plan.isActive && hasBegun.load(ordering: .relaxed), ordering: .relaxed)
    }

    /// Lets everything go on that is held.
    func stop() async {
        await holds.stop()
    }

    // MARK: What services ask

    var isActive: Bool { hasRules.load(ordering: .relaxed) }

    func strike(at point: ChaosPoint) -> ChaosEffect? {
        let strike = state.withLock { state in
            let strike = state.plan.decide(point)
            if let strike {
                // Half of them go at once, so that few strikes have others moved.
                if state.strikes.count >= 2 * Self.remembered { state.strikes.removeFirst(Self.remembered) }
                state.strikes.append(strike)
            }
            return strike
        }
        guard let strike else { return nil }
        for observer in observers { observer(strike) }
        return strike.effect
    }

    func hold(_ effect: ChaosEffect, at point: ChaosPoint) async {
        await holds.hold(effect, at: point)
    }

    func passed(_ point: ChaosPoint) {
        loop.spawn { [holds] in await holds.passed(point) }
    }

    func jump(_ duration: Duration) {
        loop.spawn { [clock] in await clock.skip(duration) }
    }

    // MARK: What users ask

    /// How many strikes are shown.
    static let remembered = 1000

    /// The rules with their counts, and the latest strikes.
    var snapshot: (plan: ChaosPlan, strikes: [ChaosStrike]) {
        state.withLock { ($0.plan, Array($0.strikes.suffix(Self.remembered))) }
    }

    /// Changes the rules.
    ///
    /// - Throws: what the change throws.
    func change<Result: Sendable>(
        _ change: (inout ChaosPlan) throws(ChaosRefusal) -> Result
    ) throws(ChaosRefusal) -> Result {
        try state.withLock { (state) throws(ChaosRefusal) -> Result in
            defer { noteRules(state.plan) }
            return try change(&state.plan)
        }
    }

    /// Begins anew with a seed.
    func restart(seed: UInt64) {
        state.withLock { state in
            state.plan.restart(seed: seed)
            state.strikes = []
        }
    }
}
