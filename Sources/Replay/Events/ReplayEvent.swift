// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import ServiceProtocols

/// An event that is to be run again.
public struct ReplayEvent: Sendable, Equatable {
    /// How it reaches the function.
    public enum InvocationType: String, Sendable {
        /// Somebody waits for the result.
        case requestResponse = "RequestResponse"
        /// It is queued, and run again when it fails.
        case event = "Event"
    }

    /// What it is called: its number in the journal, or its place in a file.
    public var id: String
    /// The function that it was for; nil when its source does not know.
    public var function: String?
    /// The version or alias that it was for.
    public var qualifier: String?
    /// How it came.
    public var invocationType: InvocationType
    /// When it came.
    public var time: Timestamp?
    /// The event itself.
    public var payload: Bytes
    /// Whether a part of the payload is missing, so that it cannot be run again.
    public var isTruncated = false
    /// What it came to then; nil when nobody knows.
    public var recorded: RecordedResult?
    /// Its record in the journal that it is run again with; nil when it came from elsewhere.
    public var record: RecordID?

    /// An event that somebody waits for, and of which nothing else is known.
    public init(id: String, payload: Bytes) {
        self.id = id
        self.payload = payload
        invocationType = .requestResponse
    }
}

/// What an event came to when it was recorded.
public struct RecordedResult: Sendable, Equatable {
    /// How it ended.
    public var outcome: JournalRecord.Outcome
    /// AWS's error type, or its error code.
    public var error: String?
    /// What the function returned, or the object of its error; nil when it is not known whole.
    public var result: Bytes?

    /// A result from its parts.
    public init(outcome: JournalRecord.Outcome, error: String? = nil, result: Bytes? = nil) {
        self.outcome = outcome
        self.error = error
        self.result = result
    }
}

extension ReplayEvent {
    /// The event of a record that triggered a function; nil for any other record.
    ///
    /// - Parameter ends: what the record caused: of an asynchronous event, its attempts and its end.
    public init?(_ record: JournalRecord, ends: [JournalRecord] = []) {
        guard let type = record.triggers, let payload = record.payload else { return nil }
        self.init(id: String(record.id), payload: payload.bytes)
        isTruncated = payload.isTruncated
        function = record.function
        qualifier = record.qualifier
        invocationType = type
        time = record.time
        let end = type == .event ? ends.filter { $0.kind == .attempt }.max { $0.id < $1.id } : record
        recorded = end.map(RecordedResult.init)
    }
}

extension JournalRecord {
    /// How the event of this record reached its function; nil for records that triggered none.
    public var triggers: ReplayEvent.InvocationType? {
        switch kind {
        case .invocation: .requestResponse
        case .event: .event
        default: nil
        }
    }
}

extension RecordedResult {
    fileprivate init(_ record: JournalRecord) {
        self.init(outcome: record.outcome, error: record.error)
        if let result = record.result, !result.isTruncated { self.result = result.bytes }
    }
}
