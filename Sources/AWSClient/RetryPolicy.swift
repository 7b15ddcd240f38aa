// SPDX-License-Identifier: Apache-2.0
import Curl

/// Whether and when a request that failed is sent again, as AWS's SDKs do it in their standard mode: three attempts,
/// with a random part of a time between them that doubles.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
struct RetryPolicy: Sendable, Equatable {
    /// How often a request is sent at most.
    var attempts = 3

    private static let longestPause = Duration.seconds(20)
    /// Who is throttled waits longer than who met an error that will be over in a moment.
    private static let (basePause, throttledPause) = (Duration.milliseconds(50), Duration.seconds(1))

    private static let throttles: Set = [
        "Throttling", "ThrottlingException", "ThrottledException", "Throttled", "RequestThrottled",
        "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "SlowDown", "EC2ThrottledException",
    ]
    private static let transient: Set = ["RequestTimeout", "RequestTimeoutException", "ModelNotReadyException"]

    /// How long to wait before the next attempt.
    ///
    /// - Parameters:
    ///   - attempt: how many were made.
    ///   - fraction: a random number from 0 to 1.
    /// - Returns: nil when there is none.
    func pause(after error: any Error, attempt: Int, fraction: Double) -> Duration? {
        guard attempt < attempts, let base = Self.base(for: error) else { return nil }
        return min(Self.longestPause, base * (1 << min(attempt - 1, 10))) * fraction
    }

    /// The longest first pause after an error; nil for one that will not pass.
    private static func base(for error: any Error) -> Duration? {
        switch error {
        case let error as AWSServiceError:
            if throttles.contains(error.code) || error.status == 429 { return throttledPause }
            return [500, 502, 503, 504].contains(error.status) || transient.contains(error.code) ? basePause : nil
        // What took too long once may well do so again; its caller has its own time.
        case let error as CurlError: return error.isTimeout ? nil : basePause
        default: return nil
        }
    }
}
