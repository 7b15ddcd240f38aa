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

/// `POST /_martlet/mirror`: copies what a function does here to another of its versions, in a copy of this emulator.
///
/// It answers with one line of JSON for each run, ``SideBySide``, until the client goes. `function` and `to` say which;
/// `ignore`, any number of times, what is not compared. The first line says that it has begun; empty lines, that it
/// goes on. Objects that others write here are written there too. Runs that come faster than the copies may be left
/// out.
struct MirrorAPI: HTTPHandler {
    static let path = "/_martlet/mirror"
    /// How often it is seen whether the client is still there.
    private static let interval = Duration.seconds(1)
    /// How long lines that a function wrote at its end may take until they are in the journal.
    private static let settling = Duration.milliseconds(50)
    /// What a run causes itself; what comes of it in other functions is not mirrored.
    private static let kinds: Set<JournalRecord.Kind> = [
        .object, .publish, .message, .inference, .invocation, .request,
    ]

    let replay: ReplayAPI
    let origin: ShadowOrigin
    let objects: any ObjectStoring

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.method == "POST" else { return .message(405, "POST \(Self.path)") }
        var parameters = QueryString(parsing: request.query ?? "")
        guard let journal = replay.journal else {
            return .message(404, "The emulator keeps no journal: it runs with --no-journal.")
        }
        guard let function = parameters.take("function"), let qualifier = parameters.take("to") else {
            return .message(400, "function and to name a function, and the version or alias that gets copies.")
        }
        do {
            var options = try ReplayOptions(parameters: parameters)
            options.function = function
            options.qualifier = qualifier
            options.isSynchronous = true
            let plan = try ReplayPlan(options)
            guard await origin.lambda.exists(function, qualifier: qualifier) else {
                return .message(404, "There is no \(function):\(qualifier).")
            }
            return .lines { writer in
                let output = LineOutput(writer, loop: replay.loop)
                do {
                    try await mirror(function, plan, journal, output)
                } catch {
                    await output.write(message: "\(error)")
                }
            }
        } catch {
            return .message(400, "\(error)")
        }
    }

    private func mirror(
        _ function: String, _ plan: ReplayPlan, _ journal: EventJournal, _ output: LineOutput
    ) async throws {
        // What happens from here on is mirrored.
        let batches = journal.records()
        let shadow = try await Shadow.start(origin, .same)
        await shadow.muteBuckets()
        await output.write(Array("{\"ready\":true}".utf8))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await batch in batches {
                        for record in batch {
                            if await output.isBroken { return }
                            try await copy(record, of: function, plan, journal, to: shadow, output)
                        }
                    }
                }
                group.addTask {
                    while await !output.isBroken {
                        await output.write([])
                        try await replay.loop.sleep(for: Self.interval)
                    }
                }
                // Either is the end of both.
                _ = try await group.next()
                group.cancelAll()
            }
        } catch {
            await shadow.stop()
            throw error
        }
        await shadow.stop()
    }

    private func copy(
        _ record: JournalRecord, of function: String, _ plan: ReplayPlan, _ journal: EventJournal, to shadow: Shadow,
        _ output: LineOutput
    ) async throws {
        switch record.kind {
        case .object where record.payload != nil:
            try await copyObject(record, unlessWrittenBy: function, journal, to: shadow)
        case .invocation, .attempt:
            guard record.function == function, record.outcome == .succeeded || record.outcome == .failed else { return }
            try await replay.loop.sleep(for: Self.settling)
            try await compare(record, plan, journal, shadow, output)
        default: break
        }
    }

    private func compare(
        _ run: JournalRecord, _ plan: ReplayPlan, _ journal: EventJournal, _ shadow: Shadow, _ output: LineOutput
    ) async throws {
        await journal.flush()
        let (records, trigger) = try await replay.loop.offload { [file = journal.file] in
            // The event of an attempt has the payload.
            (try file.related(to: run.id), run.kind == .attempt ? try run.cause.flatMap { try file.record($0) } : run)
        }
        guard let trigger, var event = ReplayEvent(trigger), !event.isTruncated else { return }
        event.invocationType = .requestResponse
        let found = RunRecords(records, runs: [run])
        var bodies: [String: Bytes] = [:]
        for arn in found.writtenObjects { bodies[arn] = await objects.object(arn: arn)?.body }
        let live = Shadow.Observed(
            result: ReplayResult(run, of: event), observation: found.observation(bodies: bodies, kinds: Self.kinds))
        let copy = try await shadow.observe(event, plan, kinds: Self.kinds)
        await output.write(try DiffAPI.sideBySide(event, live, copy, plan.comparison).json)
    }

    /// The copy has what the function itself wrote there.
    private func copyObject(
        _ record: JournalRecord, unlessWrittenBy function: String, _ journal: EventJournal, to shadow: Shadow
    ) async throws {
        if let cause = record.cause {
            await journal.flush()
            let writer = try await replay.loop.offload { [file = journal.file] in try file.record(cause) }
            if writer?.function == function { return }
        }
        guard let arn = record.resource, let object = await objects.object(arn: arn) else { return }
        await shadow.put(object, arn: arn)
    }
}

extension ReplayResult {
    /// What a run that is in the journal came to.
    fileprivate init(_ run: JournalRecord, of event: ReplayEvent) {
        self.init(id: event.id, function: run.function ?? "", outcome: run.outcome)
        version = run.version
        requestID = run.requestID
        usage.attempts = 1
        if let result = run.result, !result.isTruncated {
            size = result.size
            digest =
                result.size == 0
                ? nil : result.bytes.withUnsafeBytes { Base64.encode(Checksum.value(.sha256, of: $0)) }
        }
        error = run.error ?? (run.outcome == .failed ? run.result.flatMap { Self.errorType($0.bytes) } : nil)
        guard let took = run.run else { return }
        latencyMilliseconds = took.durationMilliseconds + (took.initMilliseconds ?? 0)
        usage.coldStarts = took.isCold ? 1 : 0
        usage.durationMilliseconds = took.durationMilliseconds
        usage.billedMilliseconds = took.billedMilliseconds
        usage.megabyteMilliseconds = took.billedMilliseconds * took.memoryMegabytes
    }
}
