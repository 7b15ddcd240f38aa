// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import ServiceProtocols

/// One attempt; an object, since all observers look at it and nobody changes it.
public final class InvocationRecord: Sendable {
    /// How an attempt came about.
    public enum Source: String, Sendable {
        /// The Invoke API, waiting for the result.
        case requestResponse = "RequestResponse"
        /// The asynchronous queue.
        case event = "Event"
    }

    /// How an attempt ended.
    public enum Outcome: Sendable, Equatable {
        case succeeded
        /// The function said so itself.
        case failed
        /// Lambda's error type: the function ran too long, ended, or could not be started.
        case ended(String)
    }

    /// The request id, which all attempts at one event share.
    public let requestID: String
    /// What was run.
    public let target: InvocationTarget
    /// The log stream of its environment.
    public let logStream: String
    /// Where it comes from.
    public let source: Source
    /// From 1 on.
    public let attempt: Int
    /// Whether it was the first of its environment, unless that was provisioned.
    public let isCold: Bool
    /// How long its environment's init took, when this was the first attempt there.
    public let initMilliseconds: Double?
    /// How long it took, the init not counted.
    public let durationMilliseconds: Double
    /// What AWS would have charged for.
    public let billedMilliseconds: Int
    /// The most memory that its process has used so far.
    public let maxMemoryUsedMegabytes: Int
    /// How it ended.
    public let outcome: Outcome
    /// When it began, by the emulator's clock.
    public let began: Timestamp
    /// The trace header that it ran with.
    public let traceHeader: String
    /// The memory that the function is given.
    public let memoryMegabytes: Int
    /// What was in work when it ended, itself included.
    public let concurrency: ConcurrencyCount
    /// Its place in the journal; nil without one.
    public let mark: JournalMark?
    /// The event.
    public let payload: Bytes
    /// What the function returned, or the object of its error; empty for a streamed result.
    public let result: Bytes

    /// A record from its parts; by default one that is not in the journal, of no event and no result.
    public init(
        requestID: String, target: InvocationTarget, logStream: String, source: Source, attempt: Int,
        isCold: Bool, initMilliseconds: Double? = nil, durationMilliseconds: Double, billedMilliseconds: Int,
        maxMemoryUsedMegabytes: Int, outcome: Outcome, began: Timestamp, traceHeader: String,
        memoryMegabytes: Int, concurrency: ConcurrencyCount, mark: JournalMark? = nil,
        payload: Bytes = Bytes(), result: Bytes = Bytes()
    ) {
        self.requestID = requestID
        self.target = target
        self.logStream = logStream
        self.source = source
        self.attempt = attempt
        self.isCold = isCold
        self.initMilliseconds = initMilliseconds
        self.durationMilliseconds = durationMilliseconds
        self.billedMilliseconds = billedMilliseconds
        self.maxMemoryUsedMegabytes = maxMemoryUsedMegabytes
        self.outcome = outcome
        self.began = began
        self.traceHeader = traceHeader
        self.memoryMegabytes = memoryMegabytes
        self.concurrency = concurrency
        self.mark = mark
        self.payload = payload
        self.result = result
    }

    /// The function's name.
    public var function: String { target.function }
    /// `$LATEST` or a number.
    public var version: String { target.version }
    /// The function's ARN as the caller qualified it.
    public var invokedARN: String { target.invokedARN }
}
