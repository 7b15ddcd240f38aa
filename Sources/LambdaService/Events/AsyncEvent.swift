// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import ServiceProtocols

/// An event that was accepted for a function and is not done with.
public struct AsyncEvent: Sendable, Equatable {
    /// The request id of all its attempts.
    public var id: String
    /// The function's name.
    public var function: String
    /// As the caller gave it; what it means is looked up at each attempt.
    public var qualifier: String?
    /// The event itself, JSON.
    public var payload: Bytes
    /// The trace header of all its attempts.
    public var traceHeader: String
    /// When it was accepted.
    public var accepted: Timestamp
    /// What has happened to it so far.
    public var history: AsyncRetrySchedule.History
    /// When it is to be run.
    public var due: Timestamp
    /// What came of it, when only the delivery of that is left.
    public var delivery: PendingDelivery?
    /// Its record in the journal, which its attempts and deliveries name as their cause.
    public var record: RecordID?

    /// An event; `due` is when it is to be run for the first time.
    public init(
        id: String, function: String, qualifier: String?, payload: Bytes, traceHeader: String, accepted: Timestamp,
        history: AsyncRetrySchedule.History = .init(), due: Timestamp, delivery: PendingDelivery? = nil,
        record: RecordID? = nil
    ) {
        self.id = id
        self.function = function
        self.qualifier = qualifier
        self.payload = payload
        self.traceHeader = traceHeader
        self.accepted = accepted
        self.history = history
        self.due = due
        self.delivery = delivery
        self.record = record
    }
}

/// Keeps accepted events until they are done with.
public protocol AsyncEventQueue: Sendable {
    /// Stores an event; returns when it is durable. It counts as leased if `leased`, else it waits until it is due.
    func append(_ event: AsyncEvent, leased: Bool) async throws

    /// Takes events that are due, those that are due longest first. They are not handed out again until they are
    /// rescheduled, or the emulator starts anew.
    func leaseDue(at now: Timestamp, limit: Int) async throws -> [AsyncEvent]

    /// Puts a leased event back, with its history, its delivery and when it is due.
    func reschedule(_ event: AsyncEvent) async throws

    /// Forgets an event.
    func complete(_ id: String) async throws

    /// When the next event that is not leased is due; nil when there is none.
    func nextDue() async throws -> Timestamp?

    /// Gives every lease back: what was in work when an earlier process ended is run again.
    ///
    /// No event is due later than any schedule would have it: the earlier process may have had a faster clock.
    func recover(at now: Timestamp) async throws
}
