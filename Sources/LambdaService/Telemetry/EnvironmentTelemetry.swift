// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// The telemetry of one environment that has extensions: who has subscribed and, while an init runs and others may
/// still subscribe, what has happened since its beginning.
///
/// Confined to the pool's actor, as its environment is.
final class EnvironmentTelemetry {
    /// What is kept for those who subscribe later, in bytes of lines; what comes then is not kept.
    private static let longestHistory = 1_048_576

    private let context: PlatformContext
    private let format: LoggingConfiguration.Format
    private var history: [(record: TelemetryRecord, moment: Timestamp)] = []
    private var historyBytes = 0
    private var subscribers: [String: TelemetrySubscriber] = [:]
    /// Whether extensions may subscribe.
    private(set) var isOpen = false

    init(_ context: PlatformContext, _ format: LoggingConfiguration.Format) {
        self.context = context
        self.format = format
    }

    var hasSubscribers: Bool { !subscribers.isEmpty }

    /// An init begins, at which extensions may subscribe.
    func open() {
        isOpen = true
        history = []
        historyBytes = 0
    }

    /// The init is over.
    func closeSubscription() {
        isOpen = false
        history = []
    }

    func append(_ record: TelemetryRecord, at moment: Timestamp) {
        if isOpen {
            historyBytes += record.size
            if historyBytes <= Self.longestHistory { history.append((record, moment)) }
        }
        for subscriber in subscribers.values { send(record, moment, to: subscriber) }
    }

    private func send(_ record: TelemetryRecord, _ moment: Timestamp, to subscriber: TelemetrySubscriber) {
        let subscription = subscriber.subscription
        guard subscription.types.contains(record.kind),
            let json = record.json(subscription.schema, context, format, at: moment)
        else { return }
        subscriber.append(json)
    }

    /// An extension's subscription, which replaces the one that it had.
    ///
    /// - Parameter make: makes the subscriber.
    /// - Returns: what is told of it: `Subscribed`, or `Already subscribed` when it had the same.
    func subscribe(
        _ name: String, _ subscription: TelemetrySubscription, make: (PlatformContext) -> TelemetrySubscriber
    ) throws(RuntimeAPIError) -> String {
        let api = subscription.schema.api
        guard isOpen else { throw .subscriptionClosed(api) }
        if let known = subscribers[name]?.subscription {
            guard known.schema.api == api else {
                throw .subscribedElsewhere(name, api, other: known.schema.api)
            }
            if known == subscription { return "Already subscribed" }
        }
        subscribers[name]?.close()
        let subscriber = make(context)
        subscribers[name] = subscriber
        for (record, moment) in history { send(record, moment, to: subscriber) }
        return "Subscribed"
    }

    /// Sends what waits, and returns when it has arrived or the time is up.
    func flush(within limit: Duration) async {
        for subscriber in subscribers.values { await subscriber.flush(within: limit) }
    }

    func close() {
        for subscriber in subscribers.values { subscriber.close() }
        subscribers = [:]
    }
}
