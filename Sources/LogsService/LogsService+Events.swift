// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import JSON

/// Events: written, read stream by stream, and searched for.
extension LogsService {
    /// The most that one answer or one batch holds (CloudWatch Logs quotas).
    private static let pageEvents = 10_000
    private static let pageBytes = 1 << 20

    func putEvents(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        let (name, stream) = (try request.required("logGroupName"), try request.required("logStreamName"))
        guard let group = groups[name] else { throw LogsError.noGroup }
        guard let index = group.stream(named: stream) else { throw LogsError.noStream }
        let events = try Self.batch(request)
        for (timestamp, message) in events {
            Bytes(message).withUnsafeBytes { group.append($0, to: index, timestamp: timestamp, ingestion: now) }
        }
        return jsonObject { $0.add("nextSequenceToken", "0") }
    }

    private static func batch(_ request: LogsRequest) throws(AWSError) -> [(Int64, String)] {
        guard case .array(let items)? = request.members["logEvents"], !items.isEmpty else {
            throw LogsError.missing("logEvents")
        }
        guard items.count <= pageEvents else {
            throw LogsError.invalid("Log events in a single PutLogEvents request must not be more than 10000.")
        }
        var events: [(Int64, String)] = []
        var size = 0
        for item in items {
            guard case .integer(let timestamp)? = item["timestamp"], let message = item["message"]?.string,
                !message.isEmpty
            else { throw LogsError.invalid("a log event needs a timestamp and a message") }
            if let last = events.last, last.0 > timestamp { throw LogsError.notInOrder }
            // Each event counts with 26 bytes more.
            size += message.utf8.count + 26
            events.append((timestamp, message))
        }
        guard size <= pageBytes else {
            throw LogsError.invalid("Upload too large: \(size) bytes exceeds limit of \(pageBytes)")
        }
        return events
    }

    // MARK: One stream

    func getEvents(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        let group = try group(request)
        guard let stream = group.stream(named: try request.required("logStreamName")) else { throw LogsError.noStream }
        let all = group.select(
            [stream], from: try request.integer("startTime") ?? .min,
            to: try request.integer("endTime") ?? .max, now: now)
        let limit = try request.limit(upTo: Self.pageEvents, otherwise: Self.pageEvents)
        let token = try request.text("nextToken").map { text throws(AWSError) in try StreamToken(text) }
        let fromHead = try request.bool("startFromHead") ?? false
        let page = Self.page(of: all, token, limit, fromHead)
        // At the end of the stream the token that was given is given again.
        let anchor = token?.position ?? (all.last?.position ?? -1)
        let first = page.first?.position ?? anchor
        let last = page.last?.position ?? anchor
        return jsonObject { json in
            json.add("events", page.map { Self.document($0, isFiltered: false) })
            json.add("nextForwardToken", StreamToken(isForward: true, position: last).text)
            json.add("nextBackwardToken", StreamToken(isForward: false, position: first).text)
        }
    }

    private static func page(
        of events: [PlacedEvent], _ token: StreamToken?, _ limit: Int, _ fromHead: Bool
    ) -> ArraySlice<PlacedEvent> {
        guard let token else { return fromHead ? cut(events.prefix(limit)) : cutEarlier(events.suffix(limit)) }
        if token.isForward {
            let start = events.firstIndex { $0.position == token.position }.map { $0 + 1 }
            let later = start.map { events[$0...] } ?? events.drop { $0.position <= token.position }
            return cut(later.prefix(limit))
        }
        let end =
            events.firstIndex { $0.position == token.position }
            ?? events.firstIndex { $0.position >= token.position } ?? events.endIndex
        return cutEarlier(events[..<end].suffix(limit))
    }

    // MARK: All streams

    func filterEvents(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        let group = try group(request)
        let pattern = try FilterPattern(try request.text("filterPattern") ?? "")
        let streams = try streams(of: group, request)
        let limit = try request.limit(upTo: Self.pageEvents, otherwise: Self.pageEvents)
        var events = group.select(
            streams, from: try request.integer("startTime") ?? .min, to: try end(request), now: now)[...]
        if let token = try request.text("nextToken") {
            guard let position = Int(token) else { throw LogsError.badToken }
            let last = events.firstIndex { $0.position == position }
            events = last.map { events[($0 + 1)...] } ?? events.drop { $0.position <= position }
        }
        var found: [PlacedEvent] = []
        for event in events where found.count <= limit && pattern.matches(event.message) { found.append(event) }
        let page = Self.cut(found.prefix(limit))
        return jsonObject { json in
            json.add("events", page.map { Self.document($0, isFiltered: true) })
            json.add("searchedLogStreams", [])
            if page.count < found.count, let last = page.last { json.add("nextToken", "\(last.position)") }
        }
    }

    private func streams(of group: LogGroup, _ request: LogsRequest) throws(AWSError) -> Set<Int>? {
        if let prefix = try request.text("logStreamNamePrefix") {
            return Set(group.streams.indices.filter { group.streams[$0].name.hasPrefix(prefix) })
        }
        guard let names = try request.texts("logStreamNames") else { return nil }
        var wanted: Set<Int> = []
        for name in names {
            guard let stream = group.stream(named: name) else { throw LogsError.noStream }
            wanted.insert(stream)
        }
        return wanted
    }

    // MARK: Pages

    /// The end of a span: FilterLogEvents takes the last millisecond in, GetLogEvents does not.
    private func end(_ request: LogsRequest) throws(AWSError) -> Int64 {
        guard let end = try request.integer("endTime") else { return .max }
        return end < .max ? end + 1 : end
    }

    /// As many of the first events as an answer holds.
    private static func cut(_ events: ArraySlice<PlacedEvent>) -> ArraySlice<PlacedEvent> {
        var size = 0
        return events.prefix {
            size += $0.size
            return size <= pageBytes || size == $0.size
        }
    }

    /// As many of the last events as an answer holds.
    private static func cutEarlier(_ events: ArraySlice<PlacedEvent>) -> ArraySlice<PlacedEvent> {
        var (size, count) = (0, 0)
        for event in events.reversed() {
            size += event.size
            guard size <= pageBytes || count == 0 else { break }
            count += 1
        }
        return events.suffix(count)
    }

    private static func document(_ placed: PlacedEvent, isFiltered: Bool) -> [UInt8] {
        jsonObject { json in
            if isFiltered { json.add("logStreamName", placed.streamName) }
            json.add("timestamp", Int(placed.timestamp))
            json.add("message", placed.message)
            json.add("ingestionTime", Int(placed.ingestion))
            if isFiltered { json.add("eventId", placed.id) }
        }
    }
}

/// `f/` or `b/`, and the event that the next page begins after or ends before.
struct StreamToken {
    var isForward: Bool
    var position: Int

    init(isForward: Bool, position: Int) {
        self.isForward = isForward
        self.position = position
    }

    init(_ text: String) throws(AWSError) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, parts[0] == "f" || parts[0] == "b", let position = Int(parts[1]) else {
            throw LogsError.badToken
        }
        self.init(isForward: parts[0] == "f", position: position)
    }

    var text: String { "\(isForward ? "f" : "b")/\(position)" }
}
