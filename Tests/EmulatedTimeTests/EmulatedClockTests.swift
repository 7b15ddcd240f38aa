// SPDX-License-Identifier: Apache-2.0
import EventLoop
import Locks
import ServiceProtocols
import Testing

@testable import EmulatedTime

@Suite("The emulator's clock", .timeLimit(.minutes(1)))
struct EmulatedClockTests {
    private static let start = Timestamp(milliseconds: 1_000_000)

    /// What happened, and whether something runs or is stored.
    private final class World: Sendable {
        let notes = Locked([String]())
        let isStoring = Locked(false)
        let isRunning = Locked(false)

        func note(_ text: String) { notes.withLock { $0.append(text) } }

        var surroundings: EmulatedClock.Surroundings {
            EmulatedClock.Surroundings(
                isStoring: { self.isStoring.withLock { $0 } }, isRunning: { self.isRunning.withLock { $0 } })
        }
    }

    private func withClock(
        _ pace: EmulatedClock.Pace, start: Timestamp? = start,
        _ body: @Sendable @escaping (EmulatedClock, World, EventLoop) async throws -> Void
    ) async throws {
        let loop = try EventLoop.start(named: "clock")
        let (clock, world) = (EmulatedClock(loop: loop, pace: pace, start: start), World())
        try await withTaskExecutorPreference(loop) { try await body(clock, world, loop) }
        await clock.end()
        await loop.shutdown()
    }

    @Test("A virtual clock jumps from one moment to the next, exactly")
    func jumps() async throws {
        try await withClock(.virtual) { clock, world, loop in
            let tasks = [300, 60, 21_600].map { seconds in
                loop.spawn {
                    try? await clock.reach(Self.start + .seconds(seconds))
                    world.note("\(seconds): \((clock.now - Self.start).wholeMilliseconds)")
                }
            }
            await clock.begin(world.surroundings)
            for task in tasks { await task.value }
            #expect(world.notes.withLock { $0 } == ["60: 60000", "300: 300000", "21600: 21600000"])
        }
    }

    @Test("It does not jump while something runs or is stored, and runs meanwhile only for what runs")
    func waits() async throws {
        try await withClock(.virtual) { clock, world, loop in
            world.isStoring.withLock { $0 = true }
            let sleeper = loop.spawn {
                try? await clock.reach(Self.start + .seconds(3600))
                world.note("woke")
            }
            await clock.begin(world.surroundings)
            try await loop.tick()
            #expect(clock.now == Self.start)
            world.isStoring.withLock { $0 = false }
            world.isRunning.withLock { $0 = true }
            while clock.now == Self.start { try await loop.tick() }
            #expect(clock.now < Self.start + .seconds(3600))
            #expect(world.notes.withLock { $0 }.isEmpty)
            world.isRunning.withLock { $0 = false }
            await sleeper.value
            #expect(clock.now == Self.start + .seconds(3600))
        }
    }

    @Test("Callers who wait are no reason to jump, but are not passed over")
    func callers() async throws {
        try await withClock(.virtual) { clock, world, loop in
            let caller = loop.spawn {
                try? await clock.waitAsCaller(until: Self.start + .seconds(20))
                world.note("caller \((clock.now - Self.start).wholeMilliseconds)")
            }
            await clock.begin(world.surroundings)
            await #expect(clock.agenda().waiting == 0)
            try await loop.tick()
            #expect(world.notes.withLock { $0 }.isEmpty)
            try? await clock.reach(Self.start + .seconds(60))
            world.note("work")
            await caller.value
            #expect(world.notes.withLock { $0 } == ["caller 20000", "work"])
        }
    }

    @Test(
        "A clock of any pace is moved by hand and goes on from there",
        arguments: [.real, .scaled(3), .virtual] as [EmulatedClock.Pace])
    func moves(pace: EmulatedClock.Pace) async throws {
        try await withClock(pace, start: nil) { clock, world, loop in
            await clock.begin(world.surroundings)
            let began = clock.now
            await clock.move(.advance(.seconds(100)))
            #expect(clock.now - began >= .seconds(100))
            let sleeper = loop.spawn { try? await clock.waitAsCaller(until: clock.now + .seconds(3600)) }
            while await clock.agenda().next == nil { await Task.yield() }
            await clock.move(.untilIdle())
            #expect(clock.now - began < .seconds(1000))
            await clock.move(.step)
            await sleeper.value
            #expect(clock.now - began >= .seconds(3700))
            let moved = clock.now
            while clock.now == moved { try await loop.tick() }
            #expect(clock.now - began < .seconds(5000))
        }
    }

    @Test("A sleep that is cancelled ends at once, and no clock goes there")
    func cancellation() async throws {
        try await withClock(.virtual) { clock, world, loop in
            let sleeper = loop.spawn {
                do { try await clock.reach(Self.start + .seconds(60)) } catch { world.note("cancelled") }
            }
            sleeper.cancel()
            await sleeper.value
            await clock.begin(world.surroundings)
            #expect(world.notes.withLock { $0 } == ["cancelled"])
            await #expect(clock.agenda() == EmulatedClock.Agenda(waiting: 0, next: nil, isRunning: false))
        }
    }

    @Test("A real clock wakes who sleeps, and the end of a clock wakes all")
    func real() async throws {
        try await withClock(.real, start: nil) { clock, world, loop in
            let began = clock.now
            try await clock.reach(began + .milliseconds(20))
            #expect(clock.now - began >= .milliseconds(20))
            let sleeper = loop.spawn {
                do { try await clock.reach(began + .seconds(60)) } catch { world.note("over") }
            }
            while await clock.agenda().next == nil { await Task.yield() }
            await clock.end()
            await sleeper.value
            #expect(world.notes.withLock { $0 } == ["over"])
        }
    }
}

extension EmulatedClock {
    /// Waits as work does.
    fileprivate func reach(_ moment: Timestamp) async throws {
        let wait: (Timestamp) async throws -> Void = sleep
        try await wait(moment)
    }
}

extension EventLoop {
    /// Lets the loop go through an idle moment.
    fileprivate func tick() async throws {
        let timer = try LoopTimer(loop: self)
        await withCheckedContinuation { continuation in timer.start(after: .milliseconds(2)) { continuation.resume() } }
        timer.close()
    }
}
