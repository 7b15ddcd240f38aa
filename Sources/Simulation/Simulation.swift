// SPDX-License-Identifier: Apache-2.0
import EmulatedTime
import EventLoop
import Foundation
import SNSService
import ServiceProtocols
import Store

/// The emulator's core run whole in emulated time, without processes or sockets, from one seed: Lambda's control of
/// concurrency, its queue of events, retries and destinations; S3's notifications, SNS's deliveries, SQS.
///
/// The services are the real ones, on a loop and a virtual clock of their own and a database in memory. What function
/// processes do is made up, and so is what goes wrong: inits, invocations and writes fail, functions are throttled,
/// and the emulator is ended at any moment and started again from what it had stored. ``World`` checks each step.
public struct Simulation: Sendable {
    /// Everything follows from it.
    public var seed: UInt64
    /// How many events are sent.
    public var events: Int
    /// Of how many writes one ends the emulator right after it was committed, on average.
    public var writesPerCrash = 20_000
    /// Hears of how many events were sent, each time that a hundredth more were.
    public var progress: @Sendable (Int) -> Void = { _ in }

    /// A simulation that was not run yet.
    public init(seed: UInt64, events: Int) {
        self.seed = seed
        self.events = events
    }

    /// What a run came to.
    public struct Outcome: Sendable, Equatable {
        /// What broke a rule, the first hundred of it.
        public var problems: [String] = []
        /// How many events came to each end, by the conditions of their records.
        public var ends: [String: Int] = [:]
        /// How often a function was run for an event.
        public var attempts = 0
        /// How many attempts were throttled.
        public var throttles = 0
        /// How often the emulator was ended and started again.
        public var crashes = 0
        /// How many writes failed.
        public var failedWrites = 0
        /// How many attempts came exactly at the time that the documented schedule gives.
        public var exactRetries = 0
        /// How much emulated time went by, in milliseconds.
        public var milliseconds: Int64 = 0
        /// A hash of everything that happened, in its order and with its times.
        public var trace: UInt64 = 0
    }

    /// Runs it to the end: until each event has come to its own.
    ///
    /// - Throws: when the machine has no room for a loop or a folder.
    public func run() async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-simulation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let loop = try EventLoop.start(named: "simulation", offloads: false)
        let clock = EmulatedClock(loop: loop, pace: .virtual, start: World.start)
        let result = await Task(executorPreference: loop) {
            let world = World(simulation: self, clock: clock)
            await clock.begin(EmulatedClock.Surroundings(isStoring: { false }, isRunning: { false }))
            try await run(world, clock, loop, folder)
            return world.outcome
        }.result
        await clock.end()
        await loop.shutdown()
        return try result.get()
    }

    /// One life of the emulator after the other.
    private func run(_ world: World, _ clock: EmulatedClock, _ loop: EventLoop, _ folder: URL) async throws {
        let store = try Store.simulated { _ in }
        // One for all lives: to make a key takes longer than a thousand events.
        let signer = NotificationSigner(loop: loop)
        while true {
            let number = world.beginLife()
            let life = LifeClock(clock: clock, isOver: { world.life != number })
            let services = try await SimulatedServices.start(
                world, loop, clock: life, store: store.behind { try await world.pass(isCommitted: $0, life: number) },
                signer: signer, folder: folder)
            world.lifeBegan()
            let clients = Clients(world: world, services: services, clock: life, loop: loop)
            await clients.run()
            let isOver = world.life == number
            world.endLife()
            await services.stop()
            if isOver { return world.conclude() }
        }
    }
}

/// The clock of one life of the emulator: whoever sleeps on it does not wake when that is over.
struct LifeClock: EmulatorClock {
    let clock: EmulatedClock
    let isOver: @Sendable () -> Bool

    var now: Timestamp { clock.now }

    func sleep(until deadline: Timestamp) async throws {
        guard !isOver() else { throw CancellationError() }
        try await clock.sleep(until: deadline)
        guard !isOver() else { throw CancellationError() }
    }
}
