// SPDX-License-Identifier: Apache-2.0
import Buffers
import ServiceProtocols

/// A record as it is stored, whose texts are read where they lie.
///
/// It begins with numbers of a fixed size: its length, its own number, its time, its cause (0 for none), kind, outcome
/// and which of the others it has; these follow, each text and content after its length.
struct PackedRecord {
    typealias Text = UnsafeRawBufferPointer

    /// Larger payloads and results lie apart, so that a search of others does not read them.
    static let largestContent = 4 << 10
    /// The places of kinds and outcomes are stored: new ones come last.
    static let kinds: [JournalRecord.Kind] = [
        .request, .invocation, .event, .attempt, .drop, .delivery, .notification, .log, .object, .publish, .message,
        .inference, .chaos,
    ]
    static let outcomes: [JournalRecord.Outcome] = [.succeeded, .accepted, .failed, .throttled, .refused]

    /// What a record may have, as bits; texts are stored in this order.
    struct Parts: OptionSet {
        let rawValue: UInt16
        static let operation = Parts(rawValue: 1)
        static let resource = Parts(rawValue: 1 << 1)
        static let function = Parts(rawValue: 1 << 2)
        static let qualifier = Parts(rawValue: 1 << 3)
        static let version = Parts(rawValue: 1 << 4)
        static let requestID = Parts(rawValue: 1 << 5)
        static let error = Parts(rawValue: 1 << 6)
        static let traceHeader = Parts(rawValue: 1 << 7)
        static let attempt = Parts(rawValue: 1 << 8)
        static let status = Parts(rawValue: 1 << 9)
        static let run = Parts(rawValue: 1 << 10)
        static let cold = Parts(rawValue: 1 << 11)
        static let initialization = Parts(rawValue: 1 << 12)
        static let payload = Parts(rawValue: 1 << 13)
        static let result = Parts(rawValue: 1 << 14)
        /// Its payload and its result lie apart.
        static let apart = Parts(rawValue: 1 << 15)
    }

    /// What every record has, before anything of other lengths.
    struct Head {
        static let size = 32

        var length: Int
        var id: RecordID
        var milliseconds: Int64
        var cause: RecordID?
        var kind: JournalRecord.Kind
        var outcome: JournalRecord.Outcome
        fileprivate var parts: Parts

        /// Nil for what is no record, or one of a kind that is not known here.
        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count >= Self.size else { return nil }
            length = Int(bytes.loadUnaligned(as: UInt32.self))
            id = bytes.loadUnaligned(fromByteOffset: 4, as: Int64.self)
            milliseconds = bytes.loadUnaligned(fromByteOffset: 12, as: Int64.self)
            let cause = bytes.loadUnaligned(fromByteOffset: 20, as: Int64.self)
            self.cause = cause == 0 ? nil : cause
            let (kind, outcome) = (Int(bytes[28]), Int(bytes[29]))
            guard length >= Self.size, length <= bytes.count, kind < kinds.count, outcome < outcomes.count else {
                return nil
            }
            self.kind = kinds[kind]
            self.outcome = outcomes[outcome]
            parts = Parts(rawValue: bytes.loadUnaligned(fromByteOffset: 30, as: UInt16.self))
        }
    }

    struct Content {
        var bytes: UnsafeRawBufferPointer
        var size: Int
    }

    let head: Head
    let source: Text
    private(set) var operation, resource, function, qualifier, version, requestID, error, traceHeader: Text?
    private var attempt, status: Int?
    private var run: JournalRecord.Run?
    private(set) var payload, result: Content?

    /// Whether its payload and its result lie apart; what is here of them are their sizes.
    var isApart: Bool { head.parts.contains(.apart) }

    /// Reads a record at the beginning of some bytes; nil when none is there.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let head = Head(bytes) else { return nil }
        self.init(head, bytes)
    }

    /// Reads the rest of a record.
    init?(_ head: Head, _ bytes: UnsafeRawBufferPointer) {
        self.head = head
        var reader = PackedReader(UnsafeRawBufferPointer(rebasing: bytes[Head.size..<head.length]))
        source = reader.text()
        let parts = head.parts
        if parts.contains(.operation) { operation = reader.text() }
        if parts.contains(.resource) { resource = reader.text() }
        if parts.contains(.function) { function = reader.text() }
        if parts.contains(.qualifier) { qualifier = reader.text() }
        if parts.contains(.version) { version = reader.text() }
        if parts.contains(.requestID) { requestID = reader.text() }
        if parts.contains(.error) { error = reader.text() }
        if parts.contains(.traceHeader) { traceHeader = reader.text() }
        if parts.contains(.attempt) { attempt = reader.number() }
        if parts.contains(.status) { status = reader.number() }
        if parts.contains(.run) {
            run = .init(
                isCold: parts.contains(.cold),
                initMilliseconds: parts.contains(.initialization) ? reader.fraction() : nil,
                durationMilliseconds: reader.fraction(), billedMilliseconds: reader.number(),
                memoryMegabytes: reader.number(), maxMemoryUsedMegabytes: reader.number())
        }
        let isApart = parts.contains(.apart)
        if parts.contains(.payload) { payload = reader.content(isApart: isApart) }
        if parts.contains(.result) { result = reader.content(isApart: isApart) }
        guard reader.isWhole else { return nil }
    }

    /// A copy of the record, without what lies apart.
    var record: JournalRecord {
        func copy(_ content: Content?) -> JournalRecord.Content? {
            content.map { .init(Bytes(copying: $0.bytes), size: $0.size) }
        }
        var record = JournalRecord(
            id: head.id, time: Timestamp(milliseconds: head.milliseconds), kind: head.kind, cause: head.cause,
            source: String(source), outcome: head.outcome)
        record.operation = operation.map { String($0) }
        record.resource = resource.map { String($0) }
        record.function = function.map { String($0) }
        record.qualifier = qualifier.map { String($0) }
        record.version = version.map { String($0) }
        record.requestID = requestID.map { String($0) }
        record.error = error.map { String($0) }
        record.traceHeader = traceHeader.map { String($0) }
        (record.attempt, record.status, record.run) = (attempt, status, run)
        (record.payload, record.result) = (copy(payload), copy(result))
        return record
    }
}

