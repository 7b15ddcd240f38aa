// SPDX-License-Identifier: Apache-2.0

/// The number that orders the events of one key: hexadecimal, compared as text after padding with zeros on the right.
///
/// All sequencers have one width, so that padding never matters; they grow over all keys, with the time in their upper
/// part and whatever it takes to be unique in the lower one.
struct Sequencer: Sendable, Equatable {
    let number: UInt64

    /// The one after `last`, at `now` (milliseconds since 1970) or later, even when the clock goes back.
    init(after last: UInt64, now: Int64) {
        number = max(last + 1, UInt64(max(0, now)) << 20)
    }

    /// Eighteen digits, as AWS's have mostly.
    var text: String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 18 - digits.utf8.count) + digits
    }
}
