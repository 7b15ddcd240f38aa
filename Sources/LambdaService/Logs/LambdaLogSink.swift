// SPDX-License-Identifier: Apache-2.0
public import Buffers
public import ServiceProtocols

/// Where log lines come from: one for each execution environment.
public final class LambdaLogStream: Sendable {
    public let function: String
    public let version: String
    /// `YYYY/MM/DD/[version]` and 32 hexadecimal digits.
    public let name: String

    public init(function: String, version: String, name: String) {
        self.function = function
        self.version = version
        self.name = name
    }
}

/// One line of a function's log.
public struct LambdaLogLine: Sendable {
    public enum Origin: String, Sendable {
        /// Lambda's own: START, END, REPORT and the like.
        case platform
        case standardOutput = "stdout"
        case standardError = "stderr"
    }

    public var source: LambdaLogStream
    /// The invocation that the environment had at that time, if any.
    public var requestID: String?
    /// When the line was read.
    public var timestamp: Timestamp
    public var origin: Origin
    /// With its line end.
    public var bytes: Bytes

    public init(
        source: LambdaLogStream, requestID: String?, timestamp: Timestamp, origin: Origin, bytes: Bytes
    ) {
        self.source = source
        self.requestID = requestID
        self.timestamp = timestamp
        self.origin = origin
        self.bytes = bytes
    }

    public var function: String { source.function }
    public var version: String { source.version }
    public var stream: String { source.name }
}

/// Where functions' logs go. It is called on the loop, line by line as they are read, and must not block.
public protocol LambdaLogSink: Sendable {
    func append(_ line: LambdaLogLine)
}

/// Hears of every attempt to run a function when that attempt is over. It is called on the loop, and must not block.
public protocol InvocationObserver: Sendable {
    func attemptEnded(_ record: InvocationRecord)
}

/// One attempt.
public struct InvocationRecord: Sendable {
    public enum Source: String, Sendable {
        /// The Invoke API, waiting for the result.
        case requestResponse = "RequestResponse"
        /// The asynchronous queue.
        case event = "Event"
    }

    public enum Outcome: Sendable, Equatable {
        case succeeded
        /// The function said so itself.
        case failed
        /// Lambda's error type: the function ran too long, ended, or could not be started.
        case ended(String)
    }

    public var requestID: String
    public var function: String
    public var version: String
    public var invokedARN: String
    public var logStream: String
    public var source: Source
    /// From 1 on.
    public var attempt: Int
    /// Whether it was the first of its environment.
    public var isCold: Bool
    public var initMilliseconds: Double?
    public var durationMilliseconds: Double
    public var billedMilliseconds: Int
    public var maxMemoryUsedMegabytes: Int
    public var outcome: Outcome
    public var began: Timestamp
    public var traceHeader: String
}
