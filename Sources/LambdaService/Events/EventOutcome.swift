// SPDX-License-Identifier: Apache-2.0
public import Buffers
import Foundation
public import ServiceProtocols

/// How an asynchronous event ended, as far as a record of it tells.
public struct EventOutcome: Sendable, Equatable, Codable {
    /// What the last invocation gave.
    public struct Response: Sendable, Equatable, Codable {
        /// `$LATEST` or a number.
        public var executedVersion: String
        /// `Unhandled` when the function failed.
        public var functionError: String?
        /// What the function returned, or the object of its error.
        var payload: Data

        /// A response from its three parts.
        public init(executedVersion: String, functionError: String?, payload: Bytes) {
            self.executedVersion = executedVersion
            self.functionError = functionError
            self.payload = payload.withUnsafeBytes { Data($0) }
        }
    }

    /// Why it is over.
    public enum Condition: String, Sendable, Codable {
        case success = "Success"
        case retriesExhausted = "RetriesExhausted"
        case eventAgeExceeded = "EventAgeExceeded"
        case zeroReservedConcurrency = "ZeroReservedConcurrency"
        /// The function is part of a loop; what AWS calls it in a record is not documented.
        case recursiveInvocation = "RecursiveInvocation"
    }

    /// Why it is over.
    public var condition: Condition
    /// When it was.
    public var moment: Timestamp
    /// The function, always with a qualifier.
    public var functionARN: String
    /// How often the function was run for it.
    public var invocations: Int
    /// What the last invocation gave; nil when the event ended without one.
    public var response: Response?
}

/// Where the outcome of an event goes: a destination with a record of it, or a dead-letter target with the event.
public enum DeliveryTarget: Sendable, Equatable, Codable {
    case destination(String)
    case deadLetter(String)

    /// The ARN.
    public var arn: String {
        switch self {
        case .destination(let arn), .deadLetter(let arn): arn
        }
    }
}

/// An outcome that is still to be delivered.
public struct PendingDelivery: Sendable, Equatable, Codable {
    /// What is delivered.
    public var outcome: EventOutcome
    /// Where it was not taken yet.
    public var targets: [DeliveryTarget]
    /// How often it was tried.
    public var attempts = 0

    /// A delivery that was not tried yet.
    public init(outcome: EventOutcome, targets: [DeliveryTarget]) {
        self.outcome = outcome
        self.targets = targets
    }

    /// How long a target that cannot take it is tried; AWS does not document for how long it does.
    private static let maximumAge = Duration.seconds(21_600)

    /// When it is tried again after an attempt: after a second first, then twice as long each time, up to five minutes.
    ///
    /// - Returns: nil when it is given up.
    public mutating func nextAttempt(now: Timestamp) -> Timestamp? {
        attempts += 1
        let next = now + .seconds(min(300, 1 << min(attempts - 1, 9)))
        return next - outcome.moment > Self.maximumAge ? nil : next
    }
}
