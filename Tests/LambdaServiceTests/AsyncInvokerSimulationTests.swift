// SPDX-License-Identifier: Apache-2.0
import EventLoop
import ServiceProtocols
import Testing

@testable import LambdaService

/// 20,000 events in all, with functions that fail, throttles, a queue that fails to write, targets that take nothing,
/// and processes that end at any moment.
@Suite("The asynchronous invoker with random failures", .timeLimit(.minutes(2)))
struct AsyncInvokerSimulationTests {
    @Test("No event is lost, each ends once, and retries come at their times", arguments: [1, 2, 3, 4] as [UInt64])
    func simulation(seed: UInt64) async throws {
        let world = EventWorld(seed: seed, events: 5000)
        let loop = try EventLoop.start(named: "simulation")
        var lives = 0
        while !world.isOver, lives < 200 {
            lives += 1
            await live(world, loop, isLast: lives > 5)
        }
        await loop.shutdown()
        #expect(world.problems.prefix(5) == [], "seed \(seed)")
        #expect(world.isOver, "seed \(seed)")
        let ends = world.ends
        for condition in [EventOutcome.Condition.success, .retriesExhausted, .eventAgeExceeded, .recursiveInvocation] {
            #expect(ends[condition, default: 0] > 10, "seed \(seed): \(ends)")
        }
    }

    /// One process of the emulator: it takes up what is there, accepts more, and ends without a word.
    private func live(_ world: EventWorld, _ loop: EventLoop, isLast: Bool) async {
        let process = world.process()
        let invoker = AsyncInvoker(loop: loop, clock: world, queue: process) { _ in }
        try? await invoker.start(for: process)
        for event in world.newEvents(isLast ? .max : 1000) {
            guard (try? await invoker.accept(event, for: process)) != nil else { continue }
            world.accepted(event)
        }
        // Time jumps to whatever is due next, until all is done or the process ends.
        var jumps = isLast ? Int.max : world.pick(200)
        while jumps > 0, !world.isOver {
            jumps -= 1
            await world.settle(loop)
            world.jump()
        }
        world.end()
        await invoker.stop()
        await world.settle(loop)
    }
}
