// SPDX-License-Identifier: Apache-2.0
import AWSClient
import Buffers
import CloudFormation
import Curl
import Emulator
import Foundation
import HTTPClient
import JSON
import LambdaService
import Scenario

/// Waits until what an event must bring about is there.
struct EffectWatcher: Sendable {
    /// How long a run may take to be told of after its result is there.
    private static let secondsUntilTold = 10.0

    let sender: EventSender
    let ledger: InvocationLedger
    let polls: Polls
    let account: String

    /// What was missing to the end; empty when the effect came in its time.
    ///
    /// - Parameter runs: the runs of functions that the event caused so far.
    func wait(
        for effect: Effect, _ placeholders: Placeholders, _ runs: () -> [InvocationRecord]
    ) async throws -> [Mismatch] {
        let members = try placeholders.filled(effect.members)
        var problems: [Mismatch] = []
        if effect.kind == .message {
            problems = [Mismatch("the queue \(members["queue"]?.string ?? "")", "has no message")]
        }
        var tried: [String] = []
        var polling = Polling(polls, for: effect.seconds)
        repeat {
            switch effect.kind {
            case .object: problems = try await object(members)
            case .message: problems = try await message(members, &tried) ?? problems
            case .invocation: problems = try invocation(members, runs())
            }
            if problems.isEmpty, members["times"] != 0 { break }
        } while try await polling.pause()
        if effect.kind == .message { try await putBack(tried, members) }
        // That something did not happen is known when its time is up.
        return problems
    }

    /// What the runs that an event caused took too much of.
    func check(_ limits: Limits, _ runs: () -> [InvocationRecord]) async throws -> [Mismatch] {
        let hasRun = try await polls.poll(for: Self.secondsUntilTold) { !runs().isEmpty }
        guard hasRun else { return [Mismatch("limits", "say something of a function, and none ran")] }
        return runs().flatMap {
            limits.mismatches(
                function: $0.function, durationMilliseconds: $0.durationMilliseconds,
                memoryMegabytes: $0.maxMemoryUsedMegabytes)
        }
    }

    // MARK: Objects

    private func object(_ members: JSONValue) async throws -> [Mismatch] {
        let bucket = try sender.resource(
            members["bucket"]?.string, in: sender.emulator.application.buckets, \.logicalID)
        let key = members["key"]?.string ?? ""
        let name = "s3://\(bucket.bucketName)/\(key)"
        let object: S3Object
        do {
            object = try await sender.aws.s3.getObject(bucket: bucket.bucketName, key: key)
        } catch let error as AWSServiceError where error.status == 404 {
            return members["absent"] == true ? [] : [Mismatch(name, "is missing")]
        }
        if members["absent"] == true { return [Mismatch(name, "must not be there")] }
        var problems: [Mismatch] = []
        if let expected = members["contentType"] {
            let actual = JSONValue.string(object.contentType ?? "")
            problems += Self.compare("the Content-Type of \(name)", expected, actual)
        }
        if let expected = members["body"] { problems += Self.compare(name, expected, Self.content(object.body.array)) }
        return problems
    }

    // MARK: Messages

    /// Takes messages until the expected one is there, which is deleted then.
    ///
    /// - Parameter tried: the receipt handles of those that were others.
    /// - Returns: what is wrong with the last of them; nil when none came.
    private func message(_ members: JSONValue, _ tried: inout [String]) async throws -> [Mismatch]? {
        let url = try queueURL(members)
        let answer = try await call("ReceiveMessage", ["QueueUrl": url, "MaxNumberOfMessages": 10])
        guard case .array(let messages)? = answer["Messages"] else { return nil }
        var problems: [Mismatch]?
        var isFound = false
        for message in messages {
            guard let handle = message["ReceiptHandle"], let body = message["Body"]?.string else { continue }
            let found = members["body"].map { Self.compare("the message", $0, Self.content(Array(body.utf8))) } ?? []
            if found.isEmpty, !isFound {
                isFound = true
                _ = try await call("DeleteMessage", ["QueueUrl": url, "ReceiptHandle": handle])
            } else {
                tried.append(handle.string ?? "")
                problems = found
            }
        }
        return isFound ? [] : problems
    }

    /// Gives back the messages that were not the expected one.
    private func putBack(_ handles: [String], _ members: JSONValue) async throws {
        for handle in handles {
            _ = try await call(
                "ChangeMessageVisibility",
                ["QueueUrl": try queueURL(members), "ReceiptHandle": .string(handle), "VisibilityTimeout": 0])
        }
    }

    private func queueURL(_ members: JSONValue) throws(ScenarioError) -> JSONValue {
        let queue = try sender.resource(
            members["queue"]?.string, in: sender.emulator.application.queues, \.logicalID)
        return "\(sender.emulator.endpoint)/\(account)/\(queue.queueName)"
    }

    private func call(_ operation: String, _ members: JSONValue) async throws -> JSONValue {
        let response = try await sender.client.send(
            CurlRequest(
                method: "POST", url: "\(sender.emulator.endpoint)/",
                headers: [
                    ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "AmazonSQS.\(operation)"),
                ], body: Bytes(members.text), timeout: .seconds(60)))
        guard response.status == 200 else {
            throw ScenarioError("\(operation) answered \(response.status): \(response.body.string)")
        }
        return JSONValue(parsing: Data(response.body.array)) ?? [:]
    }

    // MARK: Runs

    private func invocation(_ members: JSONValue, _ runs: [InvocationRecord]) throws(ScenarioError) -> [Mismatch] {
        let function = try sender.resource(
            members["function"]?.string, in: sender.emulator.application.functions, \.logicalID)
        let own = runs.filter { $0.function == function.functionName }
        let matching = own.filter { run in
            (members["outcome"]?.string).map { $0 == StepReport.text(run.outcome) } ?? true
                && (members["version"]?.string).map { $0 == run.version } ?? true
        }
        if let times = members["times"]?.double {
            guard Double(matching.count) != times else { return [] }
            return [Mismatch(function.functionName, "ran \(matching.count) times, not \(Int(times))")]
        }
        guard matching.isEmpty else { return [] }
        let outcomes = own.map { StepReport.text($0.outcome) }.joined(separator: ", ")
        return [Mismatch(function.functionName, own.isEmpty ? "did not run" : "ran otherwise: \(outcomes)")]
    }

    // MARK: Values

    /// JSON, or else a text.
    private static func content(_ bytes: [UInt8]) -> JSONValue {
        bytes.withUnsafeBytes { JSONValue(parsing: $0) } ?? .string(String(decoding: bytes, as: UTF8.self))
    }

    private static func compare(_ name: String, _ expected: JSONValue, _ actual: JSONValue) -> [Mismatch] {
        Expectation(expected).mismatches(with: actual).map {
            Mismatch("\(name): \($0.place)", $0.reason, expected: $0.expected, actual: $0.actual)
        }
    }
}
