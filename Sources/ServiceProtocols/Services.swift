// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// What a service knows of the world it runs in.
public struct ServiceEnvironment: Sendable {
    /// Twelve digits.
    public let account: String
    /// The region that everything is in, `us-east-1` say.
    public let region: String
    /// What time it is for the service; everything that it stamps and waits for goes by it.
    public let clock: any EmulatorClock
    /// Lower-case UUIDs for request ids and the like; tests pass their own.
    public let makeID: @Sendable () -> String
    /// What may decide about that; nil where nothing ever goes wrong on purpose.
    public let chaosPoints: (any ChaosPoints)?

    /// What decides about what goes wrong; nil as long as nothing is to.
    public var chaos: (any ChaosPoints)? { chaosPoints?.isActive == true ? chaosPoints : nil }
    /// Keeps what happens; nil when nobody wants to know.
    public let journal: (any Journaling)?
    /// Says whose turn it is outside of the emulator; nil where everybody goes on as it comes.
    public let turns: (any TurnTaking)?

    /// The world of one emulator: all of its services get the same.
    ///
    /// - Parameter chaos: nil where nothing ever goes wrong on purpose.
    public init(
        account: String, region: String, clock: any EmulatorClock, makeID: @escaping @Sendable () -> String,
        chaos: (any ChaosPoints)? = nil,
        journal: (any Journaling)? = nil, turns: (any TurnTaking)? = nil
    ) {
        self.account = account
        self.region = region
        self.clock = clock
        self.makeID = makeID
        chaosPoints = chaos
        self.journal = journal
        self.turns = turns
    }
}

/// An error of one service as another service sees it: AWS's code and message, and the HTTP status it goes with.
public struct ServiceError: Error, Sendable, Equatable {
    /// What programs compare, `ResourceNotFoundException` or `NoSuchKey` say.
    public let code: String
    /// What went wrong, in AWS's words.
    public let message: String
    /// The HTTP status that the service itself would answer with.
    public let status: Int

    /// An error from its three parts.
    public init(code: String, message: String, status: Int) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// Whether the same may succeed later: the service failed, or has too much to do.
    public var isTransient: Bool { status >= 500 || status == 429 }
}

/// One invocation that is asked for.
public struct Invocation: Sendable {
    /// A name, `name:qualifier`, or an ARN with or without a qualifier.
    public var function: String
    /// A version or an alias; nil when the name or ARN carries it, or for `$LATEST`.
    public var qualifier: String?
    /// The event as JSON; empty for `{}`.
    public var payload: Bytes
    /// The client context as base64, as it was sent.
    public var clientContext: String?
    /// The `X-Amzn-Trace-Id` that the caller gave.
    public var traceHeader: String?
    /// The service that calls, which needs a permission; nil for the account's own callers, who may call everything.
    public var caller: ServiceCaller?

    /// An invocation of `$LATEST`, unless the name or `qualifier` says otherwise.
    public init(
        function: String, qualifier: String? = nil, payload: Bytes, clientContext: String? = nil,
        traceHeader: String? = nil, caller: ServiceCaller? = nil
    ) {
        self.function = function
        self.qualifier = qualifier
        self.payload = payload
        self.clientContext = clientContext
        self.traceHeader = traceHeader
        self.caller = caller
    }
}

/// What an invocation gave.
public struct InvocationResult: Sendable {
    /// The id of the invocation, which its log carries too: a lower-case UUID.
    public var requestID: String
    /// `$LATEST` or a number.
    public var executedVersion: String
    /// `Unhandled` when the function failed, else nil.
    public var functionError: String?
    /// What the function returned, or the JSON object of its error when ``functionError`` is set.
    public var payload: Bytes
    /// The last 4 KB of the log of this invocation.
    public var logTail: Bytes

    /// A result; without a log unless one is given.
    public init(
        requestID: String, executedVersion: String, functionError: String?, payload: Bytes, logTail: Bytes = Bytes()
    ) {
        self.requestID = requestID
        self.executedVersion = executedVersion
        self.functionError = functionError
        self.payload = payload
        self.logTail = logTail
    }
}

