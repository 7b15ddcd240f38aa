// SPDX-License-Identifier: Apache-2.0
import Buffers
import Chaos
import EmulatedTime
import EventLoop
import JSON
import Replay
import S3Service
import ServiceProtocols

/// What some runs in a copy came to, but for what objects hold afterwards.
struct AuditedRuns: Sendable {
    /// How the last run of each event ended, in the order of the events.
    var outcomes: [JournalRecord.Outcome] = []
    var calls: [JSONValue] = []
    /// The ARNs of the objects that were written or removed.
    var changed: Set<String> = []
    /// The objects that were asked for, as `bucket/key`.
    var read: Set<String> = []
    var times: ClosedRange<Timestamp>
}

// Runs of an audit. What they return is not compared, so all of them are waited for: none is tried again by Lambda.
extension Shadow {
    /// Starts copies, at the same time.
    ///
    /// - Throws: what starting one throws; the others are stopped then.
    static func start(
        _ count: Int, of origin: ShadowOrigin, observedBy observer: any FunctionRequestObserver
    ) async throws -> [Shadow] {
        let starts = await withTaskGroup(of: Result<Shadow, any Error>.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do {
                        return .success(try await start(origin, .same, observedBy: observer))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var starts: [Result<Shadow, any Error>] = []
            for await start in group { starts.append(start) }
            return starts
        }
        do {
            return try starts.map { try $0.get() }
        } catch {
            await stop(starts.compactMap { try? $0.get() })
            throw error
        }
    }

    /// Stops copies, at the same time.
    static func stop(_ copies: [Shadow]) async {
        await withDiscardingTaskGroup { group in
            for copy in copies { group.addTask { await copy.stop() } }
        }
    }

    /// Runs an event once.
    ///
    /// - Parameters:
    ///   - requestID: the one it runs with; nil for a new one.
    ///   - reads: who hears of what functions ask for.
    /// - Throws: ``ReplayRequestError`` for an event that cannot be run, or the journal's error.
    func audit(
        _ event: ReplayEvent, _ plan: ReplayPlan, requestID: String? = nil, _ reads: ReadObjects? = nil
    ) async throws -> AuditedRuns {
        try await loop.run { [self] in
            let began = emulator.clock.now
            let (result, found) = try await run(event, plan, requestID: requestID)
            guard result.outcome != .refused else {
                throw ReplayRequestError("Event \(event.id) cannot be run: \(result.error ?? "it was refused")")
            }
            return AuditedRuns(
                outcomes: [result.outcome], calls: found.calls, changed: found.changedObjects,
                read: reads.map { reads in Set(found.runs.flatMap { reads.take($0.id) }) } ?? [],
                times: began...max(began, emulator.clock.now))
        }
    }

    /// Runs an event so that its environment is killed when it posts its result, and again with the same request id, as
    /// Lambda would.
    ///
    /// - Returns: nil when its function posted nothing.
    /// - Throws: as ``audit(_:_:requestID:_:)``.
    func auditCrash(_ event: ReplayEvent, _ plan: ReplayPlan) async throws -> AuditedRuns? {
        let chaos = emulator.services.chaos
        let rule = try ChaosRule([
            "kind": .string("kill"), "function": .string(plan.options.function ?? ""), "at": .string("response"),
            "first": .integer(1),
        ])
        try chaos.change { (plan) throws(ChaosRefusal) in
            plan.clear()
            _ = try plan.add(rule)
        }
        chaos.begin()
        let id = emulator.services.environment.makeID()
        let killed = try await audit(event, plan, requestID: id)
        guard chaos.snapshot.plan.entries.contains(where: { $0.struck > 0 }) else { return nil }
        return killed.followed(by: try await audit(event, plan, requestID: id), replacing: [0])
    }

    /// Removes objects, where they are there.
    func remove(objects arns: Set<String>) async {
        await loop.perform { [emulator] in
            for place in arns.compactMap(ObjectPlace.init(arn:)) {
                try? await emulator.services.s3.removeObject(bucket: place.bucket, key: place.key)
            }
        }
    }

    /// What runs left behind.
    ///
    /// - Parameter arns: the objects that matter.
    func aftermath(of runs: AuditedRuns, objects arns: Set<String>) async throws -> Aftermath {
        let bodies = try await loop.run { [self] in await self.bodies(of: arns) }
        return Aftermath(
            outcomes: runs.outcomes,
            objects: Dictionary(bodies.map { (AuditedRuns.name(ofObject: $0), $1) }) { first, _ in first },
            calls: runs.calls, times: runs.times)
    }
}

extension AuditedRuns {
    /// With what came afterwards.
    ///
    /// - Parameter positions: of the events whose last runs came afterwards, in the order in which they ran.
    func followed(by later: AuditedRuns, replacing positions: [Int]) -> AuditedRuns {
        var all = self
        for (position, outcome) in zip(positions, later.outcomes) { all.outcomes[position] = outcome }
        all.calls += later.calls
        all.changed.formUnion(later.changed)
        all.read.formUnion(later.read)
        all.times = min(times.lowerBound, later.times.lowerBound)...max(times.upperBound, later.times.upperBound)
        return all
    }

    /// With the runs of another event; its outcomes come behind.
    func joined(with later: AuditedRuns) -> AuditedRuns {
        var all = followed(by: later, replacing: [])
        all.outcomes += later.outcomes
        return all
    }

    var touched: TouchedObjects {
        TouchedObjects(changed: Set(changed.map(Self.name(ofObject:))), read: read)
    }

    /// `bucket/key` of `arn:aws:s3:::bucket/key`.
    static func name(ofObject arn: String) -> String {
        ObjectPlace(arn: arn).map { "\($0.bucket)/\($0.key)" } ?? arn
    }
}
