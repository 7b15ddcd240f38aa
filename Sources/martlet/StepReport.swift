// SPDX-License-Identifier: Apache-2.0
import LambdaService
import Scenario
import ServiceProtocols

/// How played steps are shown.
enum StepReport {
    /// One step, when it is over.
    static func line(_ played: PlayedStep) -> String {
        let mark = played.failure == nil ? "ok  " : "FAIL"
        let line = "\(mark) \(played.step.name): \(played.step.description)"
        return played.failure.map { "\(line)\n     \($0)" } ?? line
    }

    static func summary(_ steps: Int, _ failures: Int) -> String {
        failures == 0
            ? Console.coloured("\(steps) events gave what they should.", .green)
            : Console.coloured("\(failures) of \(steps) events did not give what they should.", .red)
    }

    /// Under each step the runs of functions that it caused; runs that came to the same share a row.
    static func table(_ played: [PlayedStep], _ records: [InvocationRecord]) -> String {
        var table = TextTable(
            ["event", "function", "version", "attempts", "duration", "outcome"].map { ($0, .left) })
        for (index, step) in played.enumerated() {
            let next = played.indices.contains(index + 1) ? played[index + 1].began : nil
            // What began while a step was played was caused by it, even if it ended later.
            let caused = records.filter { record in
                (index == 0 || record.began >= step.began) && next.map { record.began < $0 } ?? true
            }
            let outcome = step.failure == nil ? "as expected" : "NOT as expected"
            table.add(["\(step.step.name)", "", "", "", "\(milliseconds(step.milliseconds))", "\(outcome)"])
            for run in runs(caused) { table.add(run.map { TextTable.Cell($0) }) }
        }
        return table.text
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

    private static func text(_ outcome: InvocationRecord.Outcome) -> String {
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
