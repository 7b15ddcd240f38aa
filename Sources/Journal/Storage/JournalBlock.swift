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

    /// The numbers of a block's records.
    static func numbers(in block: Int64) -> Range<RecordID> { block * size..<(block + 1) * size }

    private struct Attributes: Equatable {
        var kind: JournalRecord.Kind
        var source: String
        var function: String?
        var outcome: JournalRecord.Outcome

        func isOf(_ record: PackedRecord) -> Bool {
            kind == record.head.kind && outcome == record.head.outcome && record.source.elementsEqual(source.utf8)
                && (function == nil) == (record.function == nil)
                && (record.function?.elementsEqual((function ?? "").utf8) ?? true)
        }
    }

    /// The times of its records.
    private(set) var times: ClosedRange<Int64>?
    /// Whether it has records with texts that are not looked at to their end.
    private(set) var hasLongTexts = false
    /// Whether it has JSON whose strings are written with escapes.
    private(set) var hasEscapes = false
    private(set) var filter: SkipFilter
    /// How many attributes and contents are remembered, of each.
    private static let mostRemembered = 8
    /// Attributes that were added: most records are like one shortly before.
    private var attributes: [Attributes] = []
    /// Hashes of contents that were added: functions often return the same again.
    private var contents: [Int] = []

    init() {
        filter = SkipFilter()
    }

    init(times: ClosedRange<Int64>?, hasLongTexts: Bool, hasEscapes: Bool, filter: SkipFilter) {
        self.times = times
        self.hasLongTexts = hasLongTexts
        self.hasEscapes = hasEscapes
        self.filter = filter
    }

    mutating func add(_ record: PackedRecord) {
        let time = record.head.milliseconds
        times = min(times?.lowerBound ?? time, time)...max(times?.upperBound ?? time, time)
        addAttributes(of: record)
        if let id = record.requestID { filter.add(key: FilterKey.request(id)) }
        if let resource = record.resource { add(resource) }
        if let error = record.error { add(error) }
        if let payload = record.payload { addOnce(payload.bytes) }
        if let result = record.result { addOnce(result.bytes) }
    }

    /// Adds what lies apart from its record.
    mutating func add(_ contents: PackedRecords.Apart) {
        contents.payload?.withUnsafeBytes { add(content: $0) }
        contents.result?.withUnsafeBytes { add(content: $0) }
    }

    /// In as little room as it needs.
    var folded: JournalBlock {
        var block = self
        block.filter = filter.folded
        block.attributes = []
        block.contents = []
        return block
    }

    private mutating func addAttributes(of record: PackedRecord) {
        guard !attributes.contains(where: { $0.isOf(record) }) else { return }
        let (source, function) = (String(record.source), record.function.map { String($0) })
        if attributes.count == Self.mostRemembered { attributes.removeFirst() }
        attributes.append(
            Attributes(kind: record.head.kind, source: source, function: function, outcome: record.head.outcome))
        let texts = [record.head.kind.rawValue, source, function ?? "", record.head.outcome.rawValue]
        // Each of them, and all of them together in every combination.
        for chosen in 1..<16 {
            let parts = texts.enumerated().map { chosen >> $0 & 1 == 1 ? $1 : nil }
            filter.add(
                key: FilterKey.attributes(kind: parts[0], source: parts[1], function: parts[2], outcome: parts[3]))
        }
    }

    private mutating func addOnce(_ bytes: UnsafeRawBufferPointer) {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        let hash = hasher.finalize()
        guard !contents.contains(hash) else { return }
        if contents.count == Self.mostRemembered { contents.removeFirst() }
        contents.append(hash)
        add(content: bytes)
    }

    private mutating func add(content bytes: UnsafeRawBufferPointer) {
        add(bytes)
        addScalars(of: bytes)
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
