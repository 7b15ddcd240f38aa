// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LambdaService

extension MonotonicTime {
    fileprivate static func milliseconds(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }
}

private func buffer(items: Int = 3, bytes: Int = 100) -> TelemetryBuffer<Int> {
    TelemetryBuffer(.init(maxItems: items, maxBytes: bytes, timeoutMilliseconds: 50))
}

extension TelemetryBuffer where Record == Int {
    /// Takes a record of 10 bytes; the records that are sent now.
    fileprivate mutating func add(_ record: Int, at moment: Int64 = 0) -> [Int]? {
        append(record, size: 10, at: .milliseconds(moment))?.records
    }
}

// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html#telemetry-api-buffering
@Suite("The buffer of a telemetry subscription")
struct TelemetryBufferTests {
    @Test("A batch is sent when its time is up, counted from its first record")
    func timeout() {
        var buffer = buffer()
        #expect(buffer.deadline == nil && buffer.isEmpty)
        #expect(buffer.add(1, at: 10) == nil && buffer.add(2, at: 40) == nil)
        #expect(buffer.deadline == .milliseconds(60) && !buffer.isEmpty)
        #expect(buffer.deadlineReached(at: .milliseconds(59))?.records == nil)
        #expect(buffer.deadlineReached(at: .milliseconds(60))?.records == [1, 2])
        #expect(buffer.deadline == nil && !buffer.isEmpty, "it is on its way")
        #expect(buffer.delivered()?.records == nil && buffer.isEmpty)
        #expect(buffer.deadlineReached(at: .milliseconds(100))?.records == nil)
    }

    @Test("A batch is sent when it has as many records or bytes as it may have")
    func full() {
        var items = buffer()
        #expect(items.add(1) == nil && items.add(2) == nil && items.add(3) == [1, 2, 3])
        var bytes = buffer(items: 100, bytes: 25)
        #expect(bytes.add(1) == nil && bytes.add(2) == nil && bytes.add(3) == [1, 2, 3])
    }

    @Test("One batch is on its way at a time, and the next follows when it has arrived")
    func order() {
        var buffer = buffer()
        for record in 1...2 { #expect(buffer.add(record) == nil) }
        #expect(buffer.add(3) == [1, 2, 3])
        for record in 4...6 { #expect(buffer.add(record) == nil) }
        #expect(buffer.delivered()?.records == [4, 5, 6])
        #expect(buffer.add(7) == nil)
        #expect(buffer.deadlineReached(at: .milliseconds(50))?.records == nil)
        #expect(buffer.delivered()?.records == [7])
        #expect(buffer.delivered()?.records == nil && buffer.isEmpty)
    }

    @Test("What a slow subscriber has no room for is dropped and counted")
    func dropped() {
        var items = buffer()
        for record in 1...3 { _ = items.add(record) }
        for record in 4...12 { #expect(items.add(record) == nil) }
        var batch = items.delivered()
        #expect(batch?.records == [4, 5, 6, 7, 8, 9])
        #expect(batch?.dropped == .init(records: 3, bytes: 30))
        for record in 13...15 { _ = items.add(record) }
        batch = items.delivered()
        #expect(batch?.records == [13, 14, 15] && batch?.dropped == .init())
        var bytes = buffer(items: 100, bytes: 20)
        _ = bytes.add(1)
        #expect(bytes.add(2) == [1, 2])
        for record in 3...7 { _ = bytes.add(record) }
        batch = bytes.delivered()
        // Twice `maxBytes`, as documented.
        #expect(batch?.records == [3, 4, 5, 6] && batch?.dropped == .init(records: 1, bytes: 10))
    }

    @Test("A flush sends what is there, at once or as soon as the way is free")
    func flush() {
        var buffer = buffer()
        #expect(buffer.flush()?.records == nil && buffer.isEmpty)
        _ = buffer.add(1)
        #expect(buffer.flush()?.records == [1])
        _ = buffer.add(2)
        #expect(buffer.flush()?.records == nil)
        #expect(buffer.delivered()?.records == [2])
        #expect(buffer.delivered()?.records == nil && buffer.isEmpty)
    }
}
