// SPDX-License-Identifier: Apache-2.0
import JSON
import Scenario
import ServiceProtocols

/// A step that was played.
struct PlayedStep: Sendable {
    struct Saved: Sendable {
        let file: String
        /// Where the file came from.
        let url: String
    }

    let step: Step
    let began: Timestamp
    let trace: EventTrace
    var milliseconds = 0.0
    /// Where the result differs from what its file says, which may be accepted.
    var differences: [Mismatch] = []
    /// What else is not as it should be.
    var violations: [Mismatch] = []
    /// What its file would have to say for its result to be accepted, by the names of members.
    var updates: [String: JSONValue] = [:]
    var saved: Saved?

    var mismatches: [Mismatch] { differences + violations }
    var hasFailed: Bool { !differences.isEmpty || !violations.isEmpty }
}
