// SPDX-License-Identifier: Apache-2.0
import Buffers
import EventLoop
import FoundationEssentials
import LambdaEvents
import Logging
import ServiceProtocols
import Store

/// An event that was stored together with the change that it tells of.
struct PendingNotification: Sendable, Equatable {
    var id: Int64
    /// The name of the bucket that it comes from.
    var bucket: String
    /// The function's ARN.
    var function: String
    var payload: Bytes
    /// The trace header of the request that caused it.
    var trace: String?
    /// The record of that change in the journal; nil without one.
    var cause: RecordID?
}

/// Hands stored events over to Lambda, in their order, some at a time, and again when Lambda does not take them.
///
/// An event is forgotten only after Lambda has made it durable. Should the process die in between, it is handed over
/// again: delivery is at least once, as S3's is.
actor NotificationDelivery {
    private let loop: EventLoop
    private let store: Store
    private let invoking: any Invoking
    private let environment: ServiceEnvironment
    private let log: Logger
    private var waiting: ArraySlice<PendingNotification> = []
    private var inFlight = 0
    private var isStopped = false
    private var tasks: [Int64: Task<Void, Never>] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// How many events Lambda is given at once.
    private static let width = 64
    private static let firstDelay = Duration.seconds(1)
    private static let longestDelay = Duration.seconds(300)

    init(
        loop: EventLoop, store: Store, invoking: any Invoking, environment: ServiceEnvironment, log: Logger
    ) {
        self.loop = loop
        self.store = store
        self.invoking = invoking
        self.environment = environment
        self.log = log
    }

    /// Delivers what an earlier run had stored and not handed over.
    func recover() async {
        do {
            let left = try await store.read { db in try S3Tables.events(db) }
            deliver(left)
        } catch {
            log.error("cannot read stored notifications", metadata: ["error": "\(error)"])
        }
    }

    func deliver(_ notifications: [PendingNotification]) {
        guard !isStopped else { return }
        waiting.append(contentsOf: notifications)
        startNext()
    }

    /// Stops handing over; what waits stays stored for the next run.
    func stop() async {
        isStopped = true
        waiting = []
        let running = Array(tasks.values)
        for task in running { task.cancel() }
        for task in running { await task.value }
    }

    private func startNext() {
        while inFlight < Self.width, !waiting.isEmpty {
            let next = waiting.removeFirst()
            inFlight += 1
            tasks[next.id] = loop.spawn { await Cause.with(next.cause) { await self.handOver(next) } }
        }
    }

    private func handOver(_ notification: PendingNotification) async {
        var delay = Self.firstDelay
        var holdsPlace = true
        while !isStopped {
            let isTaken = await isTaken(notification) {
                if holdsPlace { freePlace() }
                holdsPlace = false
            }
            if isTaken {
                if holdsPlace { freePlace() }
                holdsPlace = false
                await forget(notification)
                break
            }
            // One that Lambda does not take must not keep the others from it.
            if holdsPlace { freePlace() }
            holdsPlace = false
            let clock = environment.clock
            guard (try? await clock.sleep(until: clock.now + delay)) != nil else { break }
            delay = min(delay * 2, Self.longestDelay)
        }
        tasks[notification.id] = nil
        if holdsPlace { freePlace() }
    }

    private func freePlace() {
        inFlight -= 1
        startNext()
    }

    /// One attempt, as chaos lets it happen.
    ///
    /// - Parameter leavePlace: called when it waits, so that others need not.
    /// - Returns: false when it is to be tried again.
    private func isTaken(_ notification: PendingNotification, leavePlace: () -> Void) async -> Bool {
        guard let chaos = environment.chaos else { return await isTakenNow(notification) }
        let point = ChaosPoint(notification)
        let effect = chaos.strike(at: point)
        if let effect {
            leavePlace()
            await chaos.hold(effect, at: point)
        }
        if effect == .drop || isStopped { return false }
        if effect == .lose { return true }
        if effect == .duplicate { _ = await isTakenNow(notification) }
        let isTaken = await isTakenNow(notification)
        chaos.passed(point)
        return isTaken
    }

    /// - Returns: false when it is to be tried again.
    private func isTakenNow(_ notification: PendingNotification) async -> Bool {
        do throws(ServiceError) {
            _ = try await invoking.invokeAsync(
                Invocation(
                    function: notification.function, payload: notification.payload, traceHeader: notification.trace,
                    caller: ServiceCaller(bucket: notification.bucket, account: environment.account)))
            return true
        } catch {
            record(notification, error)
            let metadata: Logger.Metadata = [
                "function": "\(notification.function)", "code": "\(error.code)", "reason": "\(error.message)",
            ]
            // What Lambda refuses for good (the function is gone, no permission allows it) will not be taken later
            // either.
            guard error.isTransient else {
                log.warning("an object's event was refused and dropped", metadata: metadata)
                return true
            }
            log.warning("an object's event was not taken, and will be tried again", metadata: metadata)
            return false
        }
    }

    /// Lambda did not take an event.
    private func record(_ notification: PendingNotification, _ error: ServiceError) {
        guard let mark = environment.mark("s3") else { return }
        var record = JournalRecord(mark, kind: .notification, outcome: error.isTransient ? .failed : .refused)
        record.resource = "arn:aws:s3:::\(notification.bucket)"
        record.function = notification.function
        record.error = "\(error.code): \(error.message)"
        record.payload = JournalRecord.Content(notification.payload)
        environment.journal?.append(record)
    }

    /// Tries until it is stored: what is not forgotten is handed over again by the next run.
    private func forget(_ notification: PendingNotification) async {
        var delay = Self.firstDelay
        while !isStopped {
            do {
                return try await store.write { db in try S3Tables.removeEvent(notification.id, db) }
            } catch {
                log.error("cannot forget a delivered notification", metadata: ["error": "\(error)"])
            }
            let clock = environment.clock
            guard (try? await clock.sleep(until: clock.now + delay)) != nil else { return }
            delay = min(delay * 2, Self.longestDelay)
        }
    }
}

extension ChaosPoint {
    fileprivate init(_ notification: PendingNotification) {
        self.init(.delivery, of: "s3")
        resource = notification.bucket
        content = notification.payload
        let event = notification.payload.withUnsafeBytes { try? JSONDecoder().decode(S3Event.self, from: Data($0)) }
        key = event?.records.first?.s3.object.decodedKey ?? ""
        // The qualifier is a part of the target's name in its ARN.
        let parts = notification.function.split(separator: ":")
        function = parts.count > 6 ? String(parts[6]) : notification.function
    }
}

extension ServiceCaller {
    /// S3, for one of its buckets.
    init(bucket: String, account: String) {
        self.init(principal: "s3.amazonaws.com", sourceARN: "arn:aws:s3:::\(bucket)", sourceAccount: account)
    }
}
