// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

/// What a rule does.
public enum ChaosKind: String, Sendable, CaseIterable {
    /// A delivery is made twice.
    case duplicate
    /// A delivery waits.
    case delay
    /// A delivery is overtaken by the next one.
    case reorder
    /// An attempt to deliver fails, and is made again as the service does that.
    case drop
    /// What was accepted is forgotten.
    case lose
    /// An environment's processes are killed.
    case kill
    /// An environment's processes stand still.
    case stall
    /// An environment's processes get a part of the time only.
    case slow
    /// A result breaks off.
    case truncate
    /// A byte of a result is another.
    case corrupt
    /// An invocation is throttled.
    case throttle
    /// A request to a service fails.
    case error
    /// The clock goes forward when a frozen environment runs again.
    case clockJump = "clock-jump"
    /// The disk is full.
    case diskFull = "disk-full"

    /// The services that it can strike in.
    var services: [String] {
        switch self {
        case .duplicate, .delay, .reorder, .drop, .lose: ["lambda", "s3", "sns", "sqs"]
        case .kill, .stall, .slow, .truncate, .corrupt, .throttle, .clockJump: ["lambda"]
        case .error: ["s3", "sns", "sqs", "sagemaker"]
        case .diskFull: ["lambda", "s3", "sqs", "sagemaker"]
        }
    }

    /// The stages of an environment's life that it can strike at, the usual one first; empty where it has no choice.
    var stages: [ChaosRule.Stage] {
        switch self {
        case .kill, .stall: [.invoke, .initialize, .respond]
        case .slow: [.invoke, .initialize]
        default: []
        }
    }

    /// What a rule of this kind may say besides what, where and how often.
    var parameters: Set<ChaosRule.Field> {
        switch self {
        case .delay, .reorder: [.delay]
        case .kill, .stall: [.stage, .delay]
        case .slow: [.stage, .factor]
        case .throttle: [.reason]
        case .error: [.code]
        case .clockJump: [.by]
        case .duplicate, .drop, .lose, .truncate, .corrupt, .diskFull: []
        }
    }

    /// The names by which a rule of this kind can say where, for a service; all services if nil.
    func places(in service: String?) -> Set<ChaosRule.Field> {
        if self == .diskFull { return [] }
        switch service {
        case "lambda": return [.function, .qualifier]
        case "s3": return self == .error ? [.bucket, .key, .operation] : [.bucket, .key, .function]
        case "sns": return self == .error ? [.topic, .operation] : [.topic, .function]
        case "sqs": return self == .error ? [.queue, .operation] : [.queue]
        case "sagemaker": return [.endpoint, .operation]
        default: return self == .error ? [.operation] : [.function]
        }
    }
}
