// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Emulator
import Foundation
import JSON
import Journal
import Replay
import ServiceProtocols
import TriggerEvents

/// What is to be run again.
enum ReplayInput {
    /// Records of the emulator's journal: those with these numbers or request ids, else those that the filter finds.
    case journal(names: [String], RecordFilter)
    /// Events that the command has read.
    case events([ReplayEvent])

    /// Reads what the arguments name: files, folders, `-`, or records of the journal.
    ///
    /// - Throws: ``Refused`` for what cannot be read, and for files and records at once.
    init(_ sources: [String], function: String?, _ conditions: RecordFilter, _ options: SourceOptions) throws {
        var filter = conditions
        filter.function = function
        let files = sources.filter { $0 == "-" || FileManager.default.fileExists(atPath: $0) }
        let names = sources.filter { !files.contains($0) }
        guard !files.isEmpty else {
            if let odd = names.first(where: { !Self.isName($0) }) {
                throw Refused(
                    description: "\(odd) is neither a file or a folder that is there, nor a record of the journal. "
                        + "'martlet events list' shows what there is.")
            }
            self = .journal(names: names, filter)
            return
        }
        guard names.isEmpty else { throw Refused(description: "There is no \(names[0]).") }
        let reader = EventFile(filter: filter, options: options)
        self = .events(
            try files.flatMap { try reader.events(in: $0) }.compactMap { event in
                guard let function else { return event }
                guard event.function == nil else { return event.function == function ? event : nil }
                var event = event
                event.function = function
                return event
            })
    }

    /// A record's number or a request id.
    private static func isName(_ text: String) -> Bool {
        Int64(text) != nil || UUID(uuidString: text) != nil
    }

    /// Whether the function that is named runs them, whatever they were for.
    var isRetargeted: Bool {
        if case .journal(let names, _) = self { !names.isEmpty } else { false }
    }

    var needsJournal: Bool {
        if case .journal = self { true } else { false }
    }

    /// The parameters of a request for them.
    func parameters(with options: ReplayOptions) -> QueryString {
        var parameters = options.parameters
        if case .journal(let names, let filter) = self {
            parameters.add("journal", RecordQuery(filter).parameters.encoded)
            names.forEach { parameters.add("id", $0) }
            if count == nil, ProgressBar.isPossible { parameters.add("count", "true") }
        }
        return parameters
    }

    /// How many events there are, where that is known.
    var count: Int? {
        switch self {
        case .journal(let names, _): names.isEmpty ? nil : names.count
        case .events(let events): events.count
        }
    }

    /// The events as lines.
    var body: Bytes {
        guard case .events(let events) = self else { return Bytes() }
        var lines = BytesBuilder(capacity: 1 << 16)
        for event in events {
            lines.append(contentsOf: event.json)
            lines.append("\n")
        }
        return lines.finish()
    }
}
