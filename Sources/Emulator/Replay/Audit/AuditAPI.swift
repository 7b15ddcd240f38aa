// SPDX-License-Identifier: Apache-2.0
import AWSWire
import EventLoop
import HTTPServer
import Journal
import LambdaService
import Replay
import ServiceProtocols

/// `POST /_martlet/audit`: finds out whether the effects of a function depend on how often, and in which order, its
/// events come, in copies of this emulator.
///
/// It answers with lines of JSON: ``AuditProgress`` while the events run for the first time, then an ``AuditCheck`` for
/// each thing that was tried. `function` says whose effects, `seed` and `limit` which events and which pairs are tried;
/// the events and the other parameters are those of ``ReplayAPI``.
struct AuditAPI: HTTPHandler {
    static let path = "/_martlet/audit"
    /// All of them are in memory, with what they left behind.
    private static let mostEvents = 10_000
    private static let defaultLimit = 100

    let replay: ReplayAPI
    let origin: ShadowOrigin

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.method == "POST" else { return .message(405, "POST \(Self.path)") }
        var parameters = QueryString(parsing: request.query ?? "")
        let (seed, limit) = (parameters.take("seed") ?? "0", parameters.take("limit") ?? "\(Self.defaultLimit)")
        guard let seed = UInt64(seed), let limit = Int(limit), limit > 0 else {
            return .message(400, "seed is a number from 0, limit one from 1.")
        }
        do {
            var options = try ReplayOptions(parameters: parameters)
            guard let function = options.function else { return .message(400, "function names a function.") }
            guard await origin.lambda.exists(function, qualifier: options.qualifier) else {
                let name = options.qualifier.map { "\(function):\($0)" } ?? function
                return .message(404, "There is no \(name).")
            }
            guard options.assignments.isEmpty else {
                return .message(400, "Events are audited as they are, without set.")
            }
            options.isSynchronous = true
            let plan = try ReplayPlan(options)
            let source = try replay.events(parameters, request)
            return .lines { writer in
                let output = LineOutput(writer, loop: replay.loop)
                do {
                    let events = try await Self.all(source.next)
                    let (made, audited) = try await known(of: events)
                    let auditor = Auditor(
                        origin: origin, plan: plan, comparison: AuditComparison(ignoring: plan.comparison.ignored),
                        events: events, audited: audited, limit: limit, seed: seed
                    ) { line in
                        await output.write(line)
                        return await !output.isBroken
                    }
                    try await auditor.run(without: made)
                } catch {
                    await output.write(message: "\(error)")
                }
            }
        } catch {
            return .message(400, "\(error)")
        }
    }

    private static func all(_ next: () async throws -> ReplayEvent?) async throws -> [ReplayEvent] {
        var events: [ReplayEvent] = []
        while let event = try await next() {
            guard events.count < mostEvents else {
                throw ReplayRequestError(
                    "There are more than \(mostEvents) events: take a part of them, with --since say.")
            }
            events.append(event)
        }
        return events
    }

    /// The ARNs of the objects that the events made when they were recorded, and the events with their causes.
    private func known(of events: [ReplayEvent]) async throws -> (Set<String>, [AuditedEvent]) {
        let records = events.compactMap(\.record)
        guard let journal = replay.journal, !records.isEmpty else {
            return ([], events.map { AuditedEvent(id: $0.id, payload: $0.payload) })
        }
        return try await replay.loop.offload { [file = journal.file] in
            let causes = try file.causes(among: records)
            let audited = events.map { event in
                let own = event.record.flatMap { causes[$0] } ?? []
                return AuditedEvent(id: event.id, payload: event.payload, causes: Set(own.map { String($0) }))
            }
            return (try file.objectsMade(byRunsOf: records), audited)
        }
    }
}
