// SPDX-License-Identifier: Apache-2.0
import JSON
import Replay
import ServiceProtocols

/// A bar and counts on the terminal while events run.
struct ReplayProgress {
    /// How many events there will be; nil when that is not known.
    private var total: Int?
    private var bar = ProgressBar()

    init(total: Int?) {
        self.total = total
    }

    /// Reads a line with the number of events; false for another line.
    mutating func readTotal(_ line: JSONValue) -> Bool {
        guard case .integer(let total)? = line["total"] else { return false }
        self.total = Int(total)
        return true
    }

    mutating func show(_ summary: ReplaySummary) {
        let total = total
        bar.show { (Self.words(summary, isOpen: total == nil), summary.events, total) }
    }

    /// Takes the bar away.
    func end() {
        bar.end()
    }

    private static func words(_ summary: ReplaySummary, isOpen: Bool) -> String {
        var words = isOpen ? "\(Figures.grouped(summary.events)) events  " : ""
        words += "\(Figures.grouped(summary.outcomes[.succeeded] ?? 0)) succeeded"
        let failed = summary.events - (summary.outcomes[.succeeded] ?? 0) - (summary.outcomes[.accepted] ?? 0)
        if failed > 0 { words += "  \(Figures.grouped(failed)) not" }
        if let latencies = summary.latencies { words += "  p50 \(Figures.significant(latencies.p50)) ms" }
        return words
    }
}
