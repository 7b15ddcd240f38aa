// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

// What the journal hears of asynchronous events. Of attempts it hears as all observers do.
extension LambdaService {
    /// The place of something that an event causes.
    func mark(of event: AsyncEvent) -> JournalMark? {
        guard environment.journal != nil else { return nil }
        return Cause.$current.withValue(event.record) { environment.mark("lambda") }
    }

    /// An event is durable.
    func record(_ event: AsyncEvent, accepted mark: JournalMark) {
        var record = JournalRecord(mark, kind: .event, outcome: .accepted)
        record.describe(event)
        record.payload = JournalRecord.Content(event.payload)
        environment.journal?.append(record)
    }

    /// An event is given up.
    func record(_ event: AsyncEvent, dropped condition: EventOutcome.Condition) {
        guard let mark = mark(of: event) else { return }
        var record = JournalRecord(mark, kind: .drop, outcome: .failed)
        record.describe(event)
        record.error = condition.rawValue
        environment.journal?.append(record)
    }

    /// The outcome of an event was sent to a target.
    func record(
        _ event: AsyncEvent, delivered target: DeliveryTarget, _ result: DeliveryResult, _ mark: JournalMark
    ) {
        var record = JournalRecord(mark, kind: .delivery)
        record.describe(event)
        record.resource = target.arn
        switch target {
        case .destination: record.operation = "Destination"
        case .deadLetter: record.operation = "DeadLetter"
        }
        switch result {
        case .accepted: record.outcome = .accepted
        case .refused(let reason): (record.outcome, record.error) = (.refused, reason)
        case .failed(let reason): (record.outcome, record.error) = (.failed, reason)
        }
        environment.journal?.append(record)
    }

    /// The record of the invocation that an access key's environment has, or had last; nil for any other key.
    ///
    /// Each environment is given a key of its own, and has one invocation at a time: so a signed request tells which
    /// invocation it comes from.
    public func invocation(ofAccessKey id: String) async -> RecordID? {
        guard let environment = options.credentials.environment(ofAccessKey: id) else { return nil }
        return await processes?.invocation(inEnvironment: environment)
    }
}

extension ExecutionPool {
    /// The record of the invocation that an environment has, or had last.
    func invocation(inEnvironment id: Int) -> RecordID? { environments[id]?.invocation }
}

extension Invocation {
    /// Who calls, as the journal names it.
    var journalSource: String { caller?.service ?? "lambda" }
}

extension JournalRecord {
    fileprivate mutating func describe(_ event: AsyncEvent) {
        function = event.function
        qualifier = event.qualifier
        requestID = event.id
        traceHeader = event.traceHeader
    }
}
