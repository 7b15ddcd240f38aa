// SPDX-License-Identifier: Apache-2.0
import JSON

/// What a filter policy asks of one value.
indirect enum FilterRule: Sendable, Equatable {
    case equals(JSONValue)
    case prefix(String)
    case suffix(String)
    case equalsIgnoringCase(String)
    /// One or two comparisons that all hold.
    case numeric([Comparison])
    case cidr(AddressRange)
    case anythingBut([FilterRule])
    case exists(Bool)

    struct Comparison: Sendable, Equatable {
        enum Operator: String, Sendable {
            case less = "<"
            case lessOrEqual = "<="
            case equal = "="
            case greaterOrEqual = ">="
            case greater = ">"
        }

        var comparison: Operator
        var bound: Double

        func holds(_ number: Double) -> Bool {
            switch comparison {
            case .less: number < bound
            case .lessOrEqual: number <= bound
            case .equal: number == bound
            case .greaterOrEqual: number >= bound
            case .greater: number > bound
            }
        }
    }

    /// Whether a value that is there, or one of its members if it is an array, is as asked.
    func matches(_ value: JSONValue) -> Bool {
        if case .exists(let shouldExist) = self { return shouldExist }
        if case .array(let members) = value { return members.contains { matchesScalar($0) } }
        return matchesScalar(value)
    }

    private func matchesScalar(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.anythingBut, .object), (.anythingBut, .array): false
        case (.anythingBut(let rules), _): !rules.contains { $0.matchesScalar(value) }
        case (.equals(let expected), _): expected == value
        case (.prefix(let prefix), .string(let text)): text.utf8.starts(with: prefix.utf8)
        case (.suffix(let suffix), .string(let text)): text.utf8.reversed().starts(with: suffix.utf8.reversed())
        case (.equalsIgnoringCase(let expected), .string(let text)): text.lowercased() == expected.lowercased()
        case (.numeric(let comparisons), .number(let number)): comparisons.allSatisfy { $0.holds(number) }
        case (.numeric(let comparisons), .integer(let number)): comparisons.allSatisfy { $0.holds(Double(number)) }
        case (.cidr(let range), .string(let text)): range.contains(text)
        default: false
        }
    }
}

/// A range of IPv4 addresses: `10.0.0.0/24`.
struct AddressRange: Sendable, Equatable {
    private let network: UInt32
    private let mask: UInt32

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = Self.address(parts[0]), let bits = Int(parts[1]), (0...32).contains(bits)
        else { return nil }
        mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
        network = address & mask
    }

    func contains(_ text: String) -> Bool {
        Self.address(Substring(text)).map { $0 & mask == network } ?? false
    }

    private static func address(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(UInt32?.some(0)) { address, part in
            guard let address, let part else { return nil }
            return address << 8 | UInt32(part)
        }
    }
}
