// SPDX-License-Identifier: Apache-2.0
import Buffers
import JSON
public import ServiceProtocols

/// Which records are asked for: those that have everything that is said here.
public struct RecordFilter: Sendable, Equatable {
    /// Any of them; empty for all.
    public var kinds: Set<JournalRecord.Kind> = []
    /// Any of them; empty for all.
    public var outcomes: Set<JournalRecord.Outcome> = []
    /// See ``JournalRecord/source``.
    public var source: String?
    /// The function's name.
    public var function: String?
    /// As the caller gave it, or the version that was run.
    public var qualifier: String?
    /// The request id, or the id of a message.
    public var requestID: String?
    /// The first moment.
    public var since: Timestamp?
    /// The first moment that is not asked for any more.
    public var until: Timestamp?
    /// What stands somewhere in the payload, the result, the resource or the error; case does not count.
    public var text: String?
    /// What the payload or the result, as JSON, has to fulfil.
    public var conditions: [JSONCondition] = []

    /// All records.
    public init() {}

    /// What triggered functions: what can be replayed.
    public static var triggers: RecordFilter {
        var filter = RecordFilter()
        filter.kinds = [.invocation, .event]
        return filter
    }

    /// Whether a record is asked for.
    public func matches(_ record: JournalRecord) -> Bool {
        matches(record.kind, record.outcome, at: record.time) && matchesAttributes(of: record)
            && matchesContent(of: record)
    }

    /// Whether such records are asked for at all.
    func matches(_ kind: JournalRecord.Kind, _ outcome: JournalRecord.Outcome, at time: Timestamp) -> Bool {
        (kinds.isEmpty || kinds.contains(kind)) && (outcomes.isEmpty || outcomes.contains(outcome))
            && since.map { time >= $0 } ?? true && until.map { time < $0 } ?? true
    }

    /// Whether what is asked of names holds.
    func matchesAttributes(of record: JournalRecord) -> Bool {
        (source == nil || source == record.source) && (function == nil || function == record.function)
            && (qualifier == nil || qualifier == record.qualifier || qualifier == record.version)
            && (requestID == nil || requestID == record.requestID)
    }

    /// Whether what is asked of texts and documents holds.
    func matchesContent(of record: JournalRecord) -> Bool {
        if let text {
            let search = TextSearch(text)
            let isFound =
                record.payload.map { search.isFound(in: $0.bytes) } == true
                || record.result.map { search.isFound(in: $0.bytes) } == true
                || search.isFound(in: record.resource) || search.isFound(in: record.error)
            guard isFound else { return false }
        }
        guard !conditions.isEmpty else { return true }
        return [record.payload, record.result].contains { content in
            guard let document = content?.bytes.withUnsafeBytes({ JSONValue(parsing: $0) }) else { return false }
            return conditions.allSatisfy { $0.isFulfilled(by: document) }
        }
    }

    /// Whether texts or documents have to be looked at.
    var asksForContent: Bool { text != nil || !conditions.isEmpty }
}

/// Looks for a text in bytes; upper and lower case of ASCII are the same.
struct TextSearch {
    private let wanted: [UInt8]

    init(_ text: String) {
        wanted = text.utf8.map(SkipFilter.lowercase)
    }

    func isFound(in text: String?) -> Bool {
        guard var text else { return false }
        return text.withUTF8 { isFound(in: UnsafeRawBufferPointer($0)) }
    }

    func isFound(in bytes: Bytes) -> Bool { bytes.withUnsafeBytes { isFound(in: $0) } }

    private func isFound(in bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = wanted.first else { return true }
        guard bytes.count >= wanted.count else { return false }
        return wanted.withUnsafeBufferPointer { wanted in
            for start in 0...(bytes.count - wanted.count) where SkipFilter.lowercase(bytes[start]) == first {
                var length = 1
                while length < wanted.count, SkipFilter.lowercase(bytes[start + length]) == wanted[length] {
                    length += 1
                }
                if length == wanted.count { return true }
            }
            return false
        }
    }
}
