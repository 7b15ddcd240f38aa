// SPDX-License-Identifier: Apache-2.0
import Glibc
import LambdaService
import Scenario
import ServiceProtocols

/// How played steps are shown.
enum StepReport {
    /// One step, when it is over, with all that is not as it should be.
    static func lines(_ played: PlayedStep) -> String {
        let title = "\(played.step.name): \(played.step.description)"
        guard played.hasFailed else { return "ok   \(title)" }
        let mark = Console.coloured("FAIL", .red, on: STDERR_FILENO)
        return "\(mark) \(title)\n" + played.mismatches.map { difference($0) }.joined(separator: "\n")
    }

    /// What is expected and what is there, one under the other.
    private static func difference(_ mismatch: Mismatch) -> String {
        guard mismatch.expected != nil || mismatch.actual != nil else { return "     \(mismatch)" }
        let expected = mismatch.expected.map {
            Console.coloured("       - \(Mismatch.shortened($0))", .red, on: STDERR_FILENO)
        }
        let actual = mismatch.actual.map {
            Console.coloured("       + \(Mismatch.shortened($0))", .green, on: STDERR_FILENO)
        }
        return (["     \(mismatch.place) \(mismatch.reason)"] + [expected, actual].compactMap(\.self))
            .joined(separator: "\n")
    }

    static func summary(_ steps: Int, _ failures: Int) -> String {
        guard failures == 0 else {
            return Console.coloured("\(failures) of \(steps) events did not give what they should.", .red)
        }
        let all = steps == 1 ? "1 event gave what it should." : "\(steps) events gave what they should."
        return Console.coloured(all, .green)
    }

    /// Under each step the runs of functions that it caused; runs that came to the same share a row.
    static func table(_ played: [PlayedStep], _ records: [InvocationRecord]) -> String {
        var table = TextTable(
            ["event", "function", "version", "attempts", "duration", "outcome"].map { ($0, .left) })
        for (step, caused) in zip(played, caused(played, records)) {
            let outcome = step.hasFailed ? "NOT as expected" : "as expected"
            table.add(["\(step.step.name)", "", "", "", "\(milliseconds(step.milliseconds))", "\(outcome)"])
            for run in runs(caused) { table.add(run.map { TextTable.Cell($0) }) }
        }
        return table.text
    }

    /// The runs that each step caused: those of its trace, and of those with traces of their own what began while it
    /// was played, even if it ended later.
    static func caused(_ played: [PlayedStep], _ records: [InvocationRecord]) -> [[InvocationRecord]] {
        let roots = Dictionary(played.enumerated().map { ($0.element.trace.root, $0.offset) }) { first, _ in first }
        var caused = [[InvocationRecord]](repeating: [], count: played.count)
        for record in records {
            let owner =
                roots[EventTrace.root(of: record)] ?? played.lastIndex { $0.began <= record.began }
                ?? played.startIndex
            if played.indices.contains(owner) { caused[owner].append(record) }
        }
        return caused
    }

    private static func runs(_ records: [InvocationRecord]) -> [[String]] {
        let last = Dictionary(grouping: records, by: \.requestID).values.compactMap { attempts in
            attempts.max { $0.attempt < $1.attempt }
        }
        let alike = Dictionary(grouping: last) { "\($0.function) \($0.version) \($0.attempt) \(text($0.outcome))" }
        return alike.values.sorted { begin($0) < begin($1) }
            .map { runs in
                let first = runs[0]
                let durations = runs.map(\.durationMilliseconds).sorted()
                let cold = runs.filter(\.isCold).count
                return [
                    "", runs.count == 1 ? first.function : "\(first.function) x\(runs.count)", first.version,
                    "\(first.attempt)", milliseconds(durations[durations.count / 2]),
                    text(first.outcome) + (cold == 0 ? "" : cold == 1 ? ", 1 cold" : ", \(cold) cold"),
                ]
            }
    }

    private static func begin(_ runs: [InvocationRecord]) -> Timestamp {
        runs.map(\.began).min() ?? Timestamp(milliseconds: 0)
    }

    static func text(_ outcome: InvocationRecord.Outcome) -> String {
        switch outcome {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .ended(let type): type
        }
    }

    private static func milliseconds(_ value: Double) -> String {
        value < 10 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value.rounded())) ms"
    }
}
