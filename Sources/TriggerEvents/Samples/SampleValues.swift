// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON
import Randomness

/// Where samples take their values from: the usual ones, or random ones of the same form.
struct SampleValues {
    let place: SamplePlace
    private var random: SplitMix64?
    /// When the event happened: milliseconds since 1970.
    let moment: Int64

    /// 2026-01-01T12:00:00Z.
    private static let usualMoment: Int64 = 1_767_268_800_000
    private static let millisecondsOfYear: Int64 = 365 * 86_400_000

    /// - Parameter seed: nil for the usual values.
    init(place: SamplePlace, random seed: UInt64?) {
        self.place = place
        guard let seed else {
            moment = Self.usualMoment
            return
        }
        var random = SplitMix64(seed: seed)
        moment = Self.usualMoment + Int64.random(in: 0..<Self.millisecondsOfYear, using: &random)
        self.random = random
    }

    // MARK: Choices

    mutating func number(_ usual: Int, _ range: ClosedRange<Int>) -> Int {
        guard var generator = random else { return usual }
        defer { random = generator }
        return Int.random(in: range, using: &generator)
    }

    mutating func pick<Value>(_ usual: Value, _ others: Value...) -> Value {
        let index = number(0, 0...others.count)
        return index == 0 ? usual : others[index - 1]
    }

    /// One of something, or a few.
    mutating func list(
        upTo most: Int = 3, _ make: (inout SampleValues, _ index: Int) -> JSONValue
    ) -> JSONValue {
        let count = number(1, 1...most)
        var items: [JSONValue] = []
        for index in 0..<count { items.append(make(&self, index)) }
        return .array(items)
    }

    // MARK: Texts of a form

    /// A text that has other letters and digits where the usual one has letters and digits.
    mutating func like(_ usual: String) -> String {
        String(
            usual.map { character in
                switch character {
                case "0"..."9": digit(of: "0123456789", character)
                case "a"..."z": digit(of: "abcdefghijklmnopqrstuvwxyz", character)
                case "A"..."Z": digit(of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", character)
                default: character
                }
            })
    }

    /// The same for hexadecimal digits.
    mutating func hex(_ usual: String) -> String {
        String(
            usual.map { character in
                switch character {
                case "0"..."9", "a"..."f": digit(of: "0123456789abcdef", character)
                case "A"..."F": digit(of: "0123456789ABCDEF", character)
                default: character
                }
            })
    }

    /// A UUID of version 4.
    mutating func uuid(_ usual: String) -> String {
        guard random != nil else { return usual }
        return hex("00000000-0000-") + "4" + hex("000-") + String(digit(of: "89ab", "8")) + hex("000-000000000000")
    }

    private mutating func digit(of digits: String, _ usual: Character) -> Character {
        guard var generator = random else { return usual }
        defer { random = generator }
        return digits.randomElement(using: &generator) ?? usual
    }

    // MARK: Common values

    /// A moment as `2026-01-01T12:00:00.000Z`.
    func time(after milliseconds: Int64 = 0) -> JSONValue { .string(ISO8601.format(moment + milliseconds)) }

    /// A moment as `2026-01-01T12:00:00Z`.
    func seconds(after milliseconds: Int64 = 0) -> JSONValue { .string(ISO8601.formatSeconds(moment + milliseconds)) }

    mutating func address() -> String {
        // RFC 5737: addresses for documentation.
        "\(pick("192.0.2", "198.51.100", "203.0.113")).\(number(1, 1...254))"
    }

    mutating func word() -> String {
        pick("heron", "lighthouse", "river", "amber", "cobalt", "meadow", "quartz", "willow", "harbour", "violet")
    }

    mutating func text() -> String {
        pick("Hello from a sample", "Order received", "grüße, 你好", "a \"quoted\" word", "two\nlines")
    }

    func arn(_ service: String, _ resource: String) -> String {
        "arn:aws:\(service):\(place.region):\(place.account):\(resource)"
    }
}
