// SPDX-License-Identifier: Apache-2.0
import Chaos
public import Foundation
import MartletSettings

/// What goes wrong on purpose from the start.
public struct ChaosOptions: Sendable {
    /// A file with `[chaos]` and `[[chaos.rules]]`, in place of those in `martlet.toml`; nil for none.
    public var file: URL?
    /// What decisions come from; nil for the seed in the file, or 0.
    public var seed: UInt64?

    /// Nothing but what `martlet.toml` says.
    public init() {}
}

extension ChaosPlan {
    /// The rules of a file.
    ///
    /// - Throws: ``EmulatorError`` with the file, the line and the reason for a rule that cannot be carried out.
    init(_ settings: ChaosSettings, file: String, seed: UInt64?) throws(EmulatorError) {
        self.init(seed: seed ?? settings.seed ?? 0)
        for rule in settings.rules {
            do throws(ChaosRefusal) {
                _ = try add(try ChaosRule(rule.values.mapValues { ChaosValue($0) }))
            } catch {
                throw EmulatorError("\(file):\(rule.line): \(error)")
            }
        }
    }
}

extension ChaosValue {
    fileprivate init(_ value: ChaosSettings.Value) {
        switch value {
        case .string(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        }
    }
}
