// SPDX-License-Identifier: Apache-2.0

/// An event with its place in the group, which its id and the tokens of pages are made from.
struct PlacedEvent {
    var position: Int
    var streamName: String
    /// When it happened, in milliseconds since 1970.
    var timestamp: Int64
    /// When it came here, in milliseconds since 1970.
    var ingestion: Int64
    /// The line, with its line end where it has one.
    var message: String

    /// Digits, as many as AWS's ids have; later events have greater ones.
    var id: String {
        let digits = String(position)
        return String(repeating: "0", count: max(0, 56 - digits.utf8.count)) + digits
    }

    /// What it counts for in the size of an answer.
    var size: Int { message.utf8.count + 26 }
}
