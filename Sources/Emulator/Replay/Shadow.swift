// SPDX-License-Identifier: Apache-2.0
import Buffers
import CloudFormation
import EmulatedTime
import EventLoop
import Foundation
import Journal
import LambdaService
import Replay
import S3Service
import ServiceProtocols

/// A copy of an emulator, on a loop of its own: it begins with the same functions, objects and queues, and nobody
/// else sees what functions do in it.
///
/// Its clock jumps when nothing runs, so that retries take no time.
final class Shadow: Sendable {
    /// Which functions it runs.
    enum Code: Sendable {
        /// Those of the emulator as they are.
        case same
        /// Those of another template.
        case template(URL)
    }

    /// What an event came to: for the table, and for comparison; nil in place of the latter when it was not run.
    struct Observed: Sendable {
        var result: ReplayResult
        var observation: Observation?
    }

    let emulator: Emulator
    let loop: EventLoop

    private init(emulator: Emulator, loop: EventLoop) {
        self.emulator = emulator
        self.loop = loop
    }

    /// - Parameter observer: hears of what functions ask for; notifications of buckets and topics are given up then.
    /// - Throws: what starting an emulator throws.
    static func start(
        _ origin: ShadowOrigin, _ code: Code, observedBy observer: (any FunctionRequestObserver)? = nil
    ) async throws -> Shadow {
        var options = origin.options
        options.host = "127.0.0.1"
        options.port = 0
        options.apiPort = 0
        options.state = .ephemeral
        options.clock = .virtual
        options.keepsJournal = true
        options.watches = false
        options.debugged = []
        options.origin = origin
        options.observer = observer
        options.seed = nil
        if case .template(let template) = code {
            options.template = template
            options.adoptsFunctions = false
        }
        let loop = try EventLoop.start(named: "martlet.shadow")
        do {
            let emulator = try await loop.run { [options] in try await Emulator.start(options, loop: loop) }
            return Shadow(emulator: emulator, loop: loop)
        } catch {
            await loop.shutdown()
            throw error
        }
    }

    func stop() async {
        await loop.perform { [emulator] in await emulator.stop() }
        await loop.shutdown()
    }

    /// Runs an event, and all that comes of it, to the end.
    ///
    /// - Throws: the journal's error.
    func observe(
        _ event: ReplayEvent, _ plan: ReplayPlan, kinds: Set<JournalRecord.Kind> = RunRecords.consequenceKinds
    ) async throws -> Observed {
        try await loop.run { [self] in
            let (result, found) = try await run(event, plan)
            let bodies = await self.bodies(of: found.writtenObjects)
            return Observed(
                result: result.completed(by: found), observation: found.observation(bodies: bodies, kinds: kinds))
        }
    }

    /// Runs an event, and all that comes of it, to the end; call it on the loop.
    ///
    /// - Parameter requestID: the one it runs with; nil for a new one.
    /// - Throws: the journal's error.
    func run(
        _ event: ReplayEvent, _ plan: ReplayPlan, requestID: String? = nil
    ) async throws -> (ReplayResult, RunRecords) {
        let services = emulator.services
        guard let journal = services.journal else { preconditionFailure("a shadow keeps a journal") }
        var event = event
        // All that comes of it has the same beginning, and nothing else has.
        let beginning = journal.nextID()
        event.record = beginning
        event.recorded = nil
        let run = EventRun(
            plan: plan, lambda: services.lambda, watcher: services.watcher, environment: services.environment)
        let result = await run.result(
            of: event, requestID: requestID ?? services.environment.makeID(), isolation: services.lambda)
        await emulator.clock.move(.untilIdle())
        await journal.flush()
        let records = try await loop.offload { [file = journal.file] in try file.related(to: beginning) }
        return (result, RunRecords(records, requestID: result.requestID ?? ""))
    }

    /// Lets nothing follow from what is written to the buckets of the template.
    func muteBuckets() async {
        await loop.perform { [emulator] in
            for bucket in emulator.application.buckets {
                _ = try? await emulator.services.s3.setNotifications([], of: bucket.bucketName)
            }
        }
    }

    /// Writes an object; where its bucket is not there, it is left out.
    func put(_ object: StoredObject, arn: String) async {
        guard let place = ObjectPlace(arn: arn) else { return }
        await loop.perform { [emulator] in
            _ = try? await emulator.services.s3.putObject(bucket: place.bucket, key: place.key, object)
        }
    }

    /// What objects hold now, by their ARNs, where they are there.
    func bodies(of objects: Set<String>) async -> [String: Bytes] {
        var bodies: [String: Bytes] = [:]
        for arn in objects {
            if let body = await emulator.services.s3.object(arn: arn)?.body { bodies[arn] = body }
        }
        return bodies
    }
}

extension ObjectStoring {
    /// An object by its ARN, `arn:aws:s3:::bucket/key`; nil when it is not there.
    func object(arn: String) async -> StoredObject? {
        guard let place = ObjectPlace(arn: arn) else { return nil }
        return try? await getObject(bucket: place.bucket, key: place.key)
    }
}

/// Where an object is.
struct ObjectPlace {
    let bucket: String
    let key: String

    /// - Parameter arn: `arn:aws:s3:::bucket/key`; the key may have any characters.
    init?(arn: String) {
        let path = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).last ?? ""
        let parts = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        (bucket, key) = (parts[0], parts[1])
    }
}

extension ReplayResult {
    /// With what happened after the first attempt.
    fileprivate func completed(by records: RunRecords) -> ReplayResult {
        var result = self
        guard let last = records.runs.last else { return result }
        result.outcome = last.outcome
        result.usage.attempts = records.runs.count
        return result
    }
}

extension EventLoop {
    /// Runs a body as a task of this loop, whichever loop waits for it.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            spawn {
                do {
                    continuation.resume(returning: try await body())
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    func perform(_ body: @escaping @Sendable () async -> Void) async {
        await withCheckedContinuation { continuation in
            spawn {
                await body()
                continuation.resume()
            }
        }
    }
}
