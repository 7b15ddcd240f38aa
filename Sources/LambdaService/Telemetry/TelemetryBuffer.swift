// SPDX-License-Identifier: Apache-2.0

/// The events that wait for one subscriber: when they are sent, and what is dropped when the subscriber is too slow
/// (https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html#telemetry-api-buffering).
///
/// Pure: facts go in, what is to be done comes out. One batch is on its way at a time; what comes meanwhile is kept up
/// to twice the subscription's limits, so that no batch is longer than the documented `2 * maxBytes` and metadata.
struct TelemetryBuffer<Record> {
    struct Batch {
        var records: [Record] = []
        /// What was dropped before these records, and is to be told with them.
        var dropped = Dropped()
    }

    struct Dropped: Equatable {
        var records = 0
        var bytes = 0
    }

    private let buffering: TelemetrySubscription.Buffering
    private var records: [Record] = []
    private var bytes = 0
    private var dropped = Dropped()
    private var isDelivering = false
    /// Whether what is there is to be sent as soon as the way is free.
    private var isDue = false
    /// When what is there is to be sent, full or not; nil when nothing is there.
    private(set) var deadline: MonotonicTime?

    init(_ buffering: TelemetrySubscription.Buffering) {
        self.buffering = buffering
    }

    /// Whether nothing waits and nothing is on its way.
    var isEmpty: Bool { records.isEmpty && !isDelivering }

    /// Takes a record.
    ///
    /// - Parameter size: its length in bytes.
    /// - Returns: what is to be sent now.
    mutating func append(_ record: Record, size: Int, at now: MonotonicTime) -> Batch? {
        if isDelivering, records.count >= 2 * buffering.maxItems || bytes + size > 2 * buffering.maxBytes {
            dropped.records += 1
            dropped.bytes += size
            return nil
        }
        if records.isEmpty { deadline = now + Int64(buffering.timeoutMilliseconds) * 1_000_000 }
        records.append(record)
        bytes += size
        if records.count >= buffering.maxItems || bytes >= buffering.maxBytes { isDue = true }
        return next()
    }

    /// The ``deadline`` may have passed.
    mutating func deadlineReached(at now: MonotonicTime) -> Batch? {
        guard let deadline, deadline <= now else { return nil }
        return flush()
    }

    /// What is there is to be sent, full or not.
    mutating func flush() -> Batch? {
        isDue = !records.isEmpty
        return next()
    }

    /// The batch that was on its way has arrived.
    mutating func delivered() -> Batch? {
        isDelivering = false
        return next()
    }

    private mutating func next() -> Batch? {
        guard isDue, !isDelivering else { return nil }
        defer {
            records = []
            bytes = 0
            dropped = Dropped()
            deadline = nil
            isDue = false
            isDelivering = true
        }
        return Batch(records: records, dropped: dropped)
    }
}
