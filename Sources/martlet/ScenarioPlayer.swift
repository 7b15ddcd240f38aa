// SPDX-License-Identifier: Apache-2.0
import Buffers
import CloudFormation
import Curl
import Emulator
import EventLoop
import Foundation
import HTTPClient
import JSON
import Scenario
import ServiceProtocols

/// A step that was played.
struct PlayedStep: Sendable {
    struct Saved: Sendable {
        let file: String
        /// Where the file came from.
        let url: String
    }

    let step: Step
    let began: Timestamp
    var milliseconds: Double
    /// Nil when the step gave what it should.
    var failure: String?
    var saved: Saved?
}

/// Plays a scenario against a running emulator, as its clients would: over HTTP.
struct ScenarioPlayer: Sendable {
    private let loop: EventLoop
    private let client: HTTPClient
    private let sender: EventSender
    private let results: URL
    private let initial: Placeholders

    init(emulator: Emulator, region: String, account: String, loop: EventLoop, results: URL) throws {
        self.loop = loop
        self.results = results
        client = HTTPClient(loop: loop)
        sender = try EventSender(emulator: emulator, client: client, region: region)
        var values = [
            "account": account, "region": region, "run": String(UInt32.random(in: 0...UInt32.max), radix: 36),
        ]
        let application = emulator.application
        for bucket in application.buckets { values["bucket.\(bucket.logicalID)"] = bucket.bucketName }
        for topic in application.topics { values["topic.\(topic.logicalID)"] = topic.arn }
        for endpoint in application.endpoints { values["endpoint.\(endpoint.logicalID)"] = endpoint.endpointName }
        for api in application.apis { values["api.\(api.logicalID)"] = api.apiID }
        initial = Placeholders(values)
    }

    /// Plays all steps, whatever becomes of each, and tells of each when it is over.
    func play(_ steps: [Step], report: (PlayedStep) -> Void) async -> [PlayedStep] {
        var placeholders = initial
        var played: [PlayedStep] = []
        for step in steps {
            let result = await play(step, &placeholders)
            report(result)
            played.append(result)
        }
        return played
    }

    func close() async { await client.close() }

    private func play(_ step: Step, _ placeholders: inout Placeholders) async -> PlayedStep {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let clock = ContinuousClock.now
        var played = PlayedStep(step: step, began: now, milliseconds: 0)
        do {
            let outcome = try await sender.send(step.action, placeholders)
            if let expected = step.expected { try Self.check(outcome.result, try placeholders.filled(expected)) }
            try Self.capture(step.captures, from: outcome.result, &placeholders)
            if let name = step.save { played.saved = try save(outcome, as: name) }
            if let until = step.until { try await wait(for: until, &placeholders) }
        } catch {
            played.failure = "\(error)"
        }
        played.milliseconds = (ContinuousClock.now - clock) / .milliseconds(1)
        return played
    }

    private func wait(for condition: Step.Condition, _ placeholders: inout Placeholders) async throws {
        let deadline = ContinuousClock.now + .seconds(condition.seconds)
        let expected = Expectation(try placeholders.filled(condition.expected))
        var pause = Duration.milliseconds(20)
        while true {
            let outcome = try await sender.send(condition.action, placeholders)
            guard let mismatch = expected.mismatch(with: outcome.result) else {
                return try Self.capture(condition.captures, from: outcome.result, &placeholders)
            }
            guard ContinuousClock.now < deadline else {
                throw ScenarioError("after \(Int(condition.seconds)) s still: \(mismatch)")
            }
            try await loop.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    private static func check(_ result: JSONValue, _ expected: JSONValue) throws {
        if let mismatch = Expectation(expected).mismatch(with: result) {
            let error = result["functionError"] == nil ? "" : " (the function failed: \(result.text))"
            throw ScenarioError(mismatch + error)
        }
        if let error = result["functionError"], expected["functionError"] == nil {
            throw ScenarioError("the function failed (\(error.text)): \(result["payload"]?.text ?? "")")
        }
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
