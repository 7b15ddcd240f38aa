// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// One line of a log, as it is kept.
public struct LogEvent: Sendable {
    /// Which of the group's streams it belongs to.
    var stream: Int
    /// When it happened, in milliseconds since 1970.
    public var timestamp: Int64
    /// When it came here, in milliseconds since 1970.
    public var ingestion: Int64
    /// The line, with its line end where it has one.
    public var message: Bytes

    /// The line as text.
    var text: String { message.string }
}

/// An event with its place in the group, which its id and the tokens of pages are made from.
struct PlacedEvent {
    var position: Int
    var streamName: String
    var event: LogEvent

    /// Digits, as many as AWS's ids have; later events have greater ones.
    var id: String {
        let digits = String(position)
        return String(repeating: "0", count: max(0, 56 - digits.utf8.count)) + digits
    }
}
