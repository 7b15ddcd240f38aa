// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EmulatedTime
import Foundation
import HTTP1
import HTTPServer
import ServiceProtocols

/// `/_martlet/clock`: what time it is in the emulator, and moving it.
///
/// `GET /_martlet/clock` tells a ``ClockReport``; `POST /_martlet/clock/step`, `/advance?milliseconds=N` and
/// `/until-idle?within=MILLISECONDS` move the clock, and tell the report when it has arrived and nothing runs any more.
struct ClockAPI: Sendable {
    let clock: EmulatedClock

    /// About a hundred years: further than anything is due, and short of where moments cannot be written.
    private static let longest: Int64 = 3_155_760_000_000

    /// - Returns: nil when the request is about something else.
    func respond(to request: HTTPRequest) async -> HTTPResponse? {
        switch request.path {
        case "/_martlet/clock":
            guard request.method == "GET" || request.method == "HEAD" else {
                return message(405, "GET \(request.path)")
            }
            return await report(since: clock.now)
        case "/_martlet/clock/step": return await move(request) { _ in .step }
        case "/_martlet/clock/advance":
            return await move(request) { query in duration(query, "milliseconds").map { .advance($0) } }
        case "/_martlet/clock/until-idle":
            return await move(request) { query in
                query.contains("within") ? duration(query, "within").map { .untilIdle(within: $0) } : .untilIdle()
            }
        default: return nil
        }
    }

    private func move(_ request: HTTPRequest, _ read: (QueryString) -> ClockMove?) async -> HTTPResponse {
        guard request.method == "POST" else { return message(405, "POST \(request.path)") }
        guard let move = read(QueryString(parsing: request.query ?? "")) else {
            return message(400, "Say how far in milliseconds, from 0 to \(Self.longest).")
        }
        let before = clock.now
        await clock.move(move)
        return await report(since: before)
    }

    private func duration(_ query: QueryString, _ name: String) -> Duration? {
        guard let text = query[name], let milliseconds = Int64(text), (0...Self.longest).contains(milliseconds) else {
            return nil
        }
        return .milliseconds(milliseconds)
    }

    private func report(since before: Timestamp) async -> HTTPResponse {
        let agenda = await clock.agenda()
        let now = clock.now
        let report = ClockReport(
            pace: clock.pace.description, now: now.milliseconds,
            ahead: (now - clock.clientTime).wholeMilliseconds, moved: (now - before).wholeMilliseconds,
            waiting: agenda.waiting, next: agenda.next?.milliseconds, isRunning: agenda.isRunning)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(report) else { return message(500, "The report cannot be written.") }
        return HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: Bytes(body))
    }

    private func message(_ status: Int, _ text: String) -> HTTPResponse {
        var body = JSONObjectWriter()
        body.add("message", text)
        return HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: Bytes(body.finish()))
    }
}

/// What `/_martlet/clock` tells; moments are milliseconds since 1970 and lengths are milliseconds.
public struct ClockReport: Codable, Sendable {
    /// `real`, `scaled:N` or `virtual`.
    public var pace: String
    /// The emulator's present moment.
    public var now: Int64
    /// How far it is ahead of the machine's clock.
    public var ahead: Int64
    /// How far the clock has gone during the request.
    public var moved: Int64
    /// How much work waits for its time.
    public var waiting: Int
    /// When something is due next; nil when nothing is.
    public var next: Int64?
    /// Whether a function, a model or a request is at work, which keeps the clock from jumping.
    public var isRunning: Bool
}
