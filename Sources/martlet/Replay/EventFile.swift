// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import JSON
import Journal
import Replay
import ServiceProtocols
import TriggerEvents

/// Reads the events of files, folders and the standard input.
struct EventFile {
    /// Which records of an export are wanted.
    let filter: RecordFilter
    /// How events from elsewhere are read.
    let options: SourceOptions

    /// - Throws: ``Refused`` for what cannot be read.
    func events(in path: String) throws -> [ReplayEvent] {
        var isFolder: ObjCBool = false
        if path != "-", FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            return try names.filter { !$0.hasPrefix(".") && !$0.hasSuffix(".md") }.flatMap { name in
                try events(in: path.hasSuffix("/") ? path + name : "\(path)/\(name)")
            }
        }
        let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let data = try? handle?.readToEnd() ?? Data() else {
            throw Refused(description: "Cannot read \(path).")
        }
        let name = path == "-" ? "stdin" : URL(filePath: path).lastPathComponent
        if data.starts(with: [0x1F, 0x8B]), path != "-" { return try packedEvents(path, name) }
        let text = [UInt8](data)
        return try ownEvents(text, name) ?? foreignEvents(text, name)
    }

    /// Those of a journal's export, or as `/_martlet/replay` takes them; nil for a text of another form.
    private func ownEvents(_ text: [UInt8], _ name: String) throws -> [ReplayEvent]? {
        var records: [JournalRecord] = []
        var events: [ReplayEvent] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let value = line.withUnsafeBytes({ JSONValue(parsing: $0) }) else { return try refuse(index, name) }
            if let record = JournalRecord(value) {
                records.append(record)
            } else if ReplayEvent.isDescribed(by: value), let event = ReplayEvent(value, number: index + 1) {
                events.append(event)
            } else {
                return try refuse(index, name)
            }
        }
        return events + ReplayEvent.events(of: records, matching: filter)
    }

    /// The first line decides of which form a text is.
    private func refuse(_ index: Int, _ name: String) throws -> [ReplayEvent]? {
        guard index > 0 else { return nil }
        throw Refused(description: "\(name):\(index + 1): this is neither a record of a journal nor an event.")
    }

    private func foreignEvents(_ text: [UInt8], _ name: String) throws -> [ReplayEvent] {
        var stream = EventStream(file: name, options: options)
        let events = stream.take(text) + stream.finish()
        if let failure = stream.failure { throw Refused(description: "\(failure)") }
        return ReplayEvent.events(of: events, name)
    }

    private func packedEvents(_ path: String, _ name: String) throws -> [ReplayEvent] {
        do {
            var files = try EventFiles([path], options: options)
            var events: [ForeignEvent] = []
            while let event = try files.next() { events.append(event) }
            return ReplayEvent.events(of: events, name)
        } catch {
            throw Refused(description: "\(error)")
        }
    }
}

extension ReplayEvent {
    /// Those of an export that triggered functions, in order, each with what it came to.
    fileprivate static func events(of records: [JournalRecord], matching filter: RecordFilter) -> [ReplayEvent] {
        let consequences = Dictionary(grouping: records.filter { $0.cause != nil }) { $0.cause ?? 0 }
        return records.sorted { $0.id < $1.id }.filter { $0.triggers != nil && filter.matches($0) }
            .compactMap { ReplayEvent($0, ends: consequences[$0.id] ?? []) }
    }

    fileprivate static func events(of found: [ForeignEvent], _ name: String) -> [ReplayEvent] {
        found.enumerated().map { index, foreign in
            let id = found.count == 1 ? name : "\(name):\(index + 1)"
            var event = ReplayEvent(id: id, payload: Bytes(foreign.payload))
            event.function = foreign.function
            event.time = foreign.moment.map { Timestamp(milliseconds: $0) }
            return event
        }
    }
}
