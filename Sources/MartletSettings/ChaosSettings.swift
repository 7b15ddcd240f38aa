// SPDX-License-Identifier: Apache-2.0

/// What a file says about chaos, as it stands there: what the rules mean is for others to know.
public struct ChaosSettings: Sendable, Equatable {
    /// One `[[chaos.rules]]`.
    public struct Rule: Sendable, Equatable {
        /// The line of its first setting.
        public var line: Int
        /// What it says, by name.
        public var values: [String: Value]
    }

    /// A string or a number.
    public enum Value: Sendable, Equatable {
        case string(String)
        case integer(Int)
        case number(Double)
    }

    /// `seed` in `[chaos]`; nil where there is none.
    public var seed: UInt64?
    /// The rules, in their order.
    public var rules: [Rule] = []
    private var lastElement = 0

    /// Settings that say nothing.
    public init() {}

    /// Takes a setting if it is one of these.
    ///
    /// - Returns: false for one that is not.
    mutating func take(_ entry: SettingsText.Entry, file: String) throws(SettingsError) -> Bool {
        switch (entry.table, entry.key) {
        case ("chaos", "seed") where entry.element == 0:
            guard case .integer(let number) = entry.value, number >= 0 else {
                throw SettingsError(file: file, line: entry.line, message: "seed is a whole number from 0")
            }
            seed = UInt64(number)
        case ("chaos.rules", _) where entry.element > 0:
            if entry.element != lastElement {
                lastElement = entry.element
                rules.append(Rule(line: entry.line, values: [:]))
            }
            rules[rules.count - 1].values[entry.key] = try value(entry, file: file)
        default: return false
        }
        return true
    }

    private func value(_ entry: SettingsText.Entry, file: String) throws(SettingsError) -> Value {
        switch entry.value {
        case .string(let text): return .string(text)
        case .integer(let number): return .integer(number)
        case .number(let number): return .number(number)
        case .list:
            throw SettingsError(file: file, line: entry.line, message: "\(entry.key) is a string or a number")
        }
    }
}
