// SPDX-License-Identifier: Apache-2.0
import Buffers

/// A log group: its streams, and the last of their events in the order in which they came.
///
/// A pure value; moments are milliseconds since 1970 and passed in.
struct LogGroup {
    /// One stream.
    struct Stream {
        let name: String
        let created: Int64
        var firstEvent: Int64?
        var lastEvent: Int64?
        var lastIngestion: Int64?
        var isDeleted = false
    }

    /// What a group keeps at most; older events go.
    struct Limits {
        var events = 200_000
        var bytes = 64 << 20
    }

    let name: String
    let created: Int64
    /// How many days events are kept; nil for ever.
    var retentionDays: Int?
    private(set) var streams: [Stream] = []
    private var streamIndex: [String: Int] = [:]
    private var events: [LogEvent] = []
    /// How many of `events` are gone; they are removed for good now and then, many at once.
    private var dropped = 0
    /// The position of the first of `events`.
    private var base = 0
    private(set) var storedBytes = 0
    private let limits: Limits

    init(name: String, created: Int64, limits: Limits = Limits()) {
        self.name = name
        self.created = created
        self.limits = limits
    }

    /// The positions of the events that are kept.
    var positions: Range<Int> { (base + dropped)..<(base + events.count) }

    func stream(named name: String) -> Int? { streamIndex[name] }

    /// Makes a stream, or finds it.
    mutating func makeStream(_ name: String, at moment: Int64) -> Int {
        if let index = streamIndex[name] { return index }
        streams.append(Stream(name: name, created: moment))
        streamIndex[name] = streams.count - 1
        return streams.count - 1
    }

    mutating func deleteStream(_ index: Int) {
        streamIndex[streams[index].name] = nil
        streams[index].isDeleted = true
    }

    mutating func append(_ event: LogEvent) {
        let index = event.stream
        streams[index].firstEvent = min(streams[index].firstEvent ?? event.timestamp, event.timestamp)
        streams[index].lastEvent = max(streams[index].lastEvent ?? event.timestamp, event.timestamp)
        streams[index].lastIngestion = event.ingestion
        events.append(event)
        storedBytes += event.message.count
        while events.count - dropped > limits.events || storedBytes > limits.bytes { dropFirst() }
        compact()
    }

    /// Forgets what is older than the group keeps.
    mutating func expire(now: Int64) {
        guard let retentionDays else { return }
        let oldest = now - Int64(retentionDays) * 86_400_000
        while dropped < events.count, events[dropped].timestamp < oldest { dropFirst() }
        compact()
    }

    private mutating func dropFirst() {
        storedBytes -= events[dropped].message.count
        // The memory of the line goes now, its place later.
        events[dropped].message = Bytes()
        dropped += 1
    }

    private mutating func compact() {
        guard dropped > 4096, dropped > events.count / 2 else { return }
        events.removeFirst(dropped)
        base += dropped
        dropped = 0
    }

    /// The events of some streams in a span of time, by time; those of one moment in the order in which they came.
    ///
    /// - Parameters:
    ///   - wanted: the streams; nil for all.
    ///   - from: the first millisecond.
    ///   - to: the millisecond after the last.
    func select(_ wanted: Set<Int>?, from: Int64, to: Int64) -> [PlacedEvent] {
        var found: [PlacedEvent] = []
        var isSorted = true
        for position in positions {
            let event = events[position - base]
            guard event.timestamp >= from, event.timestamp < to, wanted?.contains(event.stream) ?? true,
                !streams[event.stream].isDeleted
            else { continue }
            if let last = found.last, last.event.timestamp > event.timestamp { isSorted = false }
            found.append(PlacedEvent(position: position, streamName: streams[event.stream].name, event: event))
        }
        if !isSorted {
            found.sort { ($0.event.timestamp, $0.position) < ($1.event.timestamp, $1.position) }
        }
        return found
    }
}
