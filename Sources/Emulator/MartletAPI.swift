// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import HTTP1
import HTTPServer
import ServiceProtocols

/// Martlet's own API, under `/_martlet/`.
struct MartletAPI: HTTPHandler {
    let metrics: MetricsRecorder
    let clock: ClockAPI
    let chaos: ChaosAPI
    /// The journal's part; nil without one.
    let events: JournalAPI?
    let replay: ReplayAPI
    let diff: DiffAPI
    let mirror: MirrorAPI
    let audit: AuditAPI

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        if let answer = await clock.respond(to: request) { return answer }
        if let answer = await chaos.respond(to: request) { return answer }
        switch request.path {
        case ReplayAPI.path: return await replay.respond(to: request)
        case DiffAPI.path: return await diff.respond(to: request)
        case MirrorAPI.path: return await mirror.respond(to: request)
        case AuditAPI.path: return await audit.respond(to: request)
        default: break
        }
        if request.path.hasPrefix(JournalAPI.path) {
            guard let events else { return message(404, "The emulator keeps no journal: it runs with --no-journal.") }
            return await events.respond(to: request)
        }
        let answer: (HTTPRequest) -> HTTPResponse
        switch request.path {
        case "/_martlet/health": answer = { _ in json(200, "{\"status\":\"ready\"}") }
        case "/_martlet/report": answer = report
        default:
            return message(
                404,
                "There are /_martlet/health, /_martlet/report, /_martlet/clock, /_martlet/chaos, "
                    + "/_martlet/events, /_martlet/replay, /_martlet/mirror and /_martlet/audit.")
        }
        guard request.method == "GET" || request.method == "HEAD" else { return message(405, "GET \(request.path)") }
        return answer(request)
    }

    /// `?function=NAME` for one function, `?since=TIME` for what came later.
    ///
    /// A time is ISO 8601, milliseconds since 1970, or, with a minus, milliseconds before now by the emulator's clock.
    private func report(_ request: HTTPRequest) -> HTTPResponse {
        let query = QueryString(parsing: request.query ?? "")
        var since: Timestamp?
        if let text = query["since"] {
            guard let moment = Int64(text) ?? ISO8601.parse(text) else {
                return message(400, "since is a time such as 2026-11-21T15:04:05Z, or milliseconds since 1970.")
            }
            let isAgo = text.hasPrefix("-") && Int64(text) != nil
            since = Timestamp(milliseconds: isAgo ? metrics.now.milliseconds &+ moment : moment)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(metrics.report(of: query["function"], since: since)) else {
            return message(500, "The report cannot be written.")
        }
        return json(200, Bytes(body))
    }

    private func message(_ status: Int, _ text: String) -> HTTPResponse {
        var body = JSONObjectWriter()
        body.add("message", text)
        return json(status, Bytes(body.finish()))
    }

    private func json(_ status: Int, _ text: Bytes) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: text)
    }
}
