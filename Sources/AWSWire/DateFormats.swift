// SPDX-License-Identifier: Apache-2.0

/// ISO 8601 times in UTC, in the three forms that AWS uses.
///
/// Moments are milliseconds since 1970-01-01T00:00:00Z.
public enum ISO8601 {
    /// The extended form with milliseconds, `2013-05-24T00:00:00.000Z` for one.
    public static func format(_ milliseconds: Int64) -> String {
        let time = CivilTime(milliseconds: milliseconds)
        return "\(extended(time)).\(time.millisecond.padded(3))Z"
    }

    /// The extended form in whole seconds, rounded down: `2013-05-24T00:00:00Z` for one.
    public static func formatSeconds(_ milliseconds: Int64) -> String {
        "\(extended(CivilTime(milliseconds: milliseconds)))Z"
    }

    /// `20130524T000000Z`, the form of `X-Amz-Date`.
    public static func formatBasic(_ milliseconds: Int64) -> String {
        let time = CivilTime(milliseconds: milliseconds)
        let clock = "\(time.hour.padded(2))\(time.minute.padded(2))\(time.second.padded(2))"
        return "\(time.year.padded(4))\(time.month.padded(2))\(time.day.padded(2))T\(clock)Z"
    }

    /// Reads the extended form (with any number of fraction digits, `Z` or an offset such as `+02:00`) or the basic
    /// one.
    ///
    /// - Returns: nil when the text is no such time.
    public static func parse(_ text: some StringProtocol) -> Int64? {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4) else { return nil }
        let isExtended = scanner.take("-")
        guard let month = scanner.number(2), !isExtended || scanner.take("-"), let day = scanner.number(2),
            scanner.take("T"), let hour = scanner.number(2), !isExtended || scanner.take(":"),
            let minute = scanner.number(2), !isExtended || scanner.take(":"), let second = scanner.number(2)
        else { return nil }
        let fraction = scanner.take(".") ? scanner.milliseconds() : 0
        guard let fraction, let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        let time = CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: fraction)
        return time.milliseconds.map { $0 - Int64(offset) * 60_000 }
    }

    private static func extended(_ time: CivilTime) -> String {
        let date = "\(time.year.padded(4))-\(time.month.padded(2))-\(time.day.padded(2))"
        return "\(date)T\(time.hour.padded(2)):\(time.minute.padded(2)):\(time.second.padded(2))"
    }
}

/// The date format of HTTP (RFC 9110, 5.6.7).
///
/// Moments are milliseconds since 1970-01-01T00:00:00Z.
public enum HTTPDate {
    /// The preferred form (IMF-fixdate) in whole seconds, rounded down: `Fri, 24 May 2013 00:00:00 GMT` for one.
    public static func format(_ milliseconds: Int64) -> String {
        let time = CivilTime(milliseconds: milliseconds)
        let date = "\(time.day.padded(2)) \(CivilTime.monthNames[time.month - 1]) \(time.year.padded(4))"
        return "\(time.dayName), \(date) \(time.hour.padded(2)):\(time.minute.padded(2)):\(time.second.padded(2)) GMT"
    }

    /// Reads the preferred form; nil for any other text.
    ///
    /// The name of the day is not compared with the date.
    public static func parse(_ text: some StringProtocol) -> Int64? {
        let parts = Substring(text).split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT" || parts[5] == "+0000" || parts[5] == "UTC",
            let day = Int(parts[1]), let month = CivilTime.monthNames.firstIndex(of: String(parts[2])),
            let year = Int(parts[3])
        else { return nil }
        var scanner = DigitScanner(parts[4])
        guard let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2), scanner.take(":"),
            let second = scanner.number(2), scanner.isAtEnd
        else { return nil }
        return CivilTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
            .milliseconds
    }
}

/// Takes numbers of fixed width and single characters off the front of a text.
private struct DigitScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: some StringProtocol) {
        rest = Array(text.utf8)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        guard rest.count >= width, rest.prefix(width).allSatisfy(\.isASCIIDigit) else { return nil }
        let value = rest.prefix(width).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        rest.removeFirst(width)
        return value
    }

    /// The digits of a fraction of a second; what is finer than a millisecond is dropped.
    mutating func milliseconds() -> Int? {
        let digits = rest.prefix { $0.isASCIIDigit }
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        let three = (Array(digits.prefix(3)) + [48, 48, 48]).prefix(3)
        return three.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// Minutes east of UTC: `Z`, `+02:00` or `-0330`.
    mutating func offset() -> Int? {
        if take("Z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2) else { return nil }
        _ = take(":")
        guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
}
