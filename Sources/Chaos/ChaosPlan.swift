// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

/// Rules, and how often each has struck: a value that decides from the seed, the rule, and the number of the thing.
///
/// What happens to one thing does not change what happens to another: each function, object, queue, endpoint, topic
/// with its subscriber is counted by itself, for each rule; where a rule has a rate, each event too.
public struct ChaosPlan: Sendable {
    /// A rule that is in force.
    public struct Entry: Sendable {
        /// What it is removed by.
        public let id: Int
        /// What it does.
        public let rule: ChaosRule
        /// How often it could have struck.
        public fileprivate(set) var met = 0
        /// How often it has.
        public fileprivate(set) var struck = 0
        fileprivate var occurrences = Occurrences()
    }

    /// What all draws come from.
    public private(set) var seed: UInt64
    /// In the order in which they were added.
    public private(set) var entries: [Entry] = []
    private var lastID = 0
    private var strikes = 0

    /// A plan without rules.
    public init(seed: UInt64) {
        self.seed = seed
    }

    /// Whether there are rules.
    public var isActive: Bool { !entries.isEmpty }

    /// Adds a rule behind the others.
    ///
    /// - Returns: its id.
    /// - Throws: ``ChaosRefusal`` for one that is there already, or one too many.
    public mutating func add(_ rule: ChaosRule) throws(ChaosRefusal) -> Int {
        if let same = entries.first(where: { $0.rule == rule }) {
            throw ChaosRefusal("rule \(same.id) says the same")
        }
        guard entries.count < Self.mostRules else { throw ChaosRefusal("there are \(Self.mostRules) rules already") }
        lastID += 1
        entries.append(Entry(id: lastID, rule: rule))
        return lastID
    }

    /// More would make each point slow.
    private static let mostRules = 200

    /// Removes a rule; false when there is none of this id.
    public mutating func remove(_ id: Int) -> Bool {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return false }
        entries.remove(at: index)
        return true
    }

    /// Removes all rules.
    public mutating func clear() {
        entries = []
    }

    /// Begins anew with a seed: nothing is counted yet.
    public mutating func restart(seed: UInt64) {
        self.seed = seed
        entries = entries.map { Entry(id: $0.id, rule: $0.rule) }
        strikes = 0
    }

    /// What is to go wrong at a point.
    ///
    /// All rules for it count it, whether another strikes or not; of those that strike, the first has its way.
    public mutating func decide(_ point: ChaosPoint) -> ChaosStrike? {
        var strike: ChaosStrike?
        var identity: UInt64?
        for index in entries.indices where entries[index].rule.concerns(point) {
            entries[index].met += 1
            let rule = entries[index].rule
            var thing = SeededDraw(seed: 0)
            for name in point.stream { thing.absorb(name) }
            // Each Nth is counted among all; a rate is for each event by itself, whichever comes first.
            if case .rate = rule.frequency, let content = point.content {
                let number = identity ?? ContentIdentity.of(content)
                identity = number
                thing.absorb(number)
            }
            let key = thing.next()
            let occurrence = entries[index].occurrences.next(of: key)
            var draw = SeededDraw(seed: seed)
            draw.absorb(rule.text)
            draw.absorb(key)
            draw.absorb(UInt64(occurrence))
            guard rule.frequency.strikes(at: occurrence, &draw), strike == nil else { continue }
            entries[index].struck += 1
            strikes += 1
            var point = point
            // It is remembered, which the content need not be.
            point.content = nil
            strike = ChaosStrike(
                number: strikes, rule: entries[index].id, kind: rule.kind, point: point, occurrence: occurrence,
                effect: rule.effect(&draw))
        }
        return strike
    }
}

/// Something that went wrong on purpose.
public struct ChaosStrike: Sendable, Equatable {
    /// Its number since the plan began.
    public let number: Int
    /// The id of its rule.
    public let rule: Int
    /// What the rule does.
    public let kind: ChaosKind
    /// Where it struck.
    public let point: ChaosPoint
    /// The number of the thing, from 1, among those that are counted together.
    public let occurrence: Int
    /// What it does.
    public let effect: ChaosEffect

    /// The strike on a line: `rule 2: kill lambda Resize:live (invocation), time 3`.
    public var text: String { "rule \(rule): \(kind.rawValue) \(point.text), time \(occurrence)" }
}

extension ChaosRule.Frequency {
    fileprivate func strikes(at occurrence: Int, _ draw: inout SeededDraw) -> Bool {
        switch self {
        case .rate(let rate): draw.fraction() < rate
        case .every(let step): occurrence.isMultiple(of: step)
        case .first(let count): occurrence <= count
        }
    }
}

/// How often each thing was met.
private struct Occurrences {
    private var counts: [UInt64: Int] = [:]
    /// Things beyond this many share counters with others.
    private static let limit = 100_000

    mutating func next(of thing: UInt64) -> Int {
        var key = thing
        if counts.count >= Self.limit, counts[key] == nil { key &= 0xffff }
        counts[key, default: 0] += 1
        return counts[key, default: 1]
    }
}
