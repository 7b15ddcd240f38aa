// SPDX-License-Identifier: Apache-2.0
import Replay
import ServiceProtocols
import Testing

@Suite struct ReplayPacerTests {
    private static func moment(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test("Without a pace events begin as long as there are places")
    func places() {
        var pacer = ReplayPacer(.immediate, places: 2, start: Self.moment(0))
        #expect(pacer.next(recorded: nil, now: Self.moment(0)) == .begin)
        #expect(pacer.next(recorded: nil, now: Self.moment(0)) == .begin)
        #expect(pacer.next(recorded: nil, now: Self.moment(5)) == .full)
        pacer.ended()
        #expect(pacer.next(recorded: nil, now: Self.moment(5)) == .begin)
    }

    @Test("A rate is kept evenly, and what came late is made up for")
    func rate() {
        var pacer = ReplayPacer(.rate(4), places: 100, start: Self.moment(1000))
        #expect(pacer.next(recorded: nil, now: Self.moment(1000)) == .begin)
        #expect(pacer.next(recorded: nil, now: Self.moment(1000)) == .wait(until: Self.moment(1250)))
        #expect(pacer.next(recorded: nil, now: Self.moment(1600)) == .begin)
        #expect(pacer.next(recorded: nil, now: Self.moment(1600)) == .begin)
        #expect(pacer.next(recorded: nil, now: Self.moment(1600)) == .wait(until: Self.moment(1750)))
    }

    @Test("A rate of thousands a second is kept by moments of a millisecond")
    func fastRate() {
        var pacer = ReplayPacer(.rate(3000), places: 10_000, start: Self.moment(0))
        var begun = 0
        for millisecond in Int64(0)..<1000 {
            while pacer.next(recorded: nil, now: Self.moment(millisecond)) == .begin { begun += 1 }
        }
        #expect((2997...3003).contains(begun))
    }

    @Test("The original timing keeps the distances, in the order in which events come")
    func original() {
        var pacer = ReplayPacer(.original, places: 10, start: Self.moment(100))
        #expect(pacer.next(recorded: Self.moment(5000), now: Self.moment(100)) == .begin)
        #expect(pacer.next(recorded: Self.moment(5030), now: Self.moment(100)) == .wait(until: Self.moment(130)))
        #expect(pacer.next(recorded: Self.moment(5030), now: Self.moment(130)) == .begin)
        // One without a time follows its predecessor, and none overtakes it.
        #expect(pacer.next(recorded: nil, now: Self.moment(130)) == .begin)
        #expect(pacer.next(recorded: Self.moment(4000), now: Self.moment(130)) == .begin)
        #expect(pacer.next(recorded: Self.moment(5100), now: Self.moment(130)) == .wait(until: Self.moment(200)))
    }

    @Test("Nonsense is no trap", arguments: [0, -1, .nan, .infinity, 1e300, 1e-300] as [Double])
    func nonsense(rate: Double) {
        var pacer = ReplayPacer(.rate(rate), places: 0, start: Self.moment(0))
        #expect(pacer.next(recorded: Self.moment(.max / 4), now: Self.moment(0)) == .begin)
        #expect(pacer.next(recorded: Self.moment(.min / 4), now: Self.moment(0)) == .full)
    }
}
