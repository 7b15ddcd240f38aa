// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// One thing that goes wrong on purpose: what, where, how often.
public struct ChaosRule: Sendable, Equatable {
    /// A moment in an environment's life.
    public enum Stage: String, Sendable, CaseIterable {
        /// The runtime was started.
        case initialize = "init"
        /// The runtime has got an event.
        case invoke
        /// The runtime posts its result.
        case respond = "response"

        var moment: ChaosPoint.Moment {
            switch self {
            case .initialize: .initialization
            case .invoke: .invocation
            case .respond: .response
            }
        }
    }

    /// How often a rule strikes among what it is for, which is counted for each thing by itself: for each function,
    /// object, queue, endpoint, and for each topic and subscriber.
    public enum Frequency: Sendable, Equatable {
        /// Each time with this probability, above 0 and up to 1.
        case rate(Double)
        /// Every Nth time.
        case every(Int)
        /// The first N times.
        case first(Int)
    }

    /// What it does.
    public let kind: ChaosKind
    /// Where: a service; nil for each that the kind is for.
    public let service: String?
    /// When in an environment's life; nil where the kind has no choice.
    public let stage: Stage?
    /// How often.
    public let frequency: Frequency
    /// Strikes at the first so many attempts of each thing only; nil for all.
    public let attempts: Int?
    /// Patterns for what a point is about; what has none may be anything.
    let places: [Field: Glob]
    /// Milliseconds, for kinds that take time.
    let duration: ClosedRange<Int64>?
    /// One part in so many, for `slow`.
    let factor: Int
    /// The `Reason` of a throttle, or the code of an error.
    let word: String?
    /// All that was said, as it is shown.
    public let fields: [(name: String, value: ChaosValue)]

    init(
        kind: ChaosKind, service: String?, stage: Stage?, frequency: Frequency, attempts: Int?, places: [Field: Glob],
        duration: ClosedRange<Int64>?, factor: Int, word: String?, fields: [(name: String, value: ChaosValue)]
    ) {
        self.kind = kind
        self.service = service
        self.stage = stage
        self.frequency = frequency
        self.attempts = attempts
        self.places = places
        self.duration = duration
        self.factor = factor
        self.word = word
        self.fields = fields
    }

    /// Rules are the same when they say the same.
    public static func == (left: ChaosRule, right: ChaosRule) -> Bool { left.text == right.text }

    /// What was said, on a line: `kill function=Resize rate=0.1`.
    public var text: String {
        ([kind.rawValue] + fields.filter { $0.name != "kind" }.map { "\($0.name)=\($0.value.text)" })
            .joined(separator: " ")
    }
}

extension ChaosRule {
    /// What a rule can say.
    public enum Field: String, Sendable, CaseIterable {
        case kind, service
        case function, qualifier, bucket, key, topic, queue, endpoint, operation
        case stage = "at"
        case rate, every, first, attempts
        case delay, by, factor, code, reason

        /// The service that the name belongs to; nil for names of several.
        var service: String? {
            switch self {
            case .bucket, .key: "s3"
            case .topic: "sns"
            case .queue: "sqs"
            case .endpoint: "sagemaker"
            default: nil
            }
        }
    }
}

/// A value in a rule.
public enum ChaosValue: Sendable, Equatable {
    case string(String)
    case integer(Int)
    case number(Double)

    /// The value as it is shown.
    public var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        }
    }
}

/// Why a rule cannot be carried out, in words.
public struct ChaosRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason.
    public let description: String

    /// A refusal for a reason.
    public init(_ description: String) {
        self.description = description
    }
}
