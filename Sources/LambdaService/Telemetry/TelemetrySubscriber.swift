// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl
import EventLoop
import HTTPClient
import ServiceProtocols

/// Delivers events to one subscriber: the shell around ``TelemetryBuffer``, with the timer and the connection that it
/// has not.
///
/// What cannot be delivered is tried again, at growing intervals, until the environment ends.
actor TelemetrySubscriber {
    private static let firstPause = Duration.milliseconds(50)
    private static let longestPause = Duration.seconds(2)

    nonisolated let subscription: TelemetrySubscription
    private let loop: EventLoop
    private let client: HTTPClient
    private let connection: TelemetryConnection?
    /// What tells of dropped events, in this subscriber's schema.
    private let tellDropped: @Sendable (TelemetryBuffer<[UInt8]>.Dropped) -> [UInt8]
    private var buffer: TelemetryBuffer<[UInt8]>
    private var timer: LoopTimer?
    private var delivery: Task<Void, Never>?
    /// The wait until what could not be delivered is tried again.
    private var pause: Task<Void, Never>?
    private var drained: [CheckedContinuation<Void, Never>] = []
    private var isClosed = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        _ subscription: TelemetrySubscription, loop: EventLoop, client: HTTPClient,
        tellDropped: @escaping @Sendable (TelemetryBuffer<[UInt8]>.Dropped) -> [UInt8]
    ) {
        self.subscription = subscription
        self.loop = loop
        self.client = client
        self.tellDropped = tellDropped
        buffer = TelemetryBuffer(subscription.buffering)
        connection =
            if case .tcp(let port) = subscription.destination {
                TelemetryConnection(loop: loop, port: port)
            } else {
                nil
            }
    }

    /// Takes an event as JSON, on the loop.
    nonisolated func append(_ record: [UInt8]) {
        assumeIsolated { $0.add(record) }
    }

    /// Sends what is there, and returns when it has arrived or the time is up.
    func flush(within limit: Duration) async {
        start(buffer.flush())
        pause?.cancel()
        guard !buffer.isEmpty, !isClosed else { return }
        let giveUp = loop.spawn { [loop] in
            guard (try? await loop.sleep(for: limit)) != nil else { return }
            await self.tellDrained()
        }
        await withCheckedContinuation { drained.append($0) }
        giveUp.cancel()
    }

    /// Gives up what has not arrived.
    nonisolated func close() {
        assumeIsolated { $0.end() }
    }

    private func end() {
        isClosed = true
        delivery?.cancel()
        pause?.cancel()
        connection?.close()
        timer?.close()
        timer = nil
        tellDrained()
    }

    private func add(_ record: [UInt8]) {
        guard !isClosed else { return }
        start(buffer.append(record, size: record.count, at: .now))
        setTimer()
    }

    private func setTimer() {
        guard let deadline = buffer.deadline, !isClosed else { return }
        if timer == nil { timer = try? LoopTimer(loop: loop) }
        timer?.start(after: .nanoseconds(max(0, deadline.since(.now)))) { self.timerFired() }
    }

    private func timerFired() {
        start(buffer.deadlineReached(at: .now))
    }

    private func start(_ batch: TelemetryBuffer<[UInt8]>.Batch?) {
        guard let batch else { return }
        let records = (batch.dropped.records > 0 ? [tellDropped(batch.dropped)] : []) + batch.records
        delivery = loop.spawn { await self.deliver(records) }
    }

    private func deliver(_ records: [[UInt8]]) async {
        var length = Self.firstPause
        while !isClosed {
            do {
                try await send(records)
                break
            } catch {
                await wait(length)
                length = min(length * 2, Self.longestPause)
            }
        }
        start(buffer.delivered())
        if buffer.isEmpty || isClosed { tellDrained() }
    }

    private func wait(_ length: Duration) async {
        let pause = loop.spawn { [loop] in try? await loop.sleep(for: length) }
        self.pause = pause
        await pause.value
    }

    private func tellDrained() {
        for continuation in drained { continuation.resume() }
        drained = []
    }

    private struct Refused: Error {}

    private func send(_ records: [[UInt8]]) async throws {
        switch subscription.destination {
        case .http(let port, let path, let method):
            let response = try await client.send(
                CurlRequest(
                    method: method, url: "http://127.0.0.1:\(port)\(path)",
                    headers: [("Content-Type", "application/json")], body: Self.array(records)))
            guard (200..<300).contains(response.status) else { throw Refused() }
        case .tcp:
            try await connection?.send(Self.lines(records))
        }
    }

    private static func array(_ records: [[UInt8]]) -> Bytes {
        Bytes([UInt8(ascii: "[")] + records.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
    }

    /// Newline-delimited JSON.
    private static func lines(_ records: [[UInt8]]) -> Bytes {
        Bytes(Array(records.map { $0 + [UInt8(ascii: "\n")] }.joined()))
    }
}
