// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// A moment of a message, in the order of moments and, of one moment, in that of messages.
struct Deadline: Comparable {
    var moment: Timestamp
    var sequence: Int64

    static func < (one: Deadline, other: Deadline) -> Bool {
        (one.moment, one.sequence) < (other.moment, other.sequence)
    }
}
