// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols
import Testing

@testable import EmulatedTime

@Suite("Who sleeps until when")
struct SleepersTests {
    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    @Test("Those who are due come out by their moments, and of one moment in the order in which they came")
    func order() {
        var sleepers = Sleepers<String>()
        for (id, (name, seconds)) in [("c", 3), ("a", 1), ("b", 2), ("a2", 1), ("d", 4)].enumerated() {
            sleepers.add(name, id, until: moment(Int64(seconds)), isCaller: false)
        }
        #expect(sleepers.first() == moment(1))
        #expect(sleepers.due(at: moment(0)) == [])
        #expect(sleepers.due(at: moment(3)) == ["a", "a2", "b", "c"])
        #expect(sleepers.first() == moment(4))
    }

    @Test("Callers do not count as work, and those who have gone do not count at all")
    func counts() {
        var sleepers = Sleepers<Int>()
        for id in 0..<1000 { sleepers.add(id, id, until: moment(Int64(id)), isCaller: id % 2 == 0) }
        #expect(sleepers.workCount == 500)
        for id in 0..<999 { #expect(sleepers.remove(id) == id) }
        #expect(sleepers.remove(0) == nil)
        #expect(sleepers.workCount == 1)
        #expect(sleepers.first() == moment(999))
        #expect(sleepers.due(at: moment(2000)) == [999])
        #expect(sleepers.first() == nil)
    }

    @Test("Random ones come out sorted", arguments: [1, 2, 3] as [UInt64])
    func random(seed: UInt64) {
        var (state, sleepers, expected) = (seed, Sleepers<Int>(), [(Int64, Int)]())
        for id in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let seconds = Int64(state >> 54)
            sleepers.add(id, id, until: moment(seconds), isCaller: false)
            if id % 3 == 0 { _ = sleepers.remove(id) } else { expected.append((seconds, id)) }
        }
        let sorted = expected.sorted { $0 < $1 }.map(\.1)
        #expect(sleepers.due(at: moment(1 << 40)) == sorted, "seed \(seed)")
    }
}

@Suite("How far a clock is moved by hand")
struct ClockMoveTests {
    private let start = Timestamp(milliseconds: 0)

    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    @Test("A step is one jump, and none when nothing is due")
    func step() {
        var progress = ClockMove.Progress(.step, from: start)
        #expect(progress.next(moment(5), isWorkWaiting: true, now: start) == .jump(to: moment(5)))
        #expect(progress.next(moment(9), isWorkWaiting: true, now: moment(5)) == .finished)
        progress = ClockMove.Progress(.step, from: start)
        #expect(progress.next(nil, isWorkWaiting: false, now: start) == .finished)
    }

    @Test("An advance stops at all that is due on its way, and goes no further than it should")
    func advance() {
        var progress = ClockMove.Progress(.advance(.seconds(10)), from: start)
        #expect(progress.next(moment(4), isWorkWaiting: true, now: start) == .jump(to: moment(4)))
        #expect(progress.next(moment(12), isWorkWaiting: true, now: moment(4)) == .jump(to: moment(10)))
        #expect(progress.next(moment(12), isWorkWaiting: true, now: moment(10)) == .finished)
        // Functions ran meanwhile.
        #expect(progress.next(nil, isWorkWaiting: false, now: moment(11)) == .finished)
    }

    @Test("It is idle when no work waits, or none within the limit; callers are passed on the way")
    func untilIdle() {
        var progress = ClockMove.Progress(.untilIdle(within: .seconds(100)), from: start)
        #expect(progress.next(moment(20), isWorkWaiting: true, now: start) == .jump(to: moment(20)))
        #expect(progress.next(moment(40), isWorkWaiting: false, now: moment(20)) == .finished)
        #expect(progress.next(moment(101), isWorkWaiting: true, now: moment(20)) == .finished)
        #expect(progress.next(moment(100), isWorkWaiting: true, now: moment(20)) == .jump(to: moment(100)))
    }
}
