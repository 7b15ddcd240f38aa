// SPDX-License-Identifier: Apache-2.0
public import AWSWire
import Buffers
public import EventLoop
public import ServiceProtocols

/// SNS: takes what is published and hands it to the functions that are subscribed.
///
/// Topics and subscriptions live in the value ``Topics``; this actor adds the clock, the signatures and the calls to
/// Lambda. A delivery is Lambda's acceptance of the event: what becomes of it then is Lambda's own retries.
public actor SNSService {
    let environment: ServiceEnvironment
    let loop: EventLoop
    private let lambda: any Invoking
    private let endpoint: @Sendable () -> String
    nonisolated let signer: NotificationSigner
    var topics: Topics
    private var retries: [String: Task<Void, Never>] = [:]

    /// - Parameters:
    ///   - signer: what signs notifications, on the same loop; nil for one of its own.
    ///   - endpoint: where this emulator is reached, `http://127.0.0.1:4566` say; asked at each delivery, because the
    ///     port may be known only once the server listens.
    public init(
        environment: ServiceEnvironment, loop: EventLoop, lambda: any Invoking, signer: NotificationSigner? = nil,
        endpoint: @escaping @Sendable () -> String
    ) {
        self.signer =
            signer ?? NotificationSigner(loop: loop, key: environment.turns == nil ? nil : KnownSigningKey.base64)
        self.environment = environment
        self.loop = loop
        self.lambda = lambda
        self.endpoint = endpoint
        topics = Topics(account: environment.account, region: environment.region)
    }

    /// The loop: all of this actor's state lives on its thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    // MARK: What a template declares

    /// Creates a topic, or finds the one of that name.
    ///
    /// - Returns: its ARN.
    /// - Throws: as ``Topics/createTopic(name:displayName:signatureVersion:tags:)``.
    @discardableResult
    public func addTopic(name: String, displayName: String? = nil) throws(AWSError) -> String {
        try topics.createTopic(name: name, displayName: displayName)
    }

    /// Subscribes a function to a topic.
    ///
    /// - Returns: the subscription's ARN.
    /// - Throws: as ``Topics/subscribe(topic:function:filter:id:)``.
    @discardableResult
    public func subscribe(
        topic: String, function: String, filter: FilterPolicy? = nil
    ) throws(AWSError) -> String {
        try topics.subscribe(topic: topic, function: function, filter: filter, id: environment.makeID())
    }

    /// Ends the retries that are still to come.
    ///
    /// Call it before the loop ends.
    public func stop() async {
        let waiting = retries.values
        retries = [:]
        for retry in waiting { retry.cancel() }
        for retry in waiting { await retry.value }
    }

    /// How many deliveries failed and wait for their next attempt.
    public var waitingDeliveries: Int { retries.count }

    // MARK: Publishing

    /// Sends a message to all subscribers whose filters let it through.
    ///
    /// - Returns: the message id, once Lambda has accepted each delivery or its retry is scheduled.
    func publish(_ message: Message, to topicARN: String) async throws(AWSError) -> String {
        let messageID = environment.makeID()
        let deliveries = try topics.deliveries(of: message, id: messageID, to: topicARN)
        let cause = record(message, id: messageID, to: topicARN)
        guard !deliveries.isEmpty else { return messageID }
        let now = environment.clock.now
        let version = try topics.topic(topicARN).signatureVersion ?? "1"
        let content = NotificationSigner.Content(
            message: message.body, messageID: messageID, subject: message.subject,
            timestamp: ISO8601.format(now.milliseconds), topicARN: topicARN)
        let signature = try await sign(content, version: version, now: now)
        let notifications = deliveries.map { delivery in
            LambdaNotification(
                delivery: delivery, timestamp: content.timestamp, signatureVersion: version, signature: signature,
                endpoint: endpoint())
        }
        await withTaskGroup(of: Void.self) { group in
            for notification in notifications {
                group.addTask { await Cause.with(cause) { await self.deliver(notification) } }
            }
        }
        return messageID
    }

    private func sign(
        _ content: NotificationSigner.Content, version: String, now: Timestamp
    ) async throws(AWSError) -> NotificationSigner.Signature {
        do {
            return try await signer.sign(content, version: version, now: now.milliseconds)
        } catch {
            throw SNSErrors.internalFailure
        }
    }

    // MARK: Delivery

    private func deliver(_ notification: LambdaNotification) async {
        let subscription = notification.delivery.subscription
        let invocation = Invocation(
            function: subscription.endpoint, payload: notification.payload,
            traceHeader: notification.delivery.message.trace,
            caller: ServiceCaller(
                principal: "sns.amazonaws.com", sourceARN: subscription.topic, sourceAccount: environment.account))
        var attempts = DeliveryAttempts(policy: .awsManaged)
        var delay = Duration.zero
        // What chaos may hold back, its publisher does not wait for.
        if environment.chaos == nil {
            guard let next = await attempt(invocation, &attempts) else { return }
            delay = next
        }
        let id = environment.makeID()
        retries[id] = loop.spawn { [attempts, delay] in
            await self.retry(invocation, of: subscription, attempts, after: delay)
            await self.retryEnded(id)
        }
    }

    /// Tries until the delivery is accepted, given up, or nobody wants it any more.
    private func retry(
        _ invocation: Invocation, of subscription: Subscription, _ made: DeliveryAttempts, after delay: Duration
    ) async {
        var attempts = made
        var delay = delay
        while true {
            let clock = environment.clock
            if delay > .zero {
                guard (try? await clock.sleep(until: clock.now + delay)) != nil else { return }
            }
            guard !Task.isCancelled, (try? topics.subscription(subscription.arn)) != nil,
                let next = await attempt(invocation, &attempts)
            else { return }
            delay = next
        }
    }

    private func retryEnded(_ id: String) {
        retries[id] = nil
    }

    /// One attempt, as chaos lets it happen.
    ///
    /// - Returns: how long to wait for the next one; nil when there is none.
    private func attempt(_ invocation: Invocation, _ attempts: inout DeliveryAttempts) async -> Duration? {
        guard let chaos = environment.chaos else { return await attemptNow(invocation, &attempts) }
        let point = ChaosPoint(invocation, attempt: attempts.count + 1)
        let effect = chaos.strike(at: point)
        if let effect { await chaos.hold(effect, at: point) }
        if effect == .lose || Task.isCancelled { return nil }
        if effect == .drop {
            guard case .attempt(let delay) = attempts.failed(status: 503) else { return nil }
            return delay
        }
        if effect == .duplicate { _ = try? await lambda.invokeAsync(invocation) }
        let next = await attemptNow(invocation, &attempts)
        chaos.passed(point)
        return next
    }

    /// - Returns: how long to wait for the next one; nil when there is none.
    private func attemptNow(_ invocation: Invocation, _ attempts: inout DeliveryAttempts) async -> Duration? {
        do {
            _ = try await lambda.invokeAsync(invocation)
            return nil
        } catch {
            let next = attempts.failed(status: error.status)
            record(invocation, error)
            guard case .attempt(let delay) = next else { return nil }
            return delay
        }
    }
}

