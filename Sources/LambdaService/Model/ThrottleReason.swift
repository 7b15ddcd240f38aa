// SPDX-License-Identifier: Apache-2.0

/// Why an invocation is throttled: the `Reason` of TooManyRequestsException
/// (botocore, lambda/2015-03-31: ThrottleReason).
enum ThrottleReason: String, Sendable {
    /// The function has as much in work as is reserved for it.
    case reservedConcurrency = "ReservedFunctionConcurrentInvocationLimitExceeded"
    /// The function gets more synchronous requests a second than what is reserved for it allows.
    case reservedRate = "ReservedFunctionInvocationRateLimitExceeded"
    /// Functions without a reservation have as much in work as the account has left for them.
    case concurrency = "ConcurrentInvocationLimitExceeded"
    /// The function would have to start environments faster than it may.
    ///
    /// AWS documents the 429 and not its reason; this one is the closest.
    case scalingRate = "FunctionInvocationRateLimitExceeded"
}
