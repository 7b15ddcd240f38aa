// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import HTTPServer
import JSON
import Journal
import LambdaService
import Replay
import ServiceProtocols

/// Events that come as lines of a request's body.
actor BodyEvents {
    /// A payload of six megabytes and its recorded result, all of whose bytes are escaped.
    private static let longestLine = 80 << 20

    private let body: any RequestBody
    private let loop: EventLoop
    private var lines = LineReader(longest: BodyEvents.longestLine)
    private var waiting: [Bytes] = []
    private var number = 0
    private var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ body: any RequestBody, loop: EventLoop) {
        self.body = body
        self.loop = loop
    }

    /// - Throws: ``ReplayRequestError`` for a line that is no event, and for a body that ends early.
    func next() async throws -> ReplayEvent? {
        while true {
            while !waiting.isEmpty {
                let line = waiting.removeFirst()
                number += 1
                if !line.isEmpty { return try event(line) }
            }
            guard !isOver else { return nil }
            do {
                if let piece = try await body.next() {
                    waiting = try lines.append(piece)
                } else {
                    isOver = true
                    waiting = [lines.finish()]
                }
            } catch let error as RecordQueryError {
                throw ReplayRequestError(error.description)
            } catch is RequestBodyError {
                throw ReplayRequestError("The body ended early, after \(number) lines.")
            }
        }
    }

    private func event(_ line: Bytes) throws(ReplayRequestError) -> ReplayEvent {
        guard let value = line.withUnsafeBytes({ JSONValue(parsing: $0) }),
            let event = ReplayEvent(value, number: number)
        else {
            throw ReplayRequestError("Line \(number) is no event: an object with 'event' or 'payload' is expected.")
        }
        return event
    }
}

/// Events of the journal, as they were recorded when the replay began.
actor JournalEvents {
    private let journal: EventJournal
    private let loop: EventLoop
    private var query: RecordQuery
    private let names: [String]
    /// The first number that is not replayed: what the replay itself causes comes after it.
    private let end: RecordID
    private var waiting: [ReplayEvent] = []
    private var hasBegun = false
    private var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameter names: numbers or request ids of the records; empty for those of the query.
    init(_ query: RecordQuery, names: [String], journal: EventJournal, loop: EventLoop) {
        self.query = query
        self.query.order = .oldestFirst
        self.query.limit = 256
        self.names = names
        self.journal = journal
        self.loop = loop
        end = journal.nextID()
    }

    /// - Throws: ``ReplayRequestError`` for a name that leads to no event, or the database's error.
    func next() async throws -> ReplayEvent? {
        while waiting.isEmpty, !isOver { try await read() }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    private func read() async throws {
        if !hasBegun { await journal.flush() }
        hasBegun = true
        guard names.isEmpty else {
            isOver = true
            waiting = try await loop.offload { [names, file = journal.file] in
                try names.map { name in try Self.event(name, file) }
            }
            return
        }
        // Unless they are asked for, events that were run again before are left out.
        let excluded = query.filter.source == nil ? LambdaService.replaySource : nil
        let (triggers, next) = try await loop.offload { [query, file = journal.file] in
            try file.triggers(query, notOf: excluded)
        }
        query.after = next
        isOver = next == nil || triggers.last.map { $0.record.id >= end } == true
        waiting = triggers.filter { $0.record.id < end }.compactMap(ReplayEvent.init)
    }

    private nonisolated static func event(_ name: String, _ file: JournalFile) throws -> ReplayEvent {
        guard let trigger = try file.trigger(name) else {
            throw ReplayRequestError("The journal has no record \(name).")
        }
        guard let event = ReplayEvent(trigger) else {
            throw ReplayRequestError(
                "Record \(name) is of the kind \(trigger.record.kind.rawValue): only invocations and events are run again."
            )
        }
        return event
    }
}

extension ReplayEvent {
    fileprivate init?(_ trigger: TriggerRecord) {
        self.init(trigger.record, ends: trigger.consequences)
        record = trigger.record.id
    }
}
