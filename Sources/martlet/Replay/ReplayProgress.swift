// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Replay
import ServiceProtocols

/// A bar and counts on the terminal while events run; nothing where the standard error is none.
struct ReplayProgress {
    private static let interval = Duration.milliseconds(100)
    private static let barWidth = 24

    /// How many events there will be; nil when that is not known.
    private let total: Int?
    private let isShown = isatty(STDERR_FILENO) == 1
    private var last: ContinuousClock.Instant?

    init(total: Int?) {
        self.total = total
    }

    mutating func show(_ summary: ReplaySummary, now: ContinuousClock.Instant = .now) {
        guard isShown, last.map({ now - $0 >= Self.interval }) ?? true else { return }
        last = now
        Console.write(Data("\r\u{1B}[K\(line(summary))".utf8), to: .standardError)
    }

    /// Takes the bar away.
    func end() {
        guard isShown, last != nil else { return }
        Console.write(Data("\r\u{1B}[K".utf8), to: .standardError)
    }

    private func line(_ summary: ReplaySummary) -> String {
        var line = ""
        if let total, total > 0 {
            let filled = min(Self.barWidth, summary.events * Self.barWidth / total)
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.barWidth - filled)
            line = "[\(bar)] \(Figures.grouped(summary.events))/\(Figures.grouped(total))"
        } else {
            line = "\(Figures.grouped(summary.events)) events"
        }
        line += "  \(Figures.grouped(summary.outcomes[.succeeded] ?? 0)) succeeded"
        let failed = summary.events - (summary.outcomes[.succeeded] ?? 0) - (summary.outcomes[.accepted] ?? 0)
        if failed > 0 { line += "  \(Figures.grouped(failed)) not" }
        if let latencies = summary.latencies { line += "  p50 \(Figures.significant(latencies.p50)) ms" }
        return line
    }
}
