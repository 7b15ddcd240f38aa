// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols
import Testing

@testable import Chaos

@Suite("Decisions of chaos")
struct ChaosPlanTests {
    private static func rule(_ kind: String, _ values: [String: ChaosValue]) throws -> ChaosRule {
        try ChaosRule(values.merging(["kind": .string(kind)]) { $1 })
    }

    private static func point(_ function: String) -> ChaosPoint {
        var point = ChaosPoint(.invocation, of: "lambda")
        point.function = function
        return point
    }

    /// The numbers of the times at which a function was struck.
    private static func struck(_ plan: inout ChaosPlan, _ function: String, times: Int) -> [Int] {
        (1...times).filter { _ in plan.decide(point(function)) != nil }
    }

    @Test("A rate strikes about that often, each Nth and the first N exactly so")
    func frequencies() throws {
        var plan = ChaosPlan(seed: 42)
        _ = try plan.add(Self.rule("kill", ["rate": .number(0.25)]))
        #expect((2300...2700).contains(Self.struck(&plan, "f", times: 10_000).count))
        #expect(plan.entries[0].met == 10_000)
        plan.clear()
        _ = try plan.add(Self.rule("kill", ["every": .integer(3)]))
        #expect(Self.struck(&plan, "f", times: 10) == [3, 6, 9])
        plan.clear()
        _ = try plan.add(Self.rule("kill", ["first": .integer(2)]))
        #expect(Self.struck(&plan, "f", times: 10) == [1, 2])
        #expect(Self.struck(&plan, "g", times: 10) == [1, 2])
    }

    @Test("What happens to one thing does not change what happens to another")
    func independence() throws {
        let kill = try Self.rule("kill", ["rate": .number(0.3)])
        var alone = ChaosPlan(seed: 7)
        _ = try alone.add(kill)
        let expected = Self.struck(&alone, "f", times: 200)
        // Another order, other functions between, other rules before and behind.
        var mixed = ChaosPlan(seed: 7)
        _ = try mixed.add(Self.rule("stall", ["function": .string("g"), "rate": .number(0.5)]))
        _ = try mixed.add(kill)
        _ = try mixed.add(Self.rule("throttle", ["rate": .number(0.5)]))
        let found = (1...200).filter { _ in
            _ = Self.struck(&mixed, "g", times: 2)
            return mixed.decide(Self.point("f")) != nil
        }
        #expect(found == expected)
    }

    @Test("The same seed gives the same trace, another seed another")
    func seeds() throws {
        func trace(_ seed: UInt64) throws -> [ChaosStrike] {
            var plan = ChaosPlan(seed: seed)
            _ = try plan.add(Self.rule("kill", ["rate": .number(0.2), "delay": .string("1ms-100ms")]))
            _ = try plan.add(Self.rule("stall", ["function": .string("b*"), "rate": .number(0.2)]))
            return (0..<500).compactMap { plan.decide(Self.point(["a", "b", "bb"][$0 % 3])) }
        }
        #expect(try trace(1) == trace(1))
        #expect(try trace(1) != trace(2))
        // A fixed point: what a seed means does not change from one build to the next.
        let first = try trace(1).prefix(3).map { "\($0.point.function) \($0.occurrence)" }
        #expect(first == ["bb 1", "b 2", "a 4"])
    }

    @Test("Of several rules that strike, the first has its way, and all have counted")
    func precedence() throws {
        var plan = ChaosPlan(seed: 0)
        _ = try plan.add(Self.rule("stall", ["every": .integer(2)]))
        let second = try plan.add(Self.rule("kill", ["every": .integer(1)]))
        #expect((1...4).map { _ in plan.decide(Self.point("f"))?.kind } == [.kill, .stall, .kill, .stall])
        #expect(plan.entries.map(\.met) == [4, 4])
        #expect(plan.entries.map(\.struck) == [2, 2])
        #expect(throws: ChaosRefusal.self) { try plan.add(Self.rule("kill", ["every": .integer(1)])) }
        #expect(plan.remove(second) && !plan.remove(second))
        plan.restart(seed: 1)
        #expect(plan.entries.map(\.met) == [0] && plan.isActive)
        plan.clear()
        #expect(!plan.isActive && plan.decide(Self.point("f")) == nil)
    }
}
