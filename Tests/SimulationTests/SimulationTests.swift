// SPDX-License-Identifier: Apache-2.0
import Buffers
import Testing

@testable import Simulation

@Suite("The emulator's core under simulation", .timeLimit(.minutes(5)))
struct SimulationTests {
    private func outcome(_ seed: UInt64, _ events: Int) async throws -> Simulation.Outcome {
        var simulation = Simulation(seed: seed, events: events)
        simulation.writesPerCrash = 700
        return try await simulation.run()
    }

    @Test("Nothing is lost, each event ends once, and retries come at their exact times")
    func rules() async throws {
        var (ends, crashes, failedWrites, throttles, exactRetries) = ([String: Int](), 0, 0, 0, 0)
        for seed in 1...3 as ClosedRange<UInt64> {
            let outcome = try await outcome(seed, 500)
            #expect(outcome.problems.prefix(5) == [], "seed \(seed)")
            ends.merge(outcome.ends, uniquingKeysWith: +)
            crashes += outcome.crashes
            failedWrites += outcome.failedWrites
            throttles += outcome.throttles
            exactRetries += outcome.exactRetries
        }
        // It is about something.
        for condition in ["Success", "RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"] {
            #expect(ends[condition, default: 0] > 0, "\(ends)")
        }
        #expect(crashes > 0 && failedWrites > 0 && throttles > 10 && exactRetries > 100)
    }

    @Test("The same seed does exactly the same again, another one something else")
    func replay() async throws {
        let first = try await outcome(42, 200)
        #expect(try await outcome(42, 200) == first)
        #expect(try await outcome(43, 200).trace != first.trace)
    }

    @Test("A call is known by its whole mark, which no random id has")
    func mark() {
        #expect(World.number(in: Bytes("{\"key\":\"\(World.mark(17))\"}")) == 17)
        #expect(World.number(in: Bytes("{\"id\":\"Aqqq1qB\",\"key\":\"\(World.mark(17))\"}")) == 17)
        #expect(World.number(in: "qqq1qq") == nil)
    }
}
