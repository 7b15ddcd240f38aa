// SPDX-License-Identifier: Apache-2.0
import Buffers
import LambdaService
import ServiceProtocols

/// Puts into the journal what functions do: their attempts, and what they write.
///
/// Lambda's own lines are left out: what they tell is in the record of the attempt.
final class JournalRecorder: InvocationObserver, LambdaLogSink {
    private let journal: any Journaling

    init(journal: any Journaling) {
        self.journal = journal
    }

    func attemptEnded(_ attempt: InvocationRecord) {
        guard let mark = attempt.mark else { return }
        var record = JournalRecord(mark, kind: attempt.source == .event ? .attempt : .invocation)
        record.describe(attempt.target)
        record.requestID = attempt.requestID
        record.traceHeader = attempt.traceHeader
        record.run = JournalRecord.Run(
            isCold: attempt.isCold, initMilliseconds: attempt.initMilliseconds,
            durationMilliseconds: attempt.durationMilliseconds, billedMilliseconds: attempt.billedMilliseconds,
            memoryMegabytes: attempt.memoryMegabytes, maxMemoryUsedMegabytes: attempt.maxMemoryUsedMegabytes)
        switch attempt.outcome {
        case .succeeded: record.outcome = .succeeded
        case .failed: record.outcome = .failed
        case .ended(let error): (record.outcome, record.error) = (.failed, error)
        }
        switch attempt.source {
        // The record of the event has the payload.
        case .event: record.attempt = attempt.attempt
        case .requestResponse: record.payload = JournalRecord.Content(attempt.payload)
        }
        record.result = JournalRecord.Content(attempt.result)
        journal.append(record)
    }

    func attemptThrottled(_ attempt: ThrottledAttempt) {
        guard let mark = attempt.mark else { return }
        var record = JournalRecord(
            mark, kind: attempt.source == .event ? .attempt : .invocation, outcome: .throttled)
        record.describe(attempt.target)
        record.requestID = attempt.requestID
        record.traceHeader = attempt.traceHeader
        record.error = attempt.reason
        switch attempt.source {
        case .event: record.attempt = attempt.attempt
        case .requestResponse: record.payload = JournalRecord.Content(attempt.payload)
        }
        journal.append(record)
    }

    func append(_ line: LambdaLogLine) {
        guard line.origin != .platform else { return }
        var record = JournalRecord(
            id: journal.nextID(), time: line.timestamp, kind: .log, cause: line.invocation, source: "lambda")
        record.operation = line.origin.rawValue
        record.function = line.function
        record.version = line.version
        record.requestID = line.requestID
        record.payload = JournalRecord.Content(line.bytes)
        journal.append(record)
    }
}

extension JournalRecord {
    fileprivate mutating func describe(_ target: InvocationTarget) {
        function = target.function
        version = target.version
        qualifier = target.qualifier
    }
}
