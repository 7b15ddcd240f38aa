// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

// What the journal hears of topics. A delivery that Lambda accepts is an event there.
extension SNSService {
    /// A message was published.
    ///
    /// - Returns: the record, which deliveries name as their cause; nil without a journal.
    func record(_ message: Message, id: String, to topicARN: String) -> RecordID? {
        guard let mark = environment.mark("sns") else { return nil }
        var record = JournalRecord(mark, kind: .publish)
        record.operation = "Publish"
        record.resource = topicARN
        record.requestID = id
        record.traceHeader = message.trace
        record.payload = JournalRecord.Content(Bytes(message.body))
        environment.journal?.append(record)
        return mark.id
    }

    /// Lambda did not take a delivery.
    func record(_ delivery: Invocation, _ error: ServiceError) {
        guard let mark = environment.mark("sns") else { return }
        var record = JournalRecord(mark, kind: .notification, outcome: error.isTransient ? .failed : .refused)
        record.resource = delivery.caller?.sourceARN
        record.function = delivery.function
        record.traceHeader = delivery.traceHeader
        record.error = "\(error.code): \(error.message)"
        record.payload = JournalRecord.Content(delivery.payload)
        environment.journal?.append(record)
    }
}
