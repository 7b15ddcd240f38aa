// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

/// Random invocations, failures, updates, deletions and changes of limits against the dispatcher and the retry
/// schedule, with a plain model of what each has to do beside them: 100,000 invocations in all.
@Suite("The dispatcher in simulation")
struct DispatcherSimulationTests {
    @Test("Nothing is lost, doubled, overtaken or let past a limit", arguments: 0..<20 as Range<UInt64>)
    func simulation(seed: UInt64) {
        var simulation = DispatcherSimulation(seed: seed)
        while simulation.invocations < 5000, simulation.problems.isEmpty { simulation.step() }
        simulation.finish()
        #expect(simulation.problems.isEmpty, "seed \(seed): \(simulation.problems.prefix(3))")
        // What it is about has happened.
        for reason in [ThrottleReason.reservedConcurrency, seed.isMultiple(of: 2) ? .concurrency : .scalingRate] {
            #expect(simulation.throttles[reason, default: 0] > 0, "seed \(seed): no \(reason)")
        }
        #expect(simulation.provisionings > 0)
        for end in ["done", "RetriesExhausted", "ZeroReservedConcurrency", "EventAgeExceeded"] {
            #expect(simulation.ends[end, default: 0] > 0, "seed \(seed): no event was \(end)")
        }
    }
}
