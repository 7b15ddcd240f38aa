// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// What a service knows of the world it runs in.
public struct ServiceEnvironment: Sendable {
    /// Twelve digits.
    public let account: String
    public let region: String
    public let clock: any EmulatorClock
    /// Lower-case UUIDs for request ids and the like; tests pass their own.
    public let makeID: @Sendable () -> String

    public init(
        account: String, region: String, clock: any EmulatorClock, makeID: @escaping @Sendable () -> String
    ) {
        self.account = account
        self.region = region
        self.clock = clock
        self.makeID = makeID
    }
}

/// An error of one service as another service sees it: AWS's code and message, and the HTTP status it goes with.
public struct ServiceError: Error, Sendable, Equatable {
    public let code: String
    public let message: String
    public let status: Int

    public init(code: String, message: String, status: Int) {
        self.code = code
        self.message = message
        self.status = status
    }
}

/// One invocation that is asked for.
public struct Invocation: Sendable {
    /// A name, `name:qualifier`, or an ARN with or without a qualifier.
    public var function: String
    /// A version or an alias; nil when the name or ARN carries it, or for `$LATEST`.
    public var qualifier: String?
    public var payload: Bytes
    /// The client context as base64, as it was sent.
    public var clientContext: String?
    /// The `X-Amzn-Trace-Id` that the caller gave.
    public var traceHeader: String?

    public init(
        function: String, qualifier: String? = nil, payload: Bytes, clientContext: String? = nil,
        traceHeader: String? = nil
    ) {
        self.function = function
        self.qualifier = qualifier
        self.payload = payload
        self.clientContext = clientContext
        self.traceHeader = traceHeader
    }
}

/// What an invocation gave.
public struct InvocationResult: Sendable {
    public var requestID: String
    /// `$LATEST` or a number.
    public var executedVersion: String
    /// `Unhandled` when the function failed, else nil.
    public var functionError: String?
    public var payload: Bytes
    /// The last 4 KB of the log of this invocation.
    public var logTail: Bytes

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
    /// Runs a function and waits for its result. A failing function is a result, not an error.
    ///
    /// - Throws: when Lambda does not run it: unknown function, throttled, payload too large.
    func invoke(_ invocation: Invocation) async throws(ServiceError) -> InvocationResult

    /// Queues an event for a function; returns its request id once the event is durable.
    func invokeAsync(_ invocation: Invocation) async throws(ServiceError) -> String

    /// Whether a function (name or ARN) is there.
    func exists(function: String) async -> Bool
}

/// Reads and writes objects: what SageMaker knows of S3.
public protocol ObjectStoring: Sendable {
    func getObject(bucket: String, key: String) async throws(ServiceError) -> StoredObject
    func putObject(bucket: String, key: String, _ object: StoredObject) async throws(ServiceError)
}

public struct StoredObject: Sendable {
    public var body: Bytes
    public var contentType: String?

    public init(body: Bytes, contentType: String? = nil) {
        self.body = body
        self.contentType = contentType
    }
}

/// Publishes notifications: what SageMaker knows of SNS.
public protocol Publishing: Sendable {
    /// - Returns: the message id, once every delivery that the message causes is durable.
    func publish(topic arn: String, subject: String?, message: String) async throws(ServiceError) -> String
}
