// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Numbers as people read them.
enum Figures {
    /// `12,345`.
    static func grouped(_ number: Int) -> String {
        number.formatted(.number.locale(Locale(identifier: "en_US")))
    }

    /// Three digits of a number below 100, whole numbers from there on.
    static func significant(_ number: Double) -> String {
        switch abs(number) {
        case 0: "0"
        case ..<0.001: String(format: "%.2g", number)
        case ..<1: String(format: "%.3f", number)
        case ..<10: String(format: "%.2f", number)
        case ..<100: String(format: "%.1f", number)
        default: grouped(Int(number.rounded()))
        }
    }

    static func seconds(_ milliseconds: Int) -> String {
        milliseconds < 1000 ? "\(milliseconds) ms" : "\(significant(Double(milliseconds) / 1000)) s"
    }

    /// Cents, or as many digits as it takes to tell two of them.
    static func dollars(_ amount: Double) -> String {
        guard amount > 0, amount < 1 else { return String(format: "$%.2f", amount) }
        let digits = Int((-log10(amount)).rounded(.down)) + 2
        return String(format: "$%.\(max(2, digits))f", amount)
    }
}
