// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import HTTPServer
import JSON
import Journal
import LambdaService
import Replay
import ServiceProtocols

/// Events that are to be run again.
struct ReplaySource: Sendable {
    /// The next one; nil after the last.
    let next: @Sendable () async throws -> ReplayEvent?
    /// How many there are; nil where that shows only at the end.
    let count: (@Sendable () async throws -> Int)?

    /// Says how many there are when they are counted, unless they have all been run by then.
    func tellTotal(_ parameters: QueryString, _ output: LineOutput) async {
        guard parameters["count"] == "true", let count, let total = try? await count() else { return }
        await output.write(Array(#"{"total":\#(total)}"#.utf8))
    }
}

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
    private let first: RecordQuery
    /// Of the page that comes next.
    private var query: RecordQuery
    private let names: [String]
    /// The first number that is not replayed: what the replay itself causes comes after it.
    private let end: RecordID
    /// The next one is the last.
    private var waiting: [ReplayEvent] = []
    private var hasBegun = false
    private var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameter names: numbers or request ids of the records; empty for those of the query.
    init(_ query: RecordQuery, names: [String], journal: EventJournal, loop: EventLoop) {
        var query = query
        query.order = .oldestFirst
        query.limit = 256
        first = query
        self.query = query
        self.names = names
        self.journal = journal
        self.loop = loop
        end = journal.nextID()
    }

    /// - Throws: ``ReplayRequestError`` for a name that leads to no event, or the database's error.
    func next() async throws -> ReplayEvent? {
        while waiting.isEmpty, !isOver { try await read() }
        return waiting.popLast()
    }

    /// How many events there are, whichever of them have been taken.
    ///
    /// - Throws: `CancellationError`, or the database's error.
    func count() async throws -> Int {
        guard names.isEmpty else { return names.count }
        var (count, query) = (0, first)
        repeat {
            try Task.checkCancellation()
            let page = try await page(query)
            count += page.events.count
            query.after = page.next
        } while query.after != nil
        return count
    }

    private func read() async throws {
        guard names.isEmpty else {
            isOver = true
            await flush()
            waiting = try await loop.offload { [names, file = journal.file] in
                try names.reversed().map { name in try Self.event(name, file) }
            }
            return
        }
        let page = try await page(query)
        query.after = page.next
        isOver = page.next == nil
        waiting = page.events.reversed()
    }

    /// - Returns: events, and where the next page begins.
    private func page(_ query: RecordQuery) async throws -> (events: [ReplayEvent], next: RecordID?) {
        await flush()
        // Unless they are asked for, events that were run again before are left out.
        let excluded = query.filter.source == nil ? LambdaService.replaySource : nil
        let (triggers, next) = try await loop.offload { [file = journal.file] in
            try file.triggers(query, notOf: excluded)
        }
        let isLast = triggers.last.map { $0.record.id >= end } == true
        return (triggers.filter { $0.record.id < end }.compactMap(ReplayEvent.init), isLast ? nil : next)
    }

    /// What happened before the replay is in the file from now on.
    private func flush() async {
        if !hasBegun { await journal.flush() }
        hasBegun = true
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
