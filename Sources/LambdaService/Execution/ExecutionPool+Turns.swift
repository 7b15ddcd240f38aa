// SPDX-License-Identifier: Apache-2.0
import EventLoop
import HTTPServer
import ServiceProtocols
import ServiceWire

/// Processes that go on one at a time, where runs are to be the same again.
extension ExecutionPool {
    // MARK: Who runs

    /// Whether a process does something, or an end of one is not heard of yet.
    func isRunning(_ turns: any TurnTaking) -> Bool {
        pauses > 0 || processes.values.contains { $0.isKilled && !$0.isOver }
            || environments.values.contains { isRunning($0, turns) }
    }

    /// The environment that has the turn; nil while none has.
    nonisolated var atWork: Int? {
        assumeIsolated { pool in
            guard let turns = pool.options.turns else { return nil }
            return pool.environments.values.first { pool.isRunning($0, turns) }?.id
        }
    }

    private func isRunning(_ environment: ExecutionEnvironment, _ turns: any TurnTaking) -> Bool {
        // Its end waits for its turn.
        if environment.process.flatMap({ processes[$0] })?.isOver == true { return false }
        if environment.isEnding || environment.server?.isReceiving == true { return true }
        return !environment.machine.isReady && turns.timeAtWork(.environment(environment.id)) != nil
    }

    /// When an environment's time is up; while it waits for its turn, no time passes for it.
    func deadline(of environment: ExecutionEnvironment, at now: MonotonicTime) -> MonotonicTime? {
        let machine = environment.machine
        guard let deadline = machine.deadline, let turns = options.turns, let began = machine.workingSince else {
            return machine.deadline
        }
        let atWork = Int64((turns.timeAtWork(.environment(environment.id)) ?? .zero) / .nanoseconds(1))
        return max(deadline, now + (deadline.since(began) - atWork))
    }

    // MARK: Turns

    /// What answers an environment's processes.
    ///
    /// Extensions are answered at once: it is the runtime that takes turns.
    func runtimeAPI(of id: Int) -> any HTTPHandler {
        let api = RuntimeAPI(pool: self, environment: id)
        guard let turns = options.turns else { return api }
        return AnsweredInTurn(api, turns: turns) { request in
            RuntimeAPI.Route(path: request.path) == nil ? nil : .environment(id)
        }
    }

    /// Does something at once, or when it is somebody's turn.
    func inTurn(_ party: OutsideParty, _ body: @escaping @Sendable (isolated ExecutionPool) -> Void) {
        guard let turns = options.turns else { return body(self) }
        loop.spawn {
            await turns.turn(of: party)
            await self.perform(body)
        }
    }

    private func perform(_ body: @Sendable (isolated ExecutionPool) -> Void) { body(self) }

    /// Starts what an init starts, when it is the environment's turn.
    func startInit(of environment: ExecutionEnvironment) {
        let (id, attempt) = (environment.id, environment.inits)
        inTurn(.environment(id)) { pool in
            guard let environment = pool.environments[id], !environment.isEnding, environment.inits == attempt,
                environment.machine.isInitializing
            else { return }
            pool.startInitNow(of: environment)
        }
    }

    /// An environment is idle: it is not left to how fast the machine is what its process still does.
    func freezeAtOnce(_ environment: ExecutionEnvironment) {
        if options.upkeep.freezeAfter != nil { freeze(environment) }
    }
}
