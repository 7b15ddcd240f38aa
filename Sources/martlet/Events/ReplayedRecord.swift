// SPDX-License-Identifier: Apache-2.0
import JSON
import Replay
import ServiceProtocols

/// What a record came to that was run again, for people.
struct ReplayedRecord {
    let result: ReplayResult

    var text: String {
        let end = ([result.outcome.rawValue] + [result.error].compactMap(\.self)).joined(separator: ", ")
        let name = "Event \(result.id) of \(result.function), once more:"
        var lines = ["\(Console.coloured(name, .bold)) \(end), \(Figures.significant(result.latencyMilliseconds)) ms"]
        switch result.agreement {
        case .identical: lines.append("As recorded, to the byte.")
        case .same: lines.append("As recorded, but for what varies.")
        case .different: lines.append(DifferenceText.first(result))
        case nil: break
        }
        if let returned = result.result { lines += ["", JSONValue(readable: returned).indentedText()] }
        return lines.joined(separator: "\n")
    }
}
