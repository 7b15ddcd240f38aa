// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
public import ServiceProtocols

/// The services that outcomes of events are sent to.
public struct DeliveryServices: Sendable {
    let queues: any Queueing
    let topics: any Publishing
    let objects: any ObjectStoring

    /// The services of one emulator.
    public init(queues: any Queueing, topics: any Publishing, objects: any ObjectStoring) {
        self.queues = queues
        self.topics = topics
        self.objects = objects
    }
}

/// What became of one attempt to deliver.
enum DeliveryResult {
    case accepted
    /// Not now.
    case failed(reason: String)
    /// Never: the target is not there, or does not take it.
    case refused(reason: String)

    init(_ error: ServiceError) {
        let reason = "\(error.code): \(error.message)"
        self = error.isTransient ? .failed(reason: reason) : .refused(reason: reason)
    }
}

// Destinations and dead-letter targets (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
extension LambdaService {
    /// Introduces the services that destinations and dead-letter targets are in.
    ///
    /// Call it before ``start()``.
    public func connect(_ services: DeliveryServices) {
        delivery = services
    }

    /// Where an outcome goes; nil when nobody asked for it.
    func delivery(of event: AsyncEvent, _ condition: EventOutcome.Condition, _ attempt: EventAttempt?)
        -> PendingDelivery?
    {
        if condition != .success {
            tell(.dropped, of: event)
            record(event, dropped: condition)
        }
        tellEnd(of: event, condition, attempt)
        guard let function = registry.functions[event.function] else { return nil }
        let qualifier = event.qualifier ?? "$LATEST"
        let configuration = function.eventInvoke[qualifier]
        var targets: [DeliveryTarget] = []
        if condition == .success {
            if let target = configuration?.onSuccess { targets.append(.destination(target)) }
        } else {
            if let target = configuration?.onFailure { targets.append(.destination(target)) }
            if let target = deadLetterTarget(of: event) { targets.append(.deadLetter(target)) }
        }
        guard !targets.isEmpty else { return nil }
        let outcome = EventOutcome(
            condition: condition, moment: environment.clock.now,
            functionARN: "\(registry.arn(of: event.function)):\(qualifier)",
            invocations: event.history.functionErrors + (condition == .success ? 1 : 0),
            response: attempt?.response.map {
                EventOutcome.Response(
                    executedVersion: $0.executedVersion, functionError: $0.isError ? "Unhandled" : nil,
                    payload: $0.payload)
            })
        return PendingDelivery(outcome: outcome, targets: targets)
    }

    /// The version's that the event is for.
    private func deadLetterTarget(of event: AsyncEvent) -> String? {
        let name = event.qualifier.map { "\(event.function):\($0)" } ?? event.function
        return try? resolve(Invocation(function: name, payload: Bytes())).version.configuration.deadLetterTarget
    }

    /// Delivers an outcome to one target.
    func deliver(_ event: AsyncEvent, _ outcome: EventOutcome, to target: DeliveryTarget) async -> DeliveryResult {
        let mark = mark(of: event)
        let result = await Cause.with(mark?.id) { await send(event, outcome, to: target) }
        if let mark { record(event, delivered: target, result, mark) }
        if case .accepted = result { return result }
        if case .deadLetter = target { tell(.deadLetterFailed, of: event) } else { tell(.destinationFailed, of: event) }
        return result
    }

    private func send(
        _ event: AsyncEvent, _ outcome: EventOutcome, to target: DeliveryTarget
    ) async -> DeliveryResult {
        let record = DestinationRecord(event: event, outcome: outcome)
        guard let delivery, let arn = ARN(target.arn) else { return .refused(reason: "\(target.arn) is no target") }
        do throws(ServiceError) {
            switch (target, arn.service) {
            case (.deadLetter, "sqs"): _ = try await delivery.queues.send(queue: target.arn, record.deadLetter)
            case (.deadLetter, "sns"): _ = try await delivery.topics.publish(topic: target.arn, record.deadLetter)
            case (.destination, "sqs"): _ = try await delivery.queues.send(queue: target.arn, message(record))
            case (.destination, "sns"): _ = try await delivery.topics.publish(topic: target.arn, message(record))
            case (.destination, "lambda"):
                _ = try await invokeAsync(
                    Invocation(function: target.arn, payload: record.bytes, traceHeader: event.traceHeader))
            case (.destination, "s3"):
                try await delivery.objects.putObject(
                    bucket: arn.resource, key: record.objectKey(uuid: environment.makeID()),
                    StoredObject(body: record.bytes, contentType: "application/json"))
            default: return .refused(reason: "\(target.arn) is no target")
            }
            return .accepted
        } catch {
            return DeliveryResult(error)
        }
    }

    private func message(_ record: DestinationRecord) -> OutgoingMessage {
        OutgoingMessage(body: record.bytes.string, traceHeader: record.event.traceHeader)
    }
}