/// Runs functions: what S3, SNS and API Gateway know of Lambda.
public protocol Invoking: Sendable {
    /// Runs a function and waits for its result.
    ///
    /// A failing function is a result, not an error.
    ///
    /// - Throws: ``ServiceError`` when Lambda does not run it: `ResourceNotFoundException`, `TooManyRequestsException`,
    ///   `RequestTooLargeException`, `AccessDeniedException` for a caller without permission, and the like.
    func invoke(_ invocation: Invocation) async throws(ServiceError) -> InvocationResult

    /// Queues an event for a function; returns its request id once the event is durable.
    ///
    /// - Throws: ``ServiceError`` when Lambda does not take it: unknown function, a caller without permission, payload
    ///   too large or no JSON, or a queue that cannot be written.
    func invokeAsync(_ invocation: Invocation) async throws(ServiceError) -> String

    /// Whether a function (name or ARN, with or without a qualifier) is there and its resource policy lets a service
    /// invoke it.
    func allows(_ caller: ServiceCaller, toInvoke function: String) async -> Bool
}

/// Reads and writes objects: what SageMaker and Lambda know of S3.
public protocol ObjectStoring: Sendable {
    /// The whole object in memory.
    ///
    /// - Throws: ``ServiceError`` with S3's code, `NoSuchBucket` or `NoSuchKey` say.
    func getObject(bucket: String, key: String) async throws(ServiceError) -> StoredObject
    /// Whether a bucket is there.
    func exists(bucket: String) async -> Bool
    /// Stores an object, in place of one of that key; returns once it and the events that it causes are durable.
    ///
    /// - Throws: ``ServiceError`` with S3's code, `NoSuchBucket` or `KeyTooLongError` say.
    func putObject(bucket: String, key: String, _ object: StoredObject) async throws(ServiceError)
}

/// An object as one service hands it to another: its bytes and what they are.
public struct StoredObject: Sendable {
    /// All of the object's bytes.
    public var body: Bytes
    /// Its `Content-Type`; nil leaves it to S3, which takes `binary/octet-stream`.
    public var contentType: String?

    /// An object; without a type unless one is given.
    public init(body: Bytes, contentType: String? = nil) {
        self.body = body
        self.contentType = contentType
    }
}

/// Publishes notifications: what SageMaker and Lambda know of SNS.
public protocol Publishing: Sendable {
    /// Publishes a message to a topic, by its ARN.
    ///
    /// - Returns: the message id, once each subscriber has taken the message or its retry is scheduled.
    /// - Throws: ``ServiceError`` with SNS's code: `NotFound` without the topic, `InvalidParameter` for a bad message.
    func publish(topic arn: String, subject: String?, message: String) async throws(ServiceError) -> String

    /// Publishes a message with attributes to a topic, by its ARN; otherwise the same.
    func publish(topic arn: String, _ message: OutgoingMessage) async throws(ServiceError) -> String

    /// Whether a topic is there, by its ARN.
    func exists(topic arn: String) async -> Bool
}

/// Sends messages to queues: what Lambda knows of SQS.
public protocol Queueing: Sendable {
    /// Sends a message to a queue, by its ARN.
    ///
    /// - Returns: the message id, once the message is durable.
    /// - Throws: ``ServiceError`` with SQS's code: `AWS.SimpleQueueService.NonExistentQueue` without the queue,
    ///   `InvalidParameterValue` for a message that it does not take.
    func send(queue arn: String, _ message: OutgoingMessage) async throws(ServiceError) -> String

    /// Whether a queue is there, by its ARN.
    func exists(queue arn: String) async -> Bool
}

/// A message as one service hands it to SQS or SNS.
public struct OutgoingMessage: Sendable {
    /// A named value beside the message.
    public struct Attribute: Sendable {
        /// What receivers find it by.
        public var name: String
        /// `String` or `Number`.
        public var type: String
        /// The text, which is not empty.
        public var value: String

        /// An attribute from its three parts.
        public init(name: String, type: String, value: String) {
            self.name = name
            self.type = type
            self.value = value
        }
    }

    /// The text of the message.
    public var body: String
    /// At most ten.
    public var attributes: [Attribute]
    /// The `X-Amzn-Trace-Id` of what caused it.
    public var traceHeader: String?

    /// A message; without attributes and cause unless they are given.
    public init(body: String, attributes: [Attribute] = [], traceHeader: String? = nil) {
        self.body = body
        self.attributes = attributes
        self.traceHeader = traceHeader
    }
}
