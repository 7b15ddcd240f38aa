// SPDX-License-Identifier: Apache-2.0
import Replay
import ServiceProtocols

/// Runs events in copies of an emulator: once and in order, twice, in another order, and with a crash.
///
/// One copy, the base, runs all events in order. Before an event that is to be checked runs there, copies are made of
/// the base, and do to the event what the audit asks for. So each check begins with the state that its event found.
/// What functions do with notifications of buckets and topics is left out: they have events of their own.
struct Auditor: Sendable {
    /// An event, and what it came to the first time.
    private struct Known {
        var runs: AuditedRuns
        var aftermath: Aftermath
    }

    /// What two events left behind: as they came, and the second one first.
    private struct Swap {
        let pair: AuditSelection.Pair
        let inOrder: Aftermath
        let swapped: Aftermath
    }

    let origin: ShadowOrigin
    let plan: ReplayPlan
    let comparison: AuditComparison
    let events: [ReplayEvent]
    /// The same, as they are audited.
    let audited: [AuditedEvent]
    let limit: Int
    let seed: UInt64
    /// Takes a line of what the audit came to; false when nobody wants more.
    let report: @Sendable ([UInt8]) async -> Bool

    /// - Parameter made: the ARNs of the objects that the events made when they were recorded.
    /// - Throws: ``ReplayRequestError`` for events that cannot be run, or what starting an emulator throws.
    func run(without made: Set<String>) async throws {
        var start = made
        var first = try await runOnce(without: start)
        // A function may need what it made: then it begins with that.
        if !start.isEmpty, failures(first) > 0 {
            let other = try await runOnce(without: [])
            if failures(other) < failures(first) { (start, first) = ([], other) }
        }
        let selection = AuditSelection(
            Array(audited.prefix(first.count)), touched: first.map(\.runs.touched), limit: limit, seed: seed)
        var progress = AuditProgress(events: events.count)
        progress.run = first.count
        progress.failed = first.count { $0.runs.outcomes != [.succeeded] }
        progress.checks = 2 * selection.events.count + selection.pairs.count
        guard await report(progress.json) else { return }
        try await check(first, selection, without: start)
    }

    // MARK: Once

    /// How many events failed that had not failed when they were recorded.
    private func failures(_ known: [Known]) -> Int {
        zip(events, known).count { event, known in
            known.runs.outcomes != [.succeeded] && (event.recorded.map { $0.outcome == .succeeded } ?? true)
        }
    }

    private func runOnce(without objects: Set<String>) async throws -> [Known] {
        let reads = ReadObjects()
        return try await with(1, of: origin, without: objects, reads) { copies in
            var known: [Known] = []
            var progress = AuditProgress(events: events.count)
            for event in events {
                let runs = try await copies[0].audit(event, plan, reads)
                known.append(
                    Known(runs: runs, aftermath: try await copies[0].aftermath(of: runs, objects: runs.changed)))
                progress.run += 1
                if runs.outcomes != [.succeeded] { progress.failed += 1 }
                guard await report(progress.json) else { break }
            }
            return known
        }
    }

    /// Makes copies, and ends them when the body has.
    private func with<Result>(
        _ count: Int, of origin: ShadowOrigin, without objects: Set<String> = [], _ reads: ReadObjects = ReadObjects(),
        _ body: ([Shadow]) async throws -> Result
    ) async throws -> Result {
        let copies = try await Shadow.start(count, of: origin, observedBy: reads)
        do {
            for copy in copies { await copy.remove(objects: objects) }
            let result = try await body(copies)
            await Shadow.stop(copies)
            return result
        } catch {
            await Shadow.stop(copies)
            throw error
        }
    }

    // MARK: Checks

    private func check(
        _ first: [Known], _ selection: AuditSelection, without objects: Set<String>
    ) async throws {
        try await with(1, of: origin, without: objects) { copies in
            let base = copies[0]
            let last = max(selection.events.last ?? -1, selection.pairs.map(\.second).max() ?? -1)
            var swaps: [Swap] = []
            // Where an event varies by itself is known when it has run a second time.
            var varying: [AuditComparison.Places] = []
            for position in first.indices where position <= last {
                for pair in selection.pairs where pair.first == position {
                    swaps.append(try await swap(pair, first[pair.second], on: base))
                }
                let isRepeated = selection.events.contains(position)
                let (places, checks) = try await run(
                    position, first[position], isRepeated: isRepeated, on: base)
                varying.append(places)
                let known = swaps.filter { $0.pair.second == position }
                swaps.removeAll { $0.pair.second == position }
                for check in checks + known.map({ self.check($0, varying) }) {
                    guard await report(check.json) else { return }
                }
            }
        }
    }

