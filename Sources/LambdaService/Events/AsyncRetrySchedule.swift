// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

/// When an asynchronous event is run again, and when it is given up
/// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
public struct AsyncRetrySchedule: Sendable, Equatable {
    /// How often a failed event is run again, from 0 to 2.
    public var maximumRetryAttempts: Int
    /// How old an event may become.
    public var maximumAge: Duration

    /// AWS's defaults, unless told otherwise.
    public init(maximumRetryAttempts: Int = 2, maximumAge: Duration = .seconds(21600)) {
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumAge = maximumAge
    }

    /// No event waits longer between two attempts.
    static let longestDelay = Duration.seconds(300)

    /// What has happened to an event so far.
    public struct History: Sendable, Equatable {
        /// Attempts that the function failed.
        public var functionErrors = 0
        /// Attempts that did not reach the function.
        public var rejections = 0

        /// AWS's defaults, unless told otherwise.
        public init(functionErrors: Int = 0, rejections: Int = 0) {
            self.functionErrors = functionErrors
            self.rejections = rejections
        }
    }

    /// How an attempt ended.
    public enum Outcome: Sendable, Equatable {
        case succeeded
        /// The function failed, ran too long or ended.
        case functionFailed
        /// It was throttled, or the service failed: the function was not run.
        case rejected
        /// The function's reserved concurrency is zero: it was not run and will not be.
        case disabled
        /// The function is part of a loop: it was not run and will not be.
        case recursive
    }

    /// What is to be done with an event.
    public enum Decision: Sendable, Equatable {
        case done
        case retry(at: Timestamp)
        case drop(EventOutcome.Condition)
    }

    /// What follows an attempt; the history is counted on.
    public func decide(
        after outcome: Outcome, _ history: inout History, accepted: Timestamp, now: Timestamp
    ) -> Decision {
        let delay: Duration
        switch outcome {
        case .succeeded: return .done
        case .disabled: return .drop(.zeroReservedConcurrency)
        case .recursive: return .drop(.recursiveInvocation)
        case .functionFailed:
            history.functionErrors += 1
            guard history.functionErrors <= maximumRetryAttempts else { return .drop(.retriesExhausted) }
            // One minute before the first retry, two before the second.
            delay = .seconds(60 * history.functionErrors)
        case .rejected:
            history.rejections += 1
            // From one second, doubled each time, up to five minutes.
            delay = .seconds(min(300, 1 << min(history.rejections - 1, 9)))
        }
        let next = now + delay
        return next - accepted > maximumAge ? .drop(.eventAgeExceeded) : .retry(at: next)
    }

    /// Whether an event is too old to be run at all.
    public func isExpired(accepted: Timestamp, now: Timestamp) -> Bool {
        now - accepted > maximumAge
    }
}
