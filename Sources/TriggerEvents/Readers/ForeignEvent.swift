// SPDX-License-Identifier: Apache-2.0
public import JSON

/// An event that was kept somewhere else.
public struct ForeignEvent: Sendable, Equatable {
    /// What a function gets: JSON, as it was kept where it was kept whole.
    public var payload: [UInt8]
    /// When it happened, milliseconds since 1970, where that is known.
    public var moment: Int64?
    /// The name or the ARN of the function that it was for, where that is known.
    public var function: String?
    /// What sent it, `aws:s3` say, where its shape tells.
    public var source: String?
    /// Where it was found.
    public var position: SourcePosition
}

/// A place in a file.
public struct SourcePosition: Sendable, Equatable, CustomStringConvertible {
    /// The file as it was named.
    public var file: String
    /// The line, from 1 on; of a packed file, of its contents.
    public var line: Int

    /// `messages.json:7`.
    public var description: String { "\(file):\(line)" }
}

/// Why events cannot be read.
public struct SourceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where reading stopped.
    public var position: SourcePosition
    /// What is wrong there, as a part of a sentence.
    public var reason: String

    /// `messages.json:7: this is no JSON`.
    public var description: String { "\(position): \(reason)" }
}

/// The forms in which events are kept.
public enum SourceFormat: String, Sendable, CaseIterable {
    /// JSON values one after another; the items of an array are events each.
    case json
    /// One event a line, whatever JSON value it is.
    case jsonl
    /// What `aws logs filter-log-events` and `get-log-events` print, and the files of export tasks: the JSON objects in
    /// the messages that are events, or hold one as `event`.
    case cloudWatchLogs = "cloudwatch-logs"
    /// What `aws sqs receive-message` prints of a dead-letter queue.
    case sqs
    /// Events of EventBridge, as archives keep them, and entries of `PutEvents`.
    case eventBridge = "eventbridge"
    /// Requests of a browser's archive (HAR 1.2).
    case har
    /// Access logs of API Gateway, in JSON or in the common log format.
    case accessLog = "access-log"
    /// The tests of `martlet test`: those that invoke a function.
    case test
}

/// How events are read.
public struct SourceOptions: Sendable {
    /// The form; nil for what the contents look like.
    public var format: SourceFormat?
    /// Where in each JSON value that is found the event is; nil for where it usually is.
    public var select: JSONPath?
    /// The account and Region of what is made from requests.
    public var place: SamplePlace
    /// The form of the events that are made from requests.
    public var payloadFormat: ProxiedRequest.PayloadFormat

    /// Options for the events of an account.
    public init(
        format: SourceFormat? = nil, select: JSONPath? = nil, place: SamplePlace,
        payloadFormat: ProxiedRequest.PayloadFormat = .v2
    ) {
        self.format = format
        self.select = select
        self.place = place
        self.payloadFormat = payloadFormat
    }
}
