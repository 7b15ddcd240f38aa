// SPDX-License-Identifier: Apache-2.0
import Chaos
import ServiceProtocols

/// The rules in force, how often each has struck, and the latest strikes: what `/_martlet/chaos` tells.
public struct ChaosReport: Codable, Sendable {
    /// A rule in force.
    public struct Rule: Codable, Sendable {
        /// What it is removed by.
        public var id: Int
        /// What it says, on a line.
        public var text: String
        /// How often it could have struck.
        public var met: Int
        /// How often it has.
        public var struck: Int
    }

    /// Something that went wrong on purpose.
    public struct Strike: Codable, Sendable, Equatable {
        /// From 1, since the rules or the seed were set.
        public var number: Int
        /// The rule's id.
        public var rule: Int
        /// What the rule does.
        public var kind: String
        /// Where, in words.
        public var at: String
        /// The number of the thing, from 1, among those that are counted together.
        public var occurrence: Int
    }

    /// What all decisions come from.
    public var seed: UInt64
    /// In the order in which they were added, which is the order in which they are asked.
    public var rules: [Rule]
    /// At most the last thousand.
    public var strikes: [Strike]

    init(_ plan: ChaosPlan, _ strikes: [ChaosStrike]) {
        seed = plan.seed
        rules = plan.entries.map { Rule(id: $0.id, text: $0.rule.text, met: $0.met, struck: $0.struck) }
        self.strikes = strikes.map {
            Strike(
                number: $0.number, rule: $0.rule, kind: $0.kind.rawValue, at: $0.point.text, occurrence: $0.occurrence)
        }
    }
}
