// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

@Suite("What is due for an environment")
struct UpkeepTests {
    private static func moment(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    private static func upkeep(_ survey: Int64, _ freeze: Int64?, _ idle: Int64?) -> Upkeep {
        Upkeep(
            surveyInterval: survey * 1_000_000, freezeAfter: freeze.map { $0 * 1_000_000 },
            idleLimit: idle.map { $0 * 1_000_000 })
    }

    @Test("Memory is looked at while there is work, and as often as it is allowed to be")
    func surveys() {
        let upkeep = Self.upkeep(50, 100, 1000)
        #expect(
            upkeep.next(.working(since: Self.moment(10)), lastSurvey: Self.moment(0))
                == .init(task: .survey, at: Self.moment(60)))
        #expect(
            upkeep.next(.working(since: Self.moment(10)), lastSurvey: Self.moment(70))
                == .init(task: .survey, at: Self.moment(120)))
    }

    @Test(
        "What is idle is frozen once, and then ended",
        arguments: [
            (100, 1000, false, Upkeep.Due(task: .freeze, at: moment(105))),
            (100, 1000, true, Upkeep.Due(task: .end, at: moment(1005))),
            (100, 50, false, Upkeep.Due(task: .end, at: moment(55))),
            (nil, 1000, false, Upkeep.Due(task: .end, at: moment(1005))),
            (100, nil, false, Upkeep.Due(task: .freeze, at: moment(105))),
            (100, nil, true, nil),
            (nil, nil, false, nil),
        ] as [(Int64?, Int64?, Bool, Upkeep.Due?)])
    func idleness(freeze: Int64?, idle: Int64?, isFrozen: Bool, due: Upkeep.Due?) {
        let upkeep = Self.upkeep(50, freeze, idle)
        #expect(
            upkeep.next(.idle(since: Self.moment(5), isFrozen: isFrozen, isKept: false), lastSurvey: Self.moment(0))
                == due)
    }

    @Test("What is kept is frozen and never ended")
    func kept() {
        let upkeep = Self.upkeep(50, 100, 1000)
        #expect(
            upkeep.next(.idle(since: Self.moment(0), isFrozen: false, isKept: true), lastSurvey: Self.moment(0))
                == .init(task: .freeze, at: Self.moment(100)))
        #expect(
            upkeep.next(.idle(since: Self.moment(0), isFrozen: true, isKept: true), lastSurvey: Self.moment(0)) == nil)
    }

    @Test("Nothing is due for what is over")
    func over() {
        #expect(Upkeep().next(.over, lastSurvey: Self.moment(0)) == nil)
    }
}
