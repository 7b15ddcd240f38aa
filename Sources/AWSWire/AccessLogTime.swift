// SPDX-License-Identifier: Apache-2.0

/// The time format of access logs, which proxy events and `$context.requestTime` have: `12/Mar/2020:19:03:58 +0000`.
///
/// Moments are milliseconds since 1970-01-01T00:00:00Z.
public enum AccessLogTime {
    /// Writes a moment in UTC, in whole seconds, rounded down.
    public static func format(_ milliseconds: Int64) -> String {
        let time = CivilTime(milliseconds: milliseconds)
        let date = "\(time.day.padded(2))/\(CivilTime.monthNames[time.month - 1])/\(time.year.padded(4))"
        return "\(date):\(time.hour.padded(2)):\(time.minute.padded(2)):\(time.second.padded(2)) +0000"
    }

    /// Reads a moment with any offset; nil when the text is none.
    public static func parse(_ text: some StringProtocol) -> Int64? {
        let fields = text.split(separator: "/", omittingEmptySubsequences: false)
        guard fields.count == 3, let month = CivilTime.monthNames.firstIndex(of: String(fields[1])) else { return nil }
        let (date, rest) = (fields[0], fields[2])
        guard rest.count == 19, rest.dropFirst(4).first == ":", rest.dropFirst(13).first == " " else { return nil }
        let offset = rest.suffix(5)
        let clock = rest.dropFirst(5).prefix(8)
        return ISO8601.parse(
            "\(rest.prefix(4))-\((month + 1).padded(2))-\(date)T\(clock)\(offset.prefix(3)):\(offset.suffix(2))")
    }
}
