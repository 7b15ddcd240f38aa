// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Curl
import Foundation
import JSON
import Journal
import Replay
import ServiceProtocols
import Store

/// A journal that commands read; each call waits for the answer.
protocol RecordSource {
    func page(_ query: RecordQuery, withContent: Bool) throws -> RecordPage
    /// - Parameter id: a number, or a request id.
    func record(_ id: String) throws -> JournalRecord?
    /// - Parameter id: a number, or a request id.
    func related(to id: String) throws -> [JournalRecord]
    /// Hands an export over, piece by piece.
    func export(_ filter: RecordFilter, _ write: (Bytes) throws -> Void) throws
    /// Takes an export, and says how many records it had.
    func take(_ lines: Bytes) throws -> Int
    /// Runs a record again, and says what it came to.
    func replay(_ id: RecordID) throws -> ReplayResult
}

/// The journal of an emulator that runs.
struct RemoteJournal: RecordSource {
    let endpoint: String
    private let handle = try? EasyHandle()

    init(endpoint: String) {
        self.endpoint = endpoint.withoutTrailingSlash
    }

    /// Whether an emulator answers.
    var isThere: Bool { (try? send("GET", "/_martlet/health"))?.status == 200 }

    func page(_ query: RecordQuery, withContent: Bool) throws -> RecordPage {
        var parameters = query.parameters
        if withContent { parameters.add("payloads", "true") }
        guard let page = RecordPage(try get("?\(parameters.encoded)") ?? .null) else { throw unreadable }
        return page
    }

    func record(_ id: String) throws -> JournalRecord? {
        // A request id names several records: its newest is the one that tells how it ended.
        try get("/\(URIEncoding.encode(id))").flatMap(JournalRecord.init)
    }

    func related(to id: String) throws -> [JournalRecord] {
        guard let json = try get("/\(URIEncoding.encode(id))/graph") else { return [] }
        guard let page = RecordPage(json) else { throw unreadable }
        return page.records
    }

    func export(_ filter: RecordFilter, _ write: (Bytes) throws -> Void) throws {
        try withoutActuallyEscaping(write) { write in
            try stream("/export?\(RecordQuery(filter).parameters.encoded)", write)
        }
    }

    /// Hands each line over as it comes, until the emulator ends.
    func tail(_ filter: RecordFilter, _ line: @escaping (Bytes) -> Void) throws {
        var rest: [UInt8] = []
        try stream("/tail?\(RecordQuery(filter).parameters.encoded)") { piece in
            rest += piece.array
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line(Bytes(rest[..<end]))
                rest.removeSubrange(...end)
            }
        }
    }

    func take(_ lines: Bytes) throws -> Int {
        let response = try send("POST", "/_martlet/events/import", body: lines)
        guard response.status == 200, case .integer(let count)? = JSONValue(parsing: response.body.string)?["imported"]
        else { throw refused(response) }
        return Int(count)
    }

    func replay(_ id: RecordID) throws -> ReplayResult {
        let response = try send("POST", "/_martlet/replay?id=\(id)&results=true")
        guard response.status == 200, let answer = JSONValue(parsing: response.body.string),
            let result = ReplayResult(answer)
        else { throw refused(response) }
        return result
    }

    // MARK: Requests

    private func get(_ path: String) throws -> JSONValue? {
        let response = try send("GET", "/_martlet/events\(path)")
        if response.status == 404, response.body.string.contains("has no record") { return nil }
        guard response.status == 200 else { throw refused(response) }
        return response.body.withUnsafeBytes { JSONValue(parsing: $0) }
    }

    private func send(_ method: String, _ path: String, body: Bytes? = nil) throws -> CurlResponse {
        var request = CurlRequest(method: method, url: endpoint + path, body: body)
        request.timeout = nil
        do {
            guard let handle else { throw CurlError.aborted }
            return try handle.perform(request)
        } catch {
            throw noAnswer(error)
        }
    }

    private func stream(_ path: String, _ write: @escaping (Bytes) throws -> Void) throws {
        var request = CurlRequest(method: "GET", url: "\(endpoint)/_martlet/events\(path)")
        request.timeout = nil
        var status = 0
        var message: [UInt8] = []
        var failure: (any Error)?
        let receiver = ResponseReceiver {
            status = $0.status
        } onBody: { piece in
            guard status == 200 else {
                message += piece
                return .more
            }
            do {
                try write(Bytes(copying: piece))
                return .more
            } catch {
                failure = error
                return .abort
            }
        }
        do {
            guard let handle else { throw CurlError.aborted }
            try handle.perform(request, receiver)
        } catch {
            throw failure ?? noAnswer(error)
        }
        guard status == 200 else {
            throw refused(CurlResponse(head: CurlResponseHead(status: status), body: Bytes(message)))
        }
    }

    private func noAnswer(_ error: any Error) -> Refused {
        Refused(
            description: "No answer from \(endpoint): \(error). Is 'martlet start' running there? --state reads what "
                + "one has left.")
    }

    private func refused(_ response: CurlResponse) -> Refused {
        let message = JSONValue(parsing: response.body.string)?["message"]?.string
        return Refused(description: message ?? "status \(response.status): \(response.body.string)")
    }

    private var unreadable: Refused {
        Refused(description: "\(endpoint) gave an answer that is none of a journal: is it another version of martlet?")
    }
}

/// The journal in a state folder.
struct StoredJournal: RecordSource {
    let folder: URL
    let file: JournalFile

    func page(_ query: RecordQuery, withContent: Bool) throws -> RecordPage { try file.page(query) }

    func record(_ id: String) throws -> JournalRecord? { try file.number(id).flatMap { try file.record($0) } }

    func related(to id: String) throws -> [JournalRecord] {
        try file.number(id).map { try file.related(to: $0) } ?? []
    }

    func export(_ filter: RecordFilter, _ write: (Bytes) throws -> Void) throws {
        var query = RecordQuery(filter, limit: 256)
        query.order = .oldestFirst
        repeat {
            let page = try file.page(query)
            if !page.records.isEmpty { try write(page.records.lines) }
            query.after = page.next
        } while query.after != nil
    }

    func take(_ lines: Bytes) throws -> Int {
        // The folder belongs to one process at a time.
        let store = try Store.open(directory: folder)
        defer { try? store.close() }
        return try file.take(lines)
    }

    func replay(_ id: RecordID) throws -> ReplayResult {
        throw Refused(
            description: "Nobody runs it: this is what \(folder.relativePath) has. 'martlet replay \(id) --state "
                + "\(folder.relativePath)' starts an emulator for it.")
    }
}

/// Where an export goes.
struct OutputFile {
    private let handle: FileHandle

    static let standardOutput = OutputFile(handle: .standardOutput)

    private init(handle: FileHandle) {
        self.handle = handle
    }

    /// - Throws: ``Refused`` for a file that cannot be written.
    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw Refused(description: "Cannot write \(path).") }
        self.handle = handle
    }

    func write(_ bytes: Bytes) throws {
        try handle.write(contentsOf: bytes.withUnsafeBytes { Data($0) })
    }
}