// MARK: Writing

extension PackedRecord {
    /// Whether the contents of a record are to lie apart.
    static func isApart(_ record: JournalRecord) -> Bool {
        (record.payload?.bytes.count ?? 0) > largestContent || (record.result?.bytes.count ?? 0) > largestContent
    }

    /// How many bytes a record needs at most, without contents that lie apart.
    static func mostBytes(for record: JournalRecord) -> Int {
        var bytes = Head.size + PackedWriter.mostForText(record.source) + 7 * PackedWriter.mostForNumber
        bytes += PackedWriter.mostForText(record.operation) + PackedWriter.mostForText(record.resource)
        bytes += PackedWriter.mostForText(record.function) + PackedWriter.mostForText(record.qualifier)
        bytes += PackedWriter.mostForText(record.version) + PackedWriter.mostForText(record.requestID)
        bytes += PackedWriter.mostForText(record.error) + PackedWriter.mostForText(record.traceHeader)
        bytes += 2 * PackedWriter.mostForNumber + min(record.payload?.bytes.count ?? 0, largestContent)
        return bytes + 2 * PackedWriter.mostForNumber + min(record.result?.bytes.count ?? 0, largestContent)
    }

    /// Writes a record.
    ///
    /// - Parameters:
    ///   - contents: false for a record whose contents lie apart.
    ///   - memory: at least ``mostBytes(for:)``.
    /// - Returns: how many bytes it took.
    static func write(_ record: JournalRecord, contents: Bool, to memory: UnsafeMutableRawBufferPointer) -> Int {
        var parts: Parts = contents ? [] : .apart
        var writer = PackedWriter(memory, at: Head.size)
        writer.add(record.source)
        func add(_ text: String?, _ part: Parts) {
            guard let text else { return }
            parts.insert(part)
            writer.add(text)
        }
        add(record.operation, .operation)
        add(record.resource, .resource)
        add(record.function, .function)
        add(record.qualifier, .qualifier)
        add(record.version, .version)
        add(record.requestID, .requestID)
        add(record.error, .error)
        add(record.traceHeader, .traceHeader)
        if let attempt = record.attempt {
            parts.insert(.attempt)
            writer.add(attempt)
        }
        if let status = record.status {
            parts.insert(.status)
            writer.add(status)
        }
        if let run = record.run {
            parts.insert(run.isCold ? [.run, .cold] : .run)
            if let initialization = run.initMilliseconds {
                parts.insert(.initialization)
                writer.add(initialization)
            }
            writer.add(run.durationMilliseconds)
            writer.add(run.billedMilliseconds)
            writer.add(run.memoryMegabytes)
            writer.add(run.maxMemoryUsedMegabytes)
        }
        if let payload = record.payload {
            parts.insert(.payload)
            writer.add(payload, isApart: !contents)
        }
        if let result = record.result {
            parts.insert(.result)
            writer.add(result, isApart: !contents)
        }
        memory.storeBytes(of: UInt32(writer.position), as: UInt32.self)
        memory.storeBytes(of: record.id, toByteOffset: 4, as: Int64.self)
        memory.storeBytes(of: record.time.milliseconds, toByteOffset: 12, as: Int64.self)
        memory.storeBytes(of: record.cause ?? 0, toByteOffset: 20, as: Int64.self)
        memory[28] = UInt8(kinds.firstIndex(of: record.kind) ?? 0)
        memory[29] = UInt8(outcomes.firstIndex(of: record.outcome) ?? 0)
        memory.storeBytes(of: parts.rawValue, toByteOffset: 30, as: UInt16.self)
        return writer.position
    }
}

extension String {
    /// A copy of a text.
    init(_ text: PackedRecord.Text) {
        self.init(decoding: text, as: UTF8.self)
    }
}
