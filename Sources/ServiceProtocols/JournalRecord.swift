// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// The number of a record in the journal: records that began later have greater ones.
public typealias RecordID = Int64

/// One thing that happened in the emulator, as the journal keeps it.
public struct JournalRecord: Sendable, Equatable {
    /// What happened.
    public enum Kind: String, Sendable, CaseIterable {
        /// An HTTP API or a function URL was called.
        case request
        /// A function was run for somebody who waits for the result.
        case invocation
        /// An event was accepted for a function: an object's, a topic's, or one of the Invoke API.
        case event
        /// An attempt at an event.
        case attempt
        /// An event was given up.
        case drop
        /// The outcome of an event went to a destination, or the event to a dead-letter target.
        case delivery
        /// A bucket or a topic had an event for a function, and Lambda did not take it.
        case notification
        /// A function wrote a line.
        case log
        /// An object was written or removed.
        case object
        /// A message was published to a topic.
        case publish
        /// A message was sent to a queue.
        case message
        /// An asynchronous inference was asked for.
        case inference
        /// Something went wrong on purpose.
        case chaos
    }

    /// How it ended.
    public enum Outcome: String, Sendable, CaseIterable {
        /// It was done.
        case succeeded
        /// It was taken, and what comes of it is told by records that it causes.
        case accepted
        /// The function, or whoever was to do it, failed.
        case failed
        /// The function may have no more in work.
        case throttled
        /// It was refused for good.
        case refused
    }

    /// What one run of a function took.
    public struct Run: Sendable, Equatable {
        /// Whether it was the first of its environment, unless that was provisioned.
        public var isCold: Bool
        /// How long the init took, when this was the first run of its environment.
        public var initMilliseconds: Double?
        /// How long it took, the init not counted.
        public var durationMilliseconds: Double
        /// What AWS would have charged for.
        public var billedMilliseconds: Int
        /// The memory that the function is given, in MB.
        public var memoryMegabytes: Int
        /// The most that its process had used so far, in MB.
        public var maxMemoryUsedMegabytes: Int

        /// A run from what is told of it.
        public init(
            isCold: Bool, initMilliseconds: Double?, durationMilliseconds: Double, billedMilliseconds: Int,
            memoryMegabytes: Int, maxMemoryUsedMegabytes: Int
        ) {
            self.isCold = isCold
            self.initMilliseconds = initMilliseconds
            self.durationMilliseconds = durationMilliseconds
            self.billedMilliseconds = billedMilliseconds
            self.memoryMegabytes = memoryMegabytes
            self.maxMemoryUsedMegabytes = maxMemoryUsedMegabytes
        }
    }

    /// Bytes that went in or came out.
    public struct Content: Sendable, Equatable {
        /// All of them, or the first ones.
        public var bytes: Bytes
        /// How many there were.
        public var size: Int

        /// - Parameter size: how many there were; nil when `bytes` are all of them.
        public init(_ bytes: Bytes, size: Int? = nil) {
            self.bytes = bytes
            self.size = size ?? bytes.count
        }

        /// Whether some are missing.
        public var isTruncated: Bool { bytes.count < size }
    }

    /// Its number.
    public var id: RecordID
    /// When it began, by the emulator's clock.
    public var time: Timestamp
    /// What happened.
    public var kind: Kind
    /// The record that caused it; nil when that came from outside.
    public var cause: RecordID?
    /// The service that it came from: `lambda` (the Invoke API), `s3`, `sns`, `sqs`, `apigateway`, `sagemaker`.
    public var source: String
    /// How it ended.
    public var outcome: Outcome
    /// What was done: `ObjectCreated:Put`, `GET /images/{id}`, `stdout`, `DeadLetter`, `kill`.
    public var operation: String?
    /// What it was done to: the ARN of an object, a topic, a queue or a destination, or the path of a request.
    public var resource: String?
    /// The name of the function that was run or is to be run, or that wrote the line.
    public var function: String?
    /// As the caller gave it.
    public var qualifier: String?
    /// `$LATEST` or a number: what the qualifier came to.
    public var version: String?
    /// The request id of an invocation, or the id of a message.
    public var requestID: String?
    /// Which attempt it was, from 1; of events only.
    public var attempt: Int?
    /// The status of an HTTP answer.
    public var status: Int?
    /// Why it did not succeed: AWS's error type or code, and what is told besides.
    public var error: String?
    /// The `X-Amzn-Trace-Id` that it ran with.
    public var traceHeader: String?
    /// What the run took, where a function was run.
    public var run: Run?
    /// The event of an invocation, the text of a message or of a line; nil where the cause has it.
    public var payload: Content?
    /// What the function returned, or the object of its error.
    public var result: Content?

    /// A record of which everything else is yet to be said.
    public init(
        id: RecordID, time: Timestamp, kind: Kind, cause: RecordID? = nil, source: String,
        outcome: Outcome = .succeeded
    ) {
        self.id = id
        self.time = time
        self.kind = kind
        self.cause = cause
        self.source = source
        self.outcome = outcome
    }
}
