// SPDX-License-Identifier: Apache-2.0

/// A log group: its streams, and the last of their events in the order in which they came.
///
/// Moments are milliseconds since 1970 and passed in. Whoever writes to it often keeps it at hand.
///
/// Safety: `@unchecked Sendable` because it is confined to the service's loop: the service is isolated to it, and a
/// ``LogWriter`` asks for that when it gets the group.
final class LogGroup: @unchecked Sendable {
    /// One stream.
    struct Stream {
        let name: String
        let created: Int64
        var firstEvent: Int64?
        var lastEvent: Int64?
        var lastIngestion: Int64?
        var isDeleted = false
    }

    /// What a group keeps: so many chunks of so many bytes; then the oldest chunk goes.
    struct Limits {
        var chunks = 128
        var chunkBytes = 256 * 1024
    }

    let name: String
    let created: Int64
    /// How many days events are kept; nil for ever.
    var retentionDays: Int?
    /// No group of the service any more.
    var isDeleted = false
    private(set) var streams: [Stream] = []
    private var streamIndex: [String: Int] = [:]
    /// The oldest first; there is always one to write to.
    private var chunks: [LogChunk]
    private let limits: Limits

    init(name: String, created: Int64, limits: Limits = Limits()) {
        self.name = name
        self.created = created
        self.limits = limits
        chunks = [LogChunk(base: 0)]
    }

    /// The positions of the events that are kept.
    var positions: Range<Int> { chunks[0].base..<chunks[chunks.count - 1].end }

    var storedBytes: Int { chunks.reduce(0) { $0 + $1.text.count } }

    func stream(named name: String) -> Int? { streamIndex[name] }

    /// Makes a stream, or finds it.
    func makeStream(_ name: String, at moment: Int64) -> Int {
        if let index = streamIndex[name] { return index }
        streams.append(Stream(name: name, created: moment))
        streamIndex[name] = streams.count - 1
        return streams.count - 1
    }

    func deleteStream(_ index: Int) {
        streamIndex[streams[index].name] = nil
        streams[index].isDeleted = true
    }

    func append(_ message: UnsafeRawBufferPointer, to stream: Int, timestamp: Int64, ingestion: Int64) {
        streams[stream].firstEvent = min(streams[stream].firstEvent ?? timestamp, timestamp)
        streams[stream].lastEvent = max(streams[stream].lastEvent ?? timestamp, timestamp)
        streams[stream].lastIngestion = ingestion
        let last = chunks.count - 1
        if chunks[last].text.count + message.count <= limits.chunkBytes || chunks[last].records.isEmpty {
            chunks[last].append(message, stream, timestamp, ingestion)
        } else {
            var chunk = LogChunk(base: chunks[last].end)
            chunk.append(message, stream, timestamp, ingestion)
            chunks.append(chunk)
            if chunks.count > limits.chunks { chunks.removeFirst() }
        }
    }

    /// Forgets what is older than the group keeps.
    func expire(now: Int64) {
        let oldest = oldest(now: now)
        while chunks.count > 1, (chunks[0].latest ?? .min) < oldest { chunks.removeFirst() }
        if chunks.count == 1, let latest = chunks[0].latest, latest < oldest {
            chunks = [LogChunk(base: chunks[0].end)]
        }
    }

    private func oldest(now: Int64) -> Int64 {
        retentionDays.map { now - Int64($0) * 86_400_000 } ?? .min
    }

    /// The events of some streams in a span of time, by time; those of one moment in the order in which they came.
    ///
    /// - Parameters:
    ///   - wanted: the streams; nil for all.
    ///   - from: the first millisecond.
    ///   - to: the millisecond after the last.
    func select(_ wanted: Set<Int>?, from: Int64, to: Int64, now: Int64) -> [PlacedEvent] {
        let from = max(from, oldest(now: now))
        var found: [PlacedEvent] = []
        var isSorted = true
        for chunk in chunks where (chunk.latest ?? .min) >= from {
            for (index, record) in chunk.records.enumerated() {
                let stream = Int(record.stream)
                guard record.timestamp >= from, record.timestamp < to, wanted?.contains(stream) ?? true,
                    !streams[stream].isDeleted
                else { continue }
                if let last = found.last, last.timestamp > record.timestamp { isSorted = false }
                found.append(
                    PlacedEvent(
                        position: chunk.base + index, streamName: streams[stream].name, timestamp: record.timestamp,
                        ingestion: record.ingestion, message: chunk.text(of: record)))
            }
        }
        if !isSorted { found.sort { ($0.timestamp, $0.position) < ($1.timestamp, $1.position) } }
        return found
    }
}