extension ChaosPoint {
    /// The delivery of a message to a function.
    fileprivate init(_ invocation: Invocation, attempt: Int) {
        self.init(.delivery, of: "sns")
        let topic = invocation.caller?.sourceARN.split(separator: ":").last
        resource = topic.map(String.init) ?? ""
        let parts = invocation.function.split(separator: ":")
        function = parts.count > 6 ? String(parts[6]) : invocation.function
        self.attempt = attempt
        content = invocation.payload
    }
}

extension SNSService: Publishing {
    /// Publishes a message to a topic, with the checks of the API.
    ///
    /// - Throws: `InvalidParameter` for a bad message, `NotFound` without the topic.
    public func publish(topic arn: String, subject: String?, message: String) async throws(ServiceError) -> String {
        do {
            return try await publish(checked(subject: subject, message: message), to: arn)
        } catch {
            throw ServiceError(error)
        }
    }

    /// Publishes a message with attributes to a topic, with the checks of the API.
    ///
    /// - Throws: `InvalidParameter` for a bad message, `NotFound` without the topic.
    public func publish(topic arn: String, _ message: OutgoingMessage) async throws(ServiceError) -> String {
        do throws(AWSError) {
            var checked = try checked(subject: nil, message: message.body)
            checked.attributes = message.attributes.map {
                MessageAttribute(name: $0.name, type: $0.type, value: $0.value)
            }
            checked.trace = message.traceHeader
            return try await publish(checked, to: arn)
        } catch {
            throw ServiceError(error)
        }
    }

    /// Whether a topic is there, by its ARN.
    public func exists(topic arn: String) -> Bool { (try? topics.topic(arn)) != nil }

    private func checked(subject: String?, message: String) throws(AWSError) -> Message {
        guard !message.isEmpty else { throw SNSErrors.invalidParameter("Empty message") }
        guard message.utf8.count <= MessageParser.sizeLimit else {
            throw SNSErrors.invalidParameter("Message too long")
        }
        guard subject.map(MessageParser.isValid(subject:)) ?? true else {
            throw SNSErrors.invalidParameter("Subject")
        }
        return Message(body: message, subject: subject, attributes: [], size: message.utf8.count)
    }
}
