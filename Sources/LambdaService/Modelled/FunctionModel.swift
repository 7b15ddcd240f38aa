// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// Stands in for function processes, and hears all that is decided about them: for simulations, where it makes
/// everything up from a seed and checks what it hears.
///
/// All is asked on the loop.
public protocol FunctionModel: Sendable {
    /// An invocation is asked for.
    func asked(_ invocation: ModelledInvocation)

    /// It was let in: it waits for an environment, or has one.
    func accepted(_ invocation: ModelledInvocation)

    /// It was throttled.
    func throttled(_ invocation: ModelledInvocation)

    /// An environment starts.
    ///
    /// - Returns: how long its init takes in emulated time, and whether it succeeds.
    func started(environment: Int, of function: String) -> (duration: Duration, succeeds: Bool)

    /// An environment gets an invocation.
    ///
    /// - Returns: what it does with it.
    func invoked(_ invocation: ModelledInvocation, in environment: Int) -> ModelledRun

    /// An invocation is over.
    func finished(_ invocation: ModelledInvocation, in environment: Int, _ end: ModelledRun.End)

    /// An environment has ended.
    func ended(environment: Int)
}

/// An invocation as a model sees it.
public struct ModelledInvocation: Sendable {
    /// The request id, which all attempts at an event share.
    public let requestID: String
    /// The function's name.
    public let function: String
    /// What it is given.
    public let payload: Bytes
    /// Counted from 1.
    public let attempt: Int
    /// Whether its caller waits for the result.
    public let isSynchronous: Bool

    init(_ request: InvocationRequest, of function: String) {
        requestID = request.requestID
        self.function = function
        payload = request.payload
        attempt = request.attempt
        isSynchronous = request.source == .requestResponse
    }
}

/// What a modelled process does with an invocation.
public struct ModelledRun: Sendable {
    /// How it ends.
    public enum End: Sendable {
        case returned
        case failed
        /// The environment ends with it: it crashed, or ran too long.
        case crashed
    }

    /// How long it takes in emulated time.
    public var duration: Duration
    /// How it ends.
    public var end: End

    /// A run from its two parts.
    public init(duration: Duration, end: End) {
        self.duration = duration
        self.end = end
    }
}
