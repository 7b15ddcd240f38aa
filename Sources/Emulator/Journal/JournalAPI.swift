// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import Journal
import ServiceProtocols

/// `/_martlet/events`: the journal of this emulator.
///
/// | request | answer |
/// |---|---|
/// | `GET /_martlet/events?…` | a page: `{"events": […], "next": 7}`, without payloads unless `payloads=true` |
/// | `GET /_martlet/events/7` | one record with payload and result |
/// | `GET /_martlet/events/7/graph` | all that has the same beginning; a request id may stand for the number |
/// | `GET /_martlet/events/export?…` | one record a line, in order, with payloads |
/// | `GET /_martlet/events/tail?…` | one record a line, as they are written, until the client goes |
/// | `POST /_martlet/events/import` | takes an export's lines |
///
/// The parameters are ``RecordQuery/init(parameters:now:)``'s.
struct JournalAPI: HTTPHandler {
    static let path = "/_martlet/events"
    /// The longest line of an import: a payload and a result of six megabytes, all of whose bytes are escaped.
    private static let longestLine = 80 << 20

    let journal: EventJournal
    let clock: any EmulatorClock
    let loop: EventLoop

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let rest = request.path.dropFirst(Self.path.count).split(separator: "/").map(String.init)
        do {
            switch (request.method, rest.count, rest.first) {
            case ("POST", 1, "import"): return try await take(request)
            case (_, _, _) where request.method != "GET": return .message(405, "GET \(request.path)")
            case (_, 0, _): return try await list(try query(request), request)
            case (_, 1, "export"): return export(try query(request))
            case (_, 1, "tail"): return tail(try query(request).filter)
            case (_, 1, let id?): return try await show(id)
            case (_, 2, let id?) where rest[1] == "graph": return try await graph(id)
            default: return .message(404, "There is no \(request.path).")
            }
        } catch let error as RecordQueryError {
            return .message(400, error.description)
        } catch {
            return .message(500, "The journal cannot be read: \(error)")
        }
    }

    private func query(_ request: HTTPRequest) throws(RecordQueryError) -> RecordQuery {
        try RecordQuery(
            parameters: QueryString(parsing: request.query ?? "", plusIsSpace: true), now: clock.now)
    }

    // MARK: Reading

    private func list(_ query: RecordQuery, _ request: HTTPRequest) async throws -> HTTPResponse {
        let withContent = QueryString(parsing: request.query ?? "")["payloads"] == "true"
        await journal.flush()
        let body = try await loop.offload { [file = journal.file] in
            let page = try file.page(query)
            return Bytes(page.json(withContent: withContent))
        }
        return .json(body)
    }

    private func show(_ id: String) async throws -> HTTPResponse {
        await journal.flush()
        let body = try await loop.offload { [file = journal.file] in
            try file.number(id).flatMap { try file.record($0) }.map { Bytes($0.json()) }
        }
        return body.map(HTTPResponse.json) ?? .message(404, "The journal has no record \(id).")
    }

    private func graph(_ id: String) async throws -> HTTPResponse {
        await journal.flush()
        let body = try await loop.offload { [file = journal.file] in
            let records = try file.number(id).map { try file.related(to: $0) } ?? []
            return records.isEmpty ? nil : Bytes(RecordPage(records: records, next: nil).json(withContent: true))
        }
        return body.map(HTTPResponse.json) ?? .message(404, "The journal has no record of \(id).")
    }

    private func export(_ query: RecordQuery) -> HTTPResponse {
        .lines { [journal, loop] writer in
            await journal.flush()
            var query = query
            query.order = .oldestFirst
            query.limit = 256
            repeat {
                let (lines, next) = try await loop.offload { [query] in
                    let page = try journal.file.page(query)
                    return (page.records.lines, page.next)
                }
                if !lines.isEmpty { try await writer.write(lines) }
                query.after = next
            } while query.after != nil
        }
    }

    private func tail(_ filter: RecordFilter) -> HTTPResponse {
        .lines { [journal] writer in
            // The head goes out at once: who follows knows then that nothing is missed from here on.
            let batches = journal.records()
            try await writer.write("\n")
            for await batch in batches {
                let lines = batch.filter(filter.matches).lines
                if !lines.isEmpty { try await writer.write(lines) }
            }
        }
    }

    // MARK: Import

    private func take(_ request: HTTPRequest) async throws -> HTTPResponse {
        var lines = LineReader(longest: Self.longestLine)
        var records = RecordImport()
        var count = 0
        func add(_ line: Bytes) throws(RecordQueryError) {
            guard !line.isEmpty else { return }
            guard let record = JournalRecord(line: line) else {
                throw RecordQueryError(
                    "Line \(count + 1) is no record of an export; the \(count) before it were taken.")
            }
            journal.append(records.renumbered(record, as: journal.nextID()))
            count += 1
        }
        do {
            while let piece = try await request.body.next() {
                for line in try lines.append(piece) {
                    try add(line)
                    if count.isMultiple(of: 1000) { await journal.flush() }
                }
            }
            try add(lines.finish())
        } catch is RequestBodyError {
            return .message(400, "The body ended early; \(count) records were taken.")
        }
        await journal.flush()
        var body = JSONObjectWriter()
        body.add("imported", count)
        return .json(Bytes(body.finish()))
    }
}
