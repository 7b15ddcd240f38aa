// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@testable import Replay

@Suite struct AuditSummaryTests {
    private static let difference = ReplayDifference(path: "$.objects['b/k'].n", left: 1, right: 2)

    private static func summary(_ found: [AuditCheck.Kind]) -> AuditSummary {
        var summary = AuditSummary()
        for kind in AuditCheck.Kind.allCases {
            summary.add(AuditCheck(kind, ["1"], differences: []))
            if found.contains(kind) {
                summary.add(AuditCheck(kind, ["2"], differences: [difference]))
                summary.add(AuditCheck(kind, ["3"], differences: [difference]))
            }
        }
        return summary
    }

    @Test(
        "The verdict says what a function does not stand",
        arguments: [
            ([], "no effect differs"), ([.duplicate, .crash], "not idempotent"),
            ([.crash], "not idempotent after a crash"), ([.order], "depends on order"),
            ([.duplicate, .order, .crash], "not idempotent, depends on order"),
        ] as [([AuditCheck.Kind], String)])
    func verdict(found: [AuditCheck.Kind], words: String) {
        let summary = Self.summary(found)
        #expect((summary.verdict, summary.isClean) == (words, found.isEmpty))
        #expect(summary.findings.map(\.events) == found.map { _ in ["2"] })
    }

    @Test("Nothing checked is no verdict")
    func nothing() {
        #expect(AuditSummary().verdict == "nothing was checked")
    }

    @Test("Programs get counts, and the first events that show something")
    func json() throws {
        var summary = Self.summary([.order])
        summary.progress = AuditProgress(events: 4)
        let json = try #require(summary.json["summary"])
        #expect(json["order"] == ["checked": 3, "found": 2, "first": ["2"]])
        #expect(json["duplicate"] == ["checked": 1, "found": 0])
        #expect((json["events"], json["clean"]) == (4, false))
    }

    @Test("Checks and progress are lines of JSON")
    func lines() throws {
        let check = AuditCheck(.order, ["1", "2"], differences: [Self.difference])
        let line = try #require(JSONValue(parsing: String(decoding: check.json, as: UTF8.self)))
        #expect(AuditCheck(line) == check)
        #expect(AuditProgress(line) == nil)
        var progress = AuditProgress(events: 4)
        (progress.run, progress.failed, progress.checks) = (4, 1, 9)
        let other = try #require(JSONValue(parsing: String(decoding: progress.json, as: UTF8.self)))
        #expect(AuditProgress(other) == progress)
        #expect(AuditCheck(other) == nil)
    }
}
