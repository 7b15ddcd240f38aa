// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import EventLoop
import GRDB
public import ServiceProtocols
public import Store

/// SQS: standard queues, kept in the emulator's database.
///
/// Who may have which message when is decided by ``MessageQueue``; this actor adds the clock, the store and those who
/// wait for a message.
public actor SQSService {
    /// One queue and those who wait for a message of it.
    struct Queue {
        /// Never used twice.
        let number: Int64
        let name: String
        var state: MessageQueue
        let created: Timestamp
        var modified: Timestamp
        var purged: Timestamp?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    let environment: ServiceEnvironment
    private let store: Store
    private let loop: EventLoop
    private let endpoint: String
    var queues: [String: Queue] = [:]
    /// When queues were deleted, by their names.
    var deleted: [String: Timestamp] = [:]
    private(set) var isStopped = false
    private var lastSequence: Int64
    private var lastWaiter = 0

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private init(
        environment: ServiceEnvironment, loop: EventLoop, store: Store, endpoint: String,
        _ found: [(SQSTables.QueueRecord, [QueuedMessage])], lastSequence: Int64
    ) {
        self.environment = environment
        self.loop = loop
        self.store = store
        self.endpoint = endpoint
        self.lastSequence = lastSequence
        let now = environment.clock.now
        for (record, messages) in found {
            var state = MessageQueue(attributes: record.attributes)
            for message in messages { state.add(message.clamped(to: now)) }
            queues[record.name] = Queue(
                number: record.number, name: record.name, state: state, created: record.created,
                modified: record.modified)
        }
    }

    /// Opens the queues that the store has.
    ///
    /// - Parameter endpoint: where this emulator is reached, `http://127.0.0.1:4566` say; the queues' URLs begin with
    ///   it.
    /// - Throws: ``StoreError``, or the database's error.
    public static func open(
        environment: ServiceEnvironment, loop: EventLoop, store: Store, endpoint: String
    ) async throws -> SQSService {
        try SQSTables.prepare(store)
        let (found, last) = try await store.read { db in
            let queues = try SQSTables.queues(db)
            return (try queues.map { ($0, try SQSTables.messages(of: $0.number, db)) }, try SQSTables.lastSequence(db))
        }
        return SQSService(
            environment: environment, loop: loop, store: store, endpoint: endpoint, found, lastSequence: last)
    }

    /// Sends those away who wait for a message, and lets nobody wait any more.
    public func stop() {
        isStopped = true
        for name in queues.keys { wakeWaiters(of: name) }
    }

    var now: Timestamp { environment.clock.now }

    // MARK: Names

    func url(of name: String) -> String { "\(endpoint)/\(environment.account)/\(name)" }

    func arn(of name: String) -> String {
        "arn:aws:sqs:\(environment.region):\(environment.account):\(name)"
    }

    /// The name of the queue that an ARN of this account and region stands for, whether it is there or not.
    func name(ofARN text: String) -> String? {
        guard let parsed = ARN(text), arn(of: parsed.resource) == text else { return nil }
        return parsed.resource
    }

    /// The name of the queue that a request is about: the end of its URL, whatever host that has.
    ///
    /// - Throws: `QueueDoesNotExist`.
    func queueName(_ request: SQSRequest) throws(AWSError) -> String {
        let url = try request.required("QueueUrl")
        let parts = url.split(separator: "/", omittingEmptySubsequences: false).suffix(2)
        guard parts.count == 2, let account = parts.first, let name = parts.last.map(String.init),
            account == environment.account, queues[name] != nil
        else { throw SQSError.noQueue }
        return name
    }

    func nextSequence() -> Int64 {
        lastSequence += 1
        return lastSequence
    }

    // MARK: The store

    /// - Throws: `InternalError` when the store fails.
    func stored<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(AWSError) -> T {
        do {
            return try await store.write(body)
        } catch {
            throw SQSError.storeFailed
        }
    }

    /// Forgets what a queue keeps no longer.
    func expire(_ name: String) async throws(AWSError) {
        guard let expired = queues[name]?.state.expire(now: now), !expired.isEmpty else { return }
        try await stored { db in for sequence in expired { try SQSTables.delete(sequence, db) } }
    }

    // MARK: Waiting

    /// Returns when something about a queue may have changed, or at a moment.
    ///
    /// - Parameter isDue: whether a message is to appear then.
    func change(of name: String, until moment: Timestamp, isDue: Bool) async {
        lastWaiter += 1
        let id = lastWaiter
        let alarm = loop.spawn { [clock = environment.clock] in
            try? await isDue ? clock.sleep(until: moment) : clock.waitAsCaller(until: moment)
            await self.wake(id, of: name)
        }
        await withCheckedContinuation { continuation in
            if queues[name] == nil || isStopped {
                continuation.resume()
            } else {
                queues[name]?.waiters[id] = continuation
            }
        }
        alarm.cancel()
    }

    private func wake(_ id: Int, of name: String) {
        queues[name]?.waiters.removeValue(forKey: id)?.resume()
    }

    func wakeWaiters(of name: String) {
        guard let waiters = queues[name]?.waiters, !waiters.isEmpty else { return }
        queues[name]?.waiters = [:]
        for waiter in waiters.values { waiter.resume() }
    }
}

extension QueuedMessage {
    /// The message with moments that can be: a clock that ran faster than this one may have left others.
    fileprivate func clamped(to now: Timestamp) -> QueuedMessage {
        var message = self
        message.sent = min(sent, now)
        message.lastReceived = lastReceived.map { min($0, now) }
        let longest = isDelayed ? SQSLimits.delay.upperBound : SQSLimits.visibility.upperBound
        message.hiddenUntil = hiddenUntil.map { min($0, now + .seconds(longest)) }
        return message
    }
}
