// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// What an environment is to run.
struct InvocationRequest: Sendable {
    var requestID: String
    /// As the caller qualified it.
    var invokedARN: String
    var payload: Bytes
    /// As JSON.
    var clientContext: String?
    var traceHeader: String
    /// Whether the caller wants the end of the log: then the result waits for the report.
    var wantsLog = false
    /// Where a result goes that the runtime streams; nil for a caller that takes it whole.
    var stream: ResponseStream?
    var source = InvocationRecord.Source.requestResponse
    var attempt = 1
    /// Its place in the journal; nil without one.
    var mark: JournalMark?
}

extension ThrottledAttempt {
    init(_ request: InvocationRequest, of version: FunctionVersion, _ reason: ThrottleReason) {
        self.init(
            target: InvocationTarget(
                function: version.name, version: version.version, invokedARN: request.invokedARN),
            reason: reason.rawValue, requestID: request.requestID, source: request.source, attempt: request.attempt,
            traceHeader: request.traceHeader, payload: request.payload, mark: request.mark)
    }
}

/// What became of it.
enum ExecutionOutcome: Sendable {
    case finished(ExecutionResult)
    /// The function may have no more in work.
    case throttled(ThrottleReason)
    /// The function was deleted, or the emulator ends.
    case abandoned
}

struct ExecutionResult: Sendable {
    var payload: Bytes
    var isError: Bool
    var log: Bytes
    /// What the runtime called a result that it posted as a stream; nil for any other.
    var contentType: String?
}

/// A request on its way through the pool, with whoever waits for its outcome.
///
/// Confined to the pool's actor.
final class PendingInvocation {
    let request: InvocationRequest
    private var continuation: UnsafeContinuation<ExecutionOutcome, Never>?
    /// The result that waits for the log's end.
    private var held: ExecutionResult?
    private(set) var recorded = InvocationRecord.Outcome.succeeded
    /// What the caller gets, for the record.
    private(set) var answered = Bytes()

    init(_ request: InvocationRequest, _ continuation: UnsafeContinuation<ExecutionOutcome, Never>) {
        self.request = request
        self.continuation = continuation
    }

    /// The result is there: the caller gets it, unless it wants the log too.
    ///
    /// - Parameter contentType: see ``ExecutionResult``.
    func answer(_ payload: Bytes, outcome: InvocationRecord.Outcome, contentType: String? = nil) {
        recorded = outcome
        answered = payload
        let result = ExecutionResult(
            payload: payload, isError: outcome != .succeeded, log: Bytes(), contentType: contentType)
        if request.wantsLog { held = result } else { resume(.finished(result)) }
    }

    /// The invocation is over.
    func close(log: @autoclosure () -> Bytes) {
        guard var result = held else { return }
        result.log = log()
        resume(.finished(result))
    }

    /// Nothing more will come: a result that is there goes to its caller without the end of the log.
    func giveUp() {
        resume(held.map(ExecutionOutcome.finished) ?? .abandoned)
    }

    func resume(_ outcome: ExecutionOutcome) {
        continuation.take()?.resume(returning: outcome)
    }
}
