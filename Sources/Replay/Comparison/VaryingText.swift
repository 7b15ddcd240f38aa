// SPDX-License-Identifier: Apache-2.0

/// Finds in a text what differs from one run to the next: identifiers, times, addresses, signatures.
struct VaryingText {
    /// A form of such a part, and what is shown in its place.
    ///
    /// In a form `h` stands for a hexadecimal digit, `d` for a digit, `a` for a letter, everything else for itself.
    private struct Form {
        let form: [UInt8]
        let placeholder: String
        /// What may follow it.
        var tail = Tail.none

        init(_ form: String, _ placeholder: String, _ tail: Tail = .none) {
            self.form = Array(form.utf8)
            self.placeholder = placeholder
            self.tail = tail
        }
    }

    private enum Tail {
        case none
        /// A fraction of a second, and a zone.
        case time
        /// More digits.
        case digits
        /// Capital letters and digits, a dozen at least.
        case key
        /// All up to the end of a parameter.
        case parameter
        /// The version in brackets, and 32 hexadecimal digits.
        case logStream
    }

    /// What stands in the place of an identifier that is made anew each time.
    static let uuid = "<uuid>"

    private static let forms = [
        Form("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", uuid),
        Form("dddd-dd-ddTdd:dd:dd", "<time>", .time),
        Form("dddd-dd-dd dd:dd:dd", "<time>", .time),
        Form("ddddddddTddddddZ", "<time>"),
        Form("aaa, dd aaa dddd dd:dd:dd GMT", "<time>"),
        Form("dd/aaa/dddd:dd:dd:dd", "<time>", .time),
        Form("d-hhhhhhhh-hhhhhhhhhhhhhhhhhhhhhhhh", "<trace>"),
        Form("dddd/dd/dd/[", "<log stream>", .logStream),
        Form("127.0.0.1:d", "<address>", .digits),
        Form("localhost:d", "<address>", .digits),
        Form("ASIA", "<key>", .key),
        Form("X-Amz-Credential=", "X-Amz-Credential=<key>", .parameter),
        Form("X-Amz-Date=", "X-Amz-Date=<time>", .parameter),
        Form("X-Amz-Security-Token=", "X-Amz-Security-Token=<token>", .parameter),
        Form("X-Amz-Signature=", "X-Amz-Signature=<signature>", .parameter),
    ]

    /// Units of durations, longest first.
    private static let units = ["milliseconds", "seconds", "millis", "ms", "µs", "us", "ns", "s"].map { Array($0.utf8) }

    private let text: [UInt8]
    private let isKept: (ArraySlice<UInt8>) -> Bool

    /// - Parameter isKept: whether a part stays as it is: what the event itself holds does not vary.
    init(_ text: String, isKept: @escaping (ArraySlice<UInt8>) -> Bool) {
        self.text = Array(text.utf8)
        self.isKept = isKept
    }

    /// The text with placeholders.
    ///
    /// - Parameter withDurations: whether numbers with a unit of time vary too, as they do in logs.
    func masked(withDurations: Bool) -> String {
        var masked: [UInt8] = []
        masked.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            if position == 0 || !Self.isWord(text[position - 1]),
                let (end, placeholder) = part(at: position, withDurations: withDurations),
                !isKept(text[position..<end])
            {
                masked += placeholder.utf8
                position = end
            } else {
                masked.append(text[position])
                position += 1
            }
        }
        return String(decoding: masked, as: UTF8.self)
    }

    private func part(at start: Int, withDurations: Bool) -> (end: Int, placeholder: String)? {
        for form in Self.forms {
            guard let head = match(form.form, at: start), let end = end(form.tail, at: head) else { continue }
            guard form.tail == .parameter || end == text.count || !Self.isWord(text[end]) else { continue }
            return (end, form.placeholder)
        }
        return withDurations ? duration(at: start).map { ($0, "<duration>") } : nil
    }

    private func match(_ form: [UInt8], at start: Int) -> Int? {
        guard start + form.count <= text.count else { return nil }
        for (offset, wanted) in form.enumerated() {
            let byte = text[start + offset]
            let fits =
                switch wanted {
                case UInt8(ascii: "h"): Self.isHex(byte)
                case UInt8(ascii: "d"): Self.isDigit(byte)
                case UInt8(ascii: "a"): Self.isLetter(byte)
                default: byte == wanted
                }
            guard fits else { return nil }
        }
        return start + form.count
    }

    private func end(_ tail: Tail, at start: Int) -> Int? {
        switch tail {
        case .none: return start
        case .digits: return skip(from: start, Self.isDigit)
        case .key:
            let end = skip(from: start) { Self.isDigit($0) || (65...90).contains($0) }
            return end - start >= 12 ? end : nil
        case .parameter:
            return skip(from: start) {
                $0 > 32 && ![UInt8(ascii: "&"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<")].contains($0)
            }
        case .time:
            var end = start
            if end < text.count, text[end] == UInt8(ascii: ".") || text[end] == UInt8(ascii: ",") {
                end = skip(from: end + 1, Self.isDigit)
            }
            if end < text.count, text[end] == UInt8(ascii: "Z") { return end + 1 }
            for zone in ["+dd:dd", "-dd:dd", "+dddd", "-dddd", " +dddd"] {
                if let after = match(Array(zone.utf8), at: end) { return after }
            }
            return end
        case .logStream:
            let version = skip(from: start) { Self.isWord($0) || $0 == UInt8(ascii: "$") }
            return match(Array("]hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh".utf8), at: version)
        }
    }

    /// `12 ms`, `0.5s`.
    private func duration(at start: Int) -> Int? {
        var end = skip(from: start, Self.isDigit)
        guard end > start else { return nil }
        if end + 1 < text.count, text[end] == UInt8(ascii: "."), Self.isDigit(text[end + 1]) {
            end = skip(from: end + 1, Self.isDigit)
        }
        if end < text.count, text[end] == UInt8(ascii: " ") { end += 1 }
        for unit in Self.units where text[end...].starts(with: unit) {
            let after = end + unit.count
            if after == text.count || !Self.isWord(text[after]) { return after }
        }
        return nil
    }

    private func skip(from start: Int, _ fits: (UInt8) -> Bool) -> Int {
        var end = start
        while end < text.count, fits(text[end]) { end += 1 }
        return end
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
    static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") }
}
