// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// A bar on the terminal while something runs; nothing where the standard error is none.
struct ProgressBar {
    private static let interval = Duration.milliseconds(100)
    private static let width = 24

    /// Whether anybody sees it.
    static var isPossible: Bool { isatty(STDERR_FILENO) == 1 }

    private let isShown = Self.isPossible
    private var last: ContinuousClock.Instant?

    /// Shows how far it is, `[####....] 4/12  words`, unless it was shown just before.
    ///
    /// - Parameter progress: asked only when it is shown; the total is nil when it is not known.
    mutating func show(
        now: ContinuousClock.Instant = .now, _ progress: () -> (words: String, done: Int, total: Int?)
    ) {
        guard isShown, last.map({ now - $0 >= Self.interval }) ?? true else { return }
        last = now
        Console.write(Data("\r\u{1B}[K\(Self.line(progress()))".utf8), to: .standardError)
    }

    /// Takes the bar away.
    func end() {
        guard isShown, last != nil else { return }
        Console.write(Data("\r\u{1B}[K".utf8), to: .standardError)
    }

    private static func line(_ progress: (words: String, done: Int, total: Int?)) -> String {
        guard let total = progress.total, total > 0 else { return progress.words }
        let filled = min(width, progress.done * width / total)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return "[\(bar)] \(Figures.grouped(progress.done))/\(Figures.grouped(total))  \(progress.words)"
    }
}
