// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import FunctionClock

/// Times as AWS's events have them: `1970-01-01T00:00:00.000Z`.
package enum EventTime {
    /// The time now, for what the application does itself.
    package static var now: String {
        text(Date(timeIntervalSince1970: Double(FunctionClock.milliseconds) / 1000))
    }

    static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
