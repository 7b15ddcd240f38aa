// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// What is known of the records of one block, that is of ``size`` numbers in a row.
struct JournalBlock: Equatable {
    /// How many numbers a block has.
    static let size: Int64 = 512
    /// What of a text is looked at; a longer one may contain anything.
    private static let longest = 16 << 10

    /// The block that a number is in.
    static func number(of record: RecordID) -> Int64 { record / size }

    private struct Attributes: Equatable {
        var kind: JournalRecord.Kind
        var source: String
        var function: String?
        var outcome: JournalRecord.Outcome
    }

    /// The times of its records.
    private(set) var times: ClosedRange<Int64>?
    /// Whether it has records with texts that are not looked at to their end.
    private(set) var hasLongTexts = false
    /// Whether it has JSON whose strings are written with escapes.
    private(set) var hasEscapes = false
    private(set) var filter: SkipFilter
    /// The attributes that were added last: most records are like the one before.
    private var lastAttributes: Attributes?

    init() {
        filter = SkipFilter()
    }

    init(times: ClosedRange<Int64>?, hasLongTexts: Bool, hasEscapes: Bool, filter: SkipFilter) {
        self.times = times
        self.hasLongTexts = hasLongTexts
        self.hasEscapes = hasEscapes
        self.filter = filter
    }

    mutating func add(_ record: JournalRecord) {
        let time = record.time.milliseconds
        times = min(times?.lowerBound ?? time, time)...max(times?.upperBound ?? time, time)
        addAttributes(of: record)
        if let id = record.requestID { filter.add(key: FilterKey.request(id)) }
        for text in [record.resource, record.error] {
            if var text { text.withUTF8 { add(UnsafeRawBufferPointer($0)) } }
        }
        for content in [record.payload, record.result] {
            content?.bytes.withUnsafeBytes { bytes in
                add(bytes)
                addScalars(of: bytes)
            }
        }
    }

    /// In as little room as it needs.
    var folded: JournalBlock {
        var block = self
        block.filter = filter.folded
        block.lastAttributes = nil
        return block
    }

    private mutating func addAttributes(of record: JournalRecord) {
        let attributes = Attributes(
            kind: record.kind, source: record.source, function: record.function, outcome: record.outcome)
        guard attributes != lastAttributes else { return }
        lastAttributes = attributes
        let texts = [record.kind.rawValue, record.source, record.function ?? "", record.outcome.rawValue]
        // Each of them, and all of them together in every combination.
        for chosen in 1..<16 {
            let parts = texts.enumerated().map { chosen >> $0 & 1 == 1 ? $1 : nil }
            filter.add(
                key: FilterKey.attributes(kind: parts[0], source: parts[1], function: parts[2], outcome: parts[3]))
        }
    }

    private mutating func add(_ text: UnsafeRawBufferPointer) {
        if text.count > Self.longest { hasLongTexts = true }
        filter.add(text: UnsafeRawBufferPointer(rebasing: text.prefix(Self.longest)))
    }

    private mutating func addScalars(of text: UnsafeRawBufferPointer) {
        guard let first = text.first, text.count <= Self.longest,
            [UInt8(ascii: "{"), UInt8(ascii: "["), 32, 9, 10, 13].contains(first)
        else { return }
        var scanner = ScalarScanner(text)
        scanner.scan { filter.add(key: $0) }
        if scanner.hasEscapes { hasEscapes = true }
    }
}