    private func check(_ swap: Swap, _ varying: [AuditComparison.Places]) -> AuditCheck {
        let (first, second) = (swap.pair.first, swap.pair.second)
        let both = [audited[first], audited[second]]
        let differences = comparison.differences(
            swap.inOrder, swap.swapped, of: both, leavingOut: varying[first].union(varying[second]))
        return AuditCheck(.order, both.map(\.id), differences: differences)
    }

    /// Runs an event on the base, and, where it is to be checked, beside that twice and with a crash.
    ///
    /// - Returns: where the event varies by itself, and what was found.
    private func run(
        _ position: Int, _ first: Known, isRepeated: Bool, on base: Shadow
    ) async throws -> (AuditComparison.Places, [AuditCheck]) {
        let (event, seen) = (events[position], audited[position])
        return try await with(isRepeated ? 2 : 0, of: base.emulator.origin) { copies in
            async let plain = base.audit(event, plan)
            var repetitions: [(kind: AuditCheck.Kind, copy: Shadow, runs: AuditedRuns)] = []
            if isRepeated {
                async let twice = runTwice(event, on: copies[0])
                let crashed = try await copies[1].auditCrash(event, plan)
                repetitions.append((.duplicate, copies[0], try await twice))
                // A function that answers nothing cannot die before its answer.
                if let crashed { repetitions.append((.crash, copies[1], crashed)) }
            }
            let once = try await plain
            let own = try await base.aftermath(of: once, objects: once.changed)
            let places = comparison.varyingPlaces(first.aftermath, own, of: seen)
            var checks: [AuditCheck] = []
            for (kind, copy, runs) in repetitions {
                let objects = once.changed.union(runs.changed)
                let differences = comparison.differences(
                    try await base.aftermath(of: once, objects: objects),
                    try await copy.aftermath(of: runs, objects: objects), of: [seen], leavingOut: places)
                checks.append(AuditCheck(kind, [seen.id], differences: differences))
            }
            return (places, checks)
        }
    }

    private func runTwice(_ event: ReplayEvent, on copy: Shadow) async throws -> AuditedRuns {
        let once = try await copy.audit(event, plan)
        return once.followed(by: try await copy.audit(event, plan), replacing: [0])
    }

    // MARK: Orders

    private func swap(_ pair: AuditSelection.Pair, _ second: Known, on base: Shadow) async throws -> Swap {
        let (earlier, later) = (events[pair.first], events[pair.second])
        let mayFail = second.runs.outcomes != [.succeeded]
        return try await with(2, of: base.emulator.origin) { copies in
            async let plain = run(earlier, later, on: copies[0])
            let swapped = try await run(later, before: earlier, mayFail: mayFail, on: copies[1])
            let inOrder = try await plain
            let objects = inOrder.changed.union(swapped.changed)
            return Swap(
                pair: pair, inOrder: try await copies[0].aftermath(of: inOrder, objects: objects),
                swapped: try await copies[1].aftermath(of: swapped, objects: objects))
        }
    }

    private func run(_ earlier: ReplayEvent, _ later: ReplayEvent, on copy: Shadow) async throws -> AuditedRuns {
        let first = try await copy.audit(earlier, plan)
        return first.joined(with: try await copy.audit(later, plan))
    }

    /// Runs the later event first, and once more at the end when it failed because of that, as Lambda would.
    private func run(
        _ later: ReplayEvent, before earlier: ReplayEvent, mayFail: Bool, on copy: Shadow
    ) async throws -> AuditedRuns {
        let early = try await copy.audit(later, plan)
        let both = try await copy.audit(earlier, plan).joined(with: early)
        guard early.outcomes != [.succeeded], !mayFail else { return both }
        return both.followed(by: try await copy.audit(later, plan), replacing: [1])
    }
}
