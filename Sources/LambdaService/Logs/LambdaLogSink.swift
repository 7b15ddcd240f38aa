// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import ServiceProtocols

/// Where log lines come from: one for each execution environment.
public final class LambdaLogStream: Sendable {
    /// The function's name.
    public let function: String
    /// `$LATEST` or a number.
    public let version: String
    /// The log group that it belongs to.
    public let group: String
    /// `YYYY/MM/DD/[version]` and 32 hexadecimal digits.
    public let name: String

    /// A stream of one environment.
    public init(function: String, version: String, group: String, name: String) {
        self.function = function
        self.version = version
        self.group = group
        self.name = name
    }
}

/// One line of a function's log.
public struct LambdaLogLine: Sendable {
    /// Who wrote a line.
    public enum Origin: String, Sendable {
        /// Lambda's own: START, END, REPORT and the like.
        case platform
        case standardOutput = "stdout"
        case standardError = "stderr"
        /// What an extension wrote.
        case extensionOutput = "extension"
    }

    /// Where it comes from.
    public var source: LambdaLogStream
    /// The invocation that the environment had at that time, if any.
    public var requestID: String?
    /// That invocation's record in the journal, if there is one.
    public var invocation: RecordID?
    /// When the line was read.
    public var timestamp: Timestamp
    /// Who wrote it.
    public var origin: Origin
    /// With its line end.
    public var bytes: Bytes

    /// A line as it was read.
    public init(
        source: LambdaLogStream, requestID: String?, invocation: RecordID? = nil, timestamp: Timestamp,
        origin: Origin, bytes: Bytes
    ) {
        self.source = source
        self.requestID = requestID
        self.invocation = invocation
        self.timestamp = timestamp
        self.origin = origin
        self.bytes = bytes
    }

    /// The function's name.
    public var function: String { source.function }
    /// `$LATEST` or a number.
    public var version: String { source.version }
    /// The name of the log stream.
    public var stream: String { source.name }
}

/// Where functions' logs go.
///
/// It is called on the loop, line by line as they are read, and must not block.
public protocol LambdaLogSink: AnyObject, Sendable {
    func append(_ line: LambdaLogLine)
}

/// Hears of every attempt to run a function when that attempt is over.
///
/// It is called on the loop, and must not block.
public protocol InvocationObserver: AnyObject, Sendable {
    func attemptEnded(_ record: InvocationRecord)

    /// An attempt was refused with 429: the function was not run.
    func attemptThrottled(_ attempt: ThrottledAttempt)

    /// An asynchronous event is not run any more: it succeeded, or is given up.
    ///
    /// - Parameter attempt: the number of the run that has just given its result, and whose end may still be told of;
    ///   nil when no run has.
    func eventEnded(_ id: String, hasSucceeded: Bool, attempt: Int?)

    /// Something happened to an asynchronous event for a function, or for one of its versions or aliases.
    func eventChanged(_ change: AsyncEventChange, of function: String, qualifier: String?)
}

/// One attempt that was refused with 429.
public struct ThrottledAttempt: Sendable {
    /// What was to be run.
    public var target: InvocationTarget
    /// AWS's reason, `ReservedFunctionConcurrentInvocationLimitExceeded` say.
    public var reason: String
    /// The request id, which all attempts at one event share.
    public var requestID: String
    /// Where it comes from.
    public var source: InvocationRecord.Source
    /// From 1 on.
    public var attempt: Int
    /// The trace header that it would have run with.
    public var traceHeader: String
    /// The event.
    public var payload: Bytes
    /// Its place in the journal; nil without one.
    public var mark: JournalMark?
}
