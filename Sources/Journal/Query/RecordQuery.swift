// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

/// A page of records that is asked for.
public struct RecordQuery: Sendable, Equatable {
    /// In which order records come: by their numbers, which is how they began.
    public enum Order: String, Sendable {
        /// What began last comes first.
        case newestFirst = "desc"
        /// What began first comes first: the order in which events are replayed.
        case oldestFirst = "asc"
    }

    /// Which records.
    public var filter: RecordFilter
    /// In which order.
    public var order = Order.newestFirst
    /// How many at most.
    public var limit: Int
    /// Where the page begins: after that record, in the order of the query; nil for the first page.
    public var after: RecordID?

    /// The first page, newest first.
    public init(_ filter: RecordFilter = RecordFilter(), limit: Int = 50) {
        self.filter = filter
        self.limit = limit
    }
}

/// Records that were found, and where to go on.
///
/// A page may have fewer records than were asked for, or none, and still not be the last: a search that takes long is
/// answered in parts.
public struct RecordPage: Sendable, Equatable {
    /// In the order of the query.
    public var records: [JournalRecord]
    /// ``RecordQuery/after`` of the next page; nil when this is the last.
    public var next: RecordID?

    /// A page from its parts.
    public init(records: [JournalRecord], next: RecordID?) {
        self.records = records
        self.next = next
    }
}

/// By what a search passes over blocks: a block is read only when it may have everything.
struct SkipQuery {
    /// More combinations of attributes are not worth the time.
    private static let mostAlternatives = 64

    private let times: (since: Int64, until: Int64)
    /// One of them; empty for anything.
    private var attributes: [UInt64] = []
    private var requestID: UInt64?
    private var text: [UInt8]?
    private let members: [UInt64]

    init(_ filter: RecordFilter) {
        times = (filter.since?.milliseconds ?? .min, filter.until?.milliseconds ?? .max)
        requestID = filter.requestID.map { FilterKey.request($0.utf8) }
        text = filter.text.map { $0.utf8.map(SkipFilter.lowercase) }
        members = filter.conditions.flatMap(\.keys)
        let kinds = filter.kinds.isEmpty ? [nil] : filter.kinds.map { Optional($0.rawValue) }
        let outcomes = filter.outcomes.isEmpty ? [nil] : filter.outcomes.map { Optional($0.rawValue) }
        let isOpen = filter.kinds.isEmpty && filter.outcomes.isEmpty && filter.source == nil && filter.function == nil
        guard !isOpen, kinds.count * outcomes.count <= Self.mostAlternatives else { return }
        attributes = kinds.flatMap { kind in
            outcomes.map { outcome in
                FilterKey.attributes(kind: kind, source: filter.source, function: filter.function, outcome: outcome)
            }
        }
    }

    /// Whether anything but the time can tell blocks apart.
    var needsFilter: Bool { !attributes.isEmpty || requestID != nil || text != nil || !members.isEmpty }

    /// Whether a block with records of these times may have some that are asked for.
    func mayMatch(from first: Int64, to last: Int64) -> Bool { last >= times.since && first < times.until }

    func mayMatch(_ block: JournalBlock) -> Bool {
        let filter = block.filter
        if !attributes.isEmpty, !attributes.contains(where: { filter.mayContain(key: $0) }) { return false }
        if let requestID, !filter.mayContain(key: requestID) { return false }
        if block.hasLongTexts { return true }
        if let text, !filter.mayContain(text: text) { return false }
        return block.hasEscapes || members.allSatisfy { filter.mayContain(key: $0) }
    }
}
