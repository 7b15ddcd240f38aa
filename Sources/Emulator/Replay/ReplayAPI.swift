// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import EventLoop
import HTTP1
import HTTPServer
import Journal
import LambdaService
import Replay
import ServiceProtocols

/// `POST /_martlet/replay`: runs events again, and answers with one line of JSON for each that has ended.
///
/// The events are the lines of the body, those of the journal that `journal` asks for (the parameters of
/// `/_martlet/events`, encoded), or those that `id` names; ``ReplayOptions`` has the other parameters. With
/// `count=true` a line `{"total": N}` says how many events of the journal there are, when they are counted. Should the
/// events not come to their end, the last line is `{"message": "why"}`.
struct ReplayAPI: HTTPHandler {
    static let path = "/_martlet/replay"

    let lambda: LambdaService
    let watcher: AttemptWatcher
    /// Nil without one.
    let journal: EventJournal?
    let environment: ServiceEnvironment
    let loop: EventLoop

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.method == "POST" else { return .message(405, "POST \(Self.path)") }
        let parameters = QueryString(parsing: request.query ?? "")
        do {
            let plan = try ReplayPlan(ReplayOptions(parameters: parameters))
            let replayer = EventReplayer(
                EventRun(plan: plan, lambda: lambda, watcher: watcher, environment: environment), loop: loop)
            let events = try events(parameters, request)
            return .lines { [loop] writer in
                let output = LineOutput(writer, loop: loop)
                async let _ = events.tellTotal(parameters, output)
                do {
                    try await replayer.run {
                        await output.room()
                        return try await events.next()
                    } report: { result in
                        if await !output.write(result.json) { await replayer.stop() }
                    }
                } catch {
                    await output.write(message: "\(error)")
                }
            }
        } catch let error as RecordQueryError {
            return .message(400, error.description)
        } catch {
            return .message(400, "\(error)")
        }
    }

    /// The events that a request brings or names.
    ///
    /// - Throws: when it names them wrongly.
    func events(_ parameters: QueryString, _ request: HTTPRequest) throws -> ReplaySource {
        let names = parameters.values("id")
        guard !names.isEmpty || parameters.contains("journal") else {
            let events = BodyEvents(request.body, loop: loop)
            return ReplaySource(next: { try await events.next() }, count: nil)
        }
        guard let journal else { throw ReplayRequestError("The emulator keeps no journal: it runs with --no-journal.") }
        let query = try RecordQuery(
            parameters: QueryString(parsing: parameters["journal"] ?? ""), now: environment.clock.now)
        let events = JournalEvents(query, names: names, journal: journal, loop: loop)
        return ReplaySource(next: { try await events.next() }, count: { try await events.count() })
    }
}
