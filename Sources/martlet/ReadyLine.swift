// SPDX-License-Identifier: Apache-2.0
import Emulator
import Foundation

/// The one line that says that an emulator serves.
struct ReadyLine: Encodable {
    let event = "ready"
    let endpoint: String
    let apis: [String: String]

    init(_ emulator: Emulator) {
        endpoint = emulator.endpoint
        apis = Dictionary(emulator.apis.map { ($0.id, $0.url) }) { first, _ in first }
    }

    private enum CodingKeys: CodingKey {
        case event, endpoint, apis
    }

    /// For programs: keys in a fixed order.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// For people.
    static func text(_ emulator: Emulator) -> String {
        let apis = emulator.apis.map { "  \($0.name) \($0.url)" }.joined()
        return "martlet is ready: \(emulator.endpoint)\(apis)  (Ctrl-C ends it)"
    }
}
