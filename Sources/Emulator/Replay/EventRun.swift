// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import JSON
import LambdaService
import Replay
import ServiceProtocols

/// Runs one event again, and tells what it came to.
struct EventRun: Sendable {
    let plan: ReplayPlan
    let lambda: LambdaService
    let watcher: AttemptWatcher
    let environment: ServiceEnvironment

    /// What the event came to; of an asynchronous one, its first attempt or its end, as the plan says.
    ///
    /// - Parameters:
    ///   - id: the request id that it runs with.
    ///   - freed: is called when its environment is free again, or it was refused.
    func result(
        of event: ReplayEvent, requestID id: String, isolation: isolated any Actor = #isolation, freed: () -> Void = {}
    ) async -> ReplayResult {
        let function = plan.options.function ?? event.function ?? ""
        var invocation = Invocation(function: function, payload: event.payload)
        invocation.qualifier = qualifier(for: event)
        do {
            guard !function.isEmpty else {
                throw ReplayRequestError("The event does not say for which function it is: name one with --function.")
            }
            guard !event.isTruncated else { throw ReplayRequestError("The journal has only a part of the payload.") }
            invocation.payload = try changed(event.payload)
        } catch {
            freed()
            var refused = ReplayResult(id: event.id, function: function, outcome: .refused)
            refused.error = "\(error)"
            return refused
        }
        return await Cause.with(event.record) { await run(event, invocation, id, isolation: isolation, freed) }
    }

    private func run(
        _ event: ReplayEvent, _ invocation: Invocation, _ id: String, isolation: isolated any Actor,
        _ freed: () -> Void
    ) async -> ReplayResult {
        watcher.watch(id)
        let clock = ContinuousClock()
        let (start, began) = (clock.now, environment.clock.now)
        var result = ReplayResult(id: event.id, function: invocation.function, outcome: .accepted)
        var answer: Bytes?
        do throws(ServiceError) {
            if event.invocationType == .requestResponse || plan.options.isSynchronous {
                let given = try await lambda.replay(invocation, requestID: id)
                result.latencyMilliseconds = (clock.now - start).milliseconds
                answer = given.payload
                result.version = given.executedVersion
                result.outcome = given.functionError == nil ? .succeeded : .failed
                // The environment is free then.
                await watcher.wait(.attempt, of: id)
                freed()
            } else {
                try await lambda.replayAsync(invocation, requestID: id)
                await watcher.wait(.attempt, of: id)
                freed()
                if plan.options.waitsForEnds { await watcher.wait(.end, of: id) }
                result.latencyMilliseconds = (clock.now - start).milliseconds
            }
        } catch {
            freed()
            result.latencyMilliseconds = (clock.now - start).milliseconds
            result.outcome = error.status == 429 ? .throttled : .refused
            result.error = "\(error.code): \(error.message)"
        }
        let end = watcher.unwatch(id)
        result.requestID = id
        result.describe(end, answer: answer)
        complete(&result, end, answer ?? end.last?.result, event, began)
        return result
    }

    private func complete(
        _ result: inout ReplayResult, _ end: WatchedEvent, _ answer: Bytes?, _ event: ReplayEvent, _ began: Timestamp
    ) {
        if let answer, !answer.isEmpty {
            result.size = answer.count
            result.digest = answer.withUnsafeBytes { Base64.encode(Checksum.value(.sha256, of: $0)) }
            if plan.options.wantsResults { result.result = answer }
        }
        guard let recorded = event.recorded, result.outcome != .accepted else { return }
        let now = Observation(
            outcome: result.outcome,
            error: end.last?.errorType ?? (result.outcome == .throttled ? recorded.error : nil),
            result: recorded.result == nil ? nil : answer, times: began...max(began, environment.clock.now))
        if recorded.outcome == now.outcome, recorded.error == now.error, recorded.result == now.result {
            result.agreement = .identical
            return
        }
        let time = event.time ?? began
        let then = Observation(
            outcome: recorded.outcome, error: recorded.error, result: recorded.result, times: time...time)
        result.differences = plan.comparison.differences(then, now, event: event.payload)
        result.agreement = result.differences.isEmpty ? .same : .different
    }

    private func qualifier(for event: ReplayEvent) -> String? {
        if let qualifier = plan.options.qualifier { return qualifier }
        // Another function has other versions.
        guard let function = plan.options.function, function != event.function else { return event.qualifier }
        return nil
    }

    /// - Throws: when the payload cannot be changed.
    private func changed(_ payload: Bytes) throws -> Bytes {
        guard !plan.assignments.isEmpty else { return payload }
        guard var value = payload.withUnsafeBytes({ JSONValue(parsing: $0) }) else {
            throw ReplayRequestError("The event is no JSON: nothing can be set in it.")
        }
        for assignment in plan.assignments { try value.set(assignment.value, at: assignment.path) }
        return Bytes(value.text)
    }
}

extension ReplayResult {
    /// Takes over what was seen of the attempts.
    fileprivate mutating func describe(_ event: WatchedEvent, answer: Bytes?) {
        usage = event.usage
        if let last = event.last {
            version = last.version
            if outcome == .accepted { outcome = last.outcome == .succeeded ? .succeeded : .failed }
            if outcome == .failed, error == nil { error = last.errorType ?? Self.errorType(answer ?? last.result) }
        }
        guard outcome == .accepted else { return }
        if event.isThrottled { outcome = .throttled } else if event.hasSucceeded == false { outcome = .failed }
    }

    /// What the function itself called its error.
    static func errorType(_ result: Bytes) -> String? {
        result.withUnsafeBytes { JSONValue(parsing: $0) }?["errorType"]?.string
    }
}

extension InvocationRecord {
    /// Lambda's own error type, as the journal has it.
    fileprivate var errorType: String? {
        if case .ended(let type) = outcome { type } else { nil }
    }
}

extension Duration {
    fileprivate var milliseconds: Double { self / .milliseconds(1) }
}
