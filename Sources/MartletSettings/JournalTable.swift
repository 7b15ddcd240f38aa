// SPDX-License-Identifier: Apache-2.0

extension MartletSettings {
    /// `[journal]`: how much is kept of what happens, for how long, and what nobody shall read.
    public struct Journal: Sendable, Equatable {
        /// `size = "1GiB"`: how large the journal may become, in bytes; nil for the default.
        public var size: Int?
        /// `age = "7d"`: how old a record may become; nil for the default.
        public var age: Duration?
        /// `payload = "256KiB"`: how much of a payload is kept, in bytes; nil for the default.
        public var payload: Int?
        /// `redact = ["$.password"]`: JSON paths of what is not written.
        public var redact: [String] = []

        /// A table that says nothing.
        public init() {}

        mutating func set(_ entry: SettingsText.Entry, file: String) throws(SettingsError) {
            func wrong(_ message: String) -> SettingsError {
                SettingsError(file: file, line: entry.line, message: message)
            }
            switch (entry.key, entry.value) {
            case ("redact", .list(let paths)): redact = paths
            case ("redact", _): throw wrong("redact is a list of JSON paths: [\"$.password\"]")
            case ("size", .string(let text)), ("payload", .string(let text)):
                guard let bytes = Self.bytes(text) else {
                    throw wrong("\(entry.key) is a number of bytes: \"1GiB\", \"64MiB\", \"256KiB\"")
                }
                if entry.key == "size" { size = bytes } else { payload = bytes }
            case ("age", .string(let text)):
                guard let age = Self.duration(text) else { throw wrong("age is a time: \"7d\", \"12h\", \"30m\"") }
                self.age = age
            case ("size", _), ("payload", _), ("age", _): throw wrong("\(entry.key) is written in quotes")
            default:
                throw wrong("there is no setting \(entry.key) in [journal]; there are size, age, payload and redact")
            }
        }

        private static func bytes(_ text: String) -> Int? {
            let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("", 1)]
            guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
            return number(text.dropLast(unit.count), times: factor)
        }

        private static func duration(_ text: String) -> Duration? {
            let units: [Character: Int] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
            guard let factor = text.last.flatMap({ units[$0] }) else { return nil }
            return number(text.dropLast(), times: factor).map { .seconds($0) }
        }

        /// From 1 on, and not beyond what anybody keeps.
        private static func number(_ digits: Substring, times factor: Int) -> Int? {
            guard let count = Int(digits.drop { $0 == " " }), count > 0,
                case let (number, overflow) = count.multipliedReportingOverflow(by: factor), !overflow,
                number <= 1 << 50
            else { return nil }
            return number
        }
    }
}
