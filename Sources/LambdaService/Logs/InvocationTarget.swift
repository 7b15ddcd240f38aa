// SPDX-License-Identifier: Apache-2.0

/// What a caller named, and what it came to.
public struct InvocationTarget: Hashable, Sendable {
    /// The function's name.
    public let function: String
    /// `$LATEST` or a number.
    public let version: String
    /// The function's ARN as the caller qualified it.
    public let invokedARN: String

    /// A target from its parts.
    public init(function: String, version: String, invokedARN: String) {
        self.function = function
        self.version = version
        self.invokedARN = invokedARN
    }

    /// The version or alias that the caller named, `live` in `arn:aws:lambda:us-east-1:000000000000:function:f:live`;
    /// nil without one.
    public var qualifier: String? {
        // Among bytes: it is asked for with each attempt.
        var arn = invokedARN
        return arn.withUTF8 { arn in
            var colons = 0
            for (index, byte) in arn.enumerated() where byte == UInt8(ascii: ":") {
                colons += 1
                if colons == 7 { return String(decoding: arn[(index + 1)...], as: UTF8.self) }
            }
            return nil
        }
    }

    /// The ARN tells most targets apart, and it is hashed for each attempt.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(invokedARN)
    }
}

/// How many invocations were in work at some moment.
public struct ConcurrencyCount: Sendable {
    /// Of the function.
    public var function: Int
    /// Of all functions.
    public var account: Int
    /// Of all functions without a reservation.
    public var unreserved: Int

    /// A count from its parts.
    public init(function: Int, account: Int, unreserved: Int) {
        self.function = function
        self.account = account
        self.unreserved = unreserved
    }
}

/// What happened to an event that waits in the asynchronous queue.
public enum AsyncEventChange: Sendable {
    /// It was accepted.
    case received
    /// It is handed over for an attempt, so long after it was accepted.
    case attempted(age: Duration)
    /// It is given up, whether or not its outcome goes anywhere.
    case dropped
    /// Its function's dead-letter target could not be reached.
    case deadLetterFailed
    /// A destination could not be reached.
    case destinationFailed
}

extension InvocationObserver {
    /// Does nothing: not every observer asks.
    public func eventEnded(_ id: String, hasSucceeded: Bool, attempt: Int?) {}

    /// Does nothing: not every observer asks.
    public func attemptThrottled(_ attempt: ThrottledAttempt) {}

    /// Does nothing: not every observer asks.
    public func eventChanged(_ change: AsyncEventChange, of function: String, qualifier: String?) {}
}
