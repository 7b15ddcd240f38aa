// SPDX-License-Identifier: Apache-2.0
import Buffers
import CloudFormation
import Emulator
import EventLoop
import Foundation
import HTTPClient
import JSON
import LambdaService
import Scenario
import ServiceProtocols

/// Plays tests against a running emulator, as its clients would: over HTTP.
struct ScenarioPlayer: Sendable {
    private let polls: Polls
    private let ids: RequestIDs
    private let client: HTTPClient
    private let sender: EventSender
    private let watcher: EffectWatcher
    private let ledger: InvocationLedger
    private let results: URL
    /// Whether results are accepted that differ from what is expected, so that what follows from them is played too.
    private let accepts: Bool
    private let initial: Placeholders

    init(
        emulator: Emulator, region: String, account: String, loop: EventLoop, ledger: InvocationLedger, results: URL,
        accepts: Bool, seed: UInt64? = nil
    ) throws {
        polls = Polls(emulator: emulator, loop: loop)
        ids = RequestIDs(seed: seed ?? .random(in: .min ... .max))
        self.ledger = ledger
        self.results = results
        self.accepts = accepts
        client = HTTPClient(loop: loop)
        sender = try EventSender(emulator: emulator, client: client, region: region)
        watcher = EffectWatcher(sender: sender, ledger: ledger, polls: polls, account: account)
        var values = ["account": account, "region": region, "run": String(ids.next().prefix(8))]
        let application = emulator.application
        for bucket in application.buckets { values["bucket.\(bucket.logicalID)"] = bucket.bucketName }
        for topic in application.topics { values["topic.\(topic.logicalID)"] = topic.arn }
        for queue in application.queues { values["queue.\(queue.logicalID)"] = queue.arn }
        for endpoint in application.endpoints { values["endpoint.\(endpoint.logicalID)"] = endpoint.endpointName }
        for api in application.apis { values["api.\(api.logicalID)"] = api.apiID }
        initial = Placeholders(values)
    }

    /// Plays all files, whatever becomes of each step, and tells of each step when it is over.
    ///
    /// Files are played one after another; those that are independent and stand next to each other, at the same time.
    ///
    /// - Parameter jobs: how many files are played at the same time at most.
    /// - Returns: the steps of each file.
    func play(
        _ files: [TestFile], jobs: Int, report: @escaping @Sendable (PlayedStep) -> Void
    ) async -> [[PlayedStep]] {
        var placeholders = initial
        var played: [[PlayedStep]] = []
        var rest = files[...]
        while let file = rest.first {
            let independent = rest.prefix(while: \.isIndependent)
            if independent.isEmpty {
                rest.removeFirst()
                played.append(await play(file, &placeholders, report))
            } else {
                rest.removeFirst(independent.count)
                played += await playTogether(Array(independent), jobs: jobs, placeholders, report)
            }
        }
        return played
    }

    func close() async { await client.close() }

    private func playTogether(
        _ files: [TestFile], jobs: Int, _ placeholders: Placeholders, _ report: @escaping @Sendable (PlayedStep) -> Void
    ) async -> [[PlayedStep]] {
        await withTaskGroup(of: (Int, [PlayedStep]).self) { group in
            var played = [[PlayedStep]](repeating: [], count: files.count)
            for index in files.indices {
                if index >= jobs, let (done, steps) = await group.next() { played[done] = steps }
                group.addTask {
                    var own = placeholders
                    return (index, await play(files[index], &own, report))
                }
            }
            for await (done, steps) in group { played[done] = steps }
            return played
        }
    }

    private func play(
        _ file: TestFile, _ placeholders: inout Placeholders, _ report: @Sendable (PlayedStep) -> Void
    ) async -> [PlayedStep] {
        var played: [PlayedStep] = []
        for step in file.steps {
            let result = await play(step, &placeholders)
            report(result)
            played.append(result)
        }
        return played
    }

    private func play(_ step: Step, _ placeholders: inout Placeholders) async -> PlayedStep {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let clock = ContinuousClock.now
        var played = PlayedStep(step: step, began: now, trace: EventTrace(id: ids.next()))
        let before = ledger.begin(played.trace)
        do {
            let outcome = try await sender.send(step.action, placeholders, trace: played.trace)
            if outcome.isOfRun { try await ledger.wait(for: played.trace, polls) }
            played.differences = try step.checks.differences(in: outcome.result, placeholders)
            played.updates = step.checks.updates(accepting: outcome.result, placeholders)
            played.violations = try step.checks.violations(in: outcome.result, placeholders)
            if let name = step.save { played.saved = try save(outcome, as: name) }
            // What follows from a wrong result would only be told twice.
            if played.violations.isEmpty, accepts || played.differences.isEmpty {
                try Self.capture(step.captures, from: outcome.result, &placeholders)
                if let until = step.until { try await wait(for: until, &placeholders) }
                let runs = { ledger.records(of: played.trace, since: before) }
                for effect in step.effects {
                    played.violations += try await watcher.wait(for: effect, placeholders, runs)
                }
                if let limits = step.limits { played.violations += try await watcher.check(limits, runs) }
            }
        } catch {
            played.violations.append(Mismatch("the event", "\(error)"))
        }
        played.milliseconds = (ContinuousClock.now - clock) / .milliseconds(1)
        return played
    }

    private func wait(for condition: Step.Condition, _ placeholders: inout Placeholders) async throws {
        let expected = Expectation(try placeholders.filled(condition.expected))
        var last = EventSender.Outcome(result: .null)
        var found: [Mismatch] = []
        let waiting = placeholders
        let isMet = try await polls.poll(for: condition.seconds) {
            last = try await sender.send(condition.action, waiting, trace: EventTrace(id: ids.next()))
            found = expected.mismatches(with: last.result)
            return found.isEmpty
        }
        guard isMet else {
            let problems = found.map(\.description).joined(separator: "; ")
            throw ScenarioError("after \(Int(condition.seconds)) s still: \(problems)")
        }
        try Self.capture(condition.captures, from: last.result, &placeholders)
    }

    private static func capture(
        _ captures: [String: String], from result: JSONValue, _ placeholders: inout Placeholders
    ) throws {
        for (name, path) in captures {
            guard let value = result.value(at: path) else {
                throw ScenarioError("the result has no \(path) to capture")
            }
            placeholders.set(name, to: value.string ?? value.text)
        }
    }

    private func save(_ outcome: EventSender.Outcome, as name: String) throws -> PlayedStep.Saved {
        try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
        let file = results.appending(path: name)
        try Data(outcome.body.array).write(to: file)
        return PlayedStep.Saved(file: file.path, url: outcome.url)
    }
}
