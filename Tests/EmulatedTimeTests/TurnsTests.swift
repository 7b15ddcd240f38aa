// SPDX-License-Identifier: Apache-2.0
import EmulatedTime
import EventLoop
import ServiceProtocols
import Testing

@Suite("Turns of those outside", .timeLimit(.minutes(1)))
struct TurnsTests {
    /// What happened, in order.
    ///
    /// Safety: `@unchecked Sendable` because it is used on one loop.
    private final class Story: @unchecked Sendable {
        var lines: [String] = []
        var isRunning = false
    }

    private func tell(
        choosing choose: @escaping @Sendable (Int) -> Int = { _ in 0 },
        _ body: @escaping @Sendable (Story, Turns, EmulatedClock) async throws -> Void
    ) async throws -> [String] {
        let loop = try EventLoop.start(named: "turns", offloads: false)
        let turns = Turns(loop: loop, choose: choose)
        let clock = EmulatedClock(
            loop: loop, pace: .virtual, start: Timestamp(milliseconds: 0), turns: turns)
        let story = Story()
        let result = await Task(executorPreference: loop) {
            await clock.begin(
                EmulatedClock.Surroundings(isStoring: { false }, isRunning: { story.isRunning }))
            try await body(story, turns, clock)
            return story.lines
        }.result
        await clock.end()
        await loop.shutdown()
        return try result.get()
    }

    @Test("What comes is taken in its order, also while somebody runs; answers are given when nobody does")
    func order() async throws {
        let lines = try await tell { story, turns, _ in
            story.isRunning = true
            await withTaskGroup { group in
                for name in ["a", "b"] {
                    group.addTask {
                        let question = await turns.arrived(from: .clients)
                        story.lines.append("\(name) taken")
                        if name == "b" { story.isRunning = false }
                        await turns.granted(question)
                        story.lines.append("\(name) answered")
                    }
                }
            }
        }
        #expect(lines == ["a taken", "b taken", "a answered", "b answered"])
    }

    @Test("Who of several goes on is chosen, whoever of them came first", arguments: [[1, 2, 3], [3, 1, 2]])
    func choice(coming: [Int]) async throws {
        let lines = try await tell(choosing: { $0 - 1 }) { story, turns, _ in
            await withTaskGroup { group in
                for number in coming {
                    group.addTask {
                        let question = await turns.arrived(from: .environment(number))
                        #expect(turns.timeAtWork(.environment(number)) == nil)
                        await turns.granted(question)
                        #expect(turns.timeAtWork(.environment(number)) != nil)
                        story.lines.append("\(number)")
                    }
                }
            }
        }
        #expect(lines == ["3", "2", "1"])
    }

    @Test("Whoever leaves is waited for no longer, nor is what he asked")
    func leaving() async throws {
        let lines = try await tell { story, turns, _ in
            story.isRunning = true
            let late = await turns.arrived(from: .environment(1))
            await withTaskGroup { group in
                group.addTask {
                    await turns.turn(of: .environment(1))
                    story.lines.append("an answer for nobody")
                }
                group.addTask {
                    await turns.turn(of: .clients)
                    story.lines.append("the client's turn")
                }
                group.addTask {
                    _ = await turns.arrived(from: .environment(2))
                    turns.left(.environment(1))
                    #expect(turns.timeAtWork(.environment(1)) == .zero)
                    await turns.granted(late)
                    story.lines.append("another")
                    story.isRunning = false
                }
            }
        }
        #expect(lines.sorted() == ["an answer for nobody", "another", "the client's turn"])
        #expect(lines.last == "the client's turn")
    }

    @Test("Time stands still until nobody has a turn, and then jumps to what is due, for callers too")
    func time() async throws {
        let lines = try await tell { story, turns, clock in
            await withTaskGroup { group in
                group.addTask {
                    try? await clock.waitAsCaller(until: Timestamp(milliseconds: 60_000))
                    story.lines.append("\(clock.now.milliseconds)")
                }
                group.addTask {
                    await turns.turn(of: .clients)
                    story.lines.append("\(clock.now.milliseconds)")
                }
            }
        }
        #expect(lines == ["0", "60000"])
    }

    @Test("Nothing goes on while a client of this process acts, until it pauses")
    func client() async throws {
        let lines = try await tell { story, _, clock in
            await clock.clientActs(true)
            await withTaskGroup { group in
                group.addTask {
                    try? await clock.waitAsCaller(until: Timestamp(milliseconds: 5))
                    story.lines.append("other at \(clock.now.milliseconds)")
                }
                for _ in 0..<10 { await Task.yield() }
                story.lines.append("client at \(clock.now.milliseconds)")
                try? await clock.pauseClient(for: .milliseconds(10))
                story.lines.append("client at \(clock.now.milliseconds)")
                await clock.clientActs(false)
            }
        }
        #expect(lines == ["client at 0", "other at 5", "client at 10"])
    }

    @Test("After its pause a client acts before the clock goes on, wherever it runs")
    func clientElsewhere() async throws {
        let lines = try await tell { _, _, clock in
            await clock.clientActs(true)
            await withTaskGroup { group in
                group.addTask {
                    for moment in stride(from: Int64(1), to: 500, by: 1) {
                        try? await clock.waitAsCaller(until: Timestamp(milliseconds: moment))
                    }
                }
                let times = await Task {
                    var times: [Int64] = []
                    for _ in 0..<50 {
                        try? await clock.pauseClient(for: .milliseconds(10))
                        times.append(clock.now.milliseconds)
                    }
                    return times
                }.value
                #expect(times == (1...50).map { $0 * 10 })
                await clock.clientActs(false)
            }
        }
        #expect(lines == [])
    }
}
