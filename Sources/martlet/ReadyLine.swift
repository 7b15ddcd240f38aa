// SPDX-License-Identifier: Apache-2.0
import Emulator
import Foundation

/// The one line that says that an emulator serves.
struct ReadyLine {
    let endpoint: String
    let apis: [String: String]

    init(_ emulator: Emulator) {
        endpoint = emulator.endpoint
        apis = Dictionary(emulator.apis.map { ($0.id, $0.url) }) { first, _ in first }
    }

    /// For programs; `event` comes first, as in all lines of the kind.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let endpoint = String(decoding: try encoder.encode(endpoint), as: UTF8.self)
        let apis = String(decoding: try encoder.encode(apis), as: UTF8.self)
        return "{\"event\":\"ready\",\"endpoint\":\(endpoint),\"apis\":\(apis)}"
    }

    /// For people.
    static func text(_ emulator: Emulator) -> String {
        let apis = emulator.apis.map { "  \($0.name) \($0.url)" }.joined()
        let urls = emulator.functionURLs.map { "  \($0.function) \($0.url)" }.joined()
        return "martlet is ready: \(emulator.endpoint)\(apis)\(urls)  (Ctrl-C ends it)"
    }
}
