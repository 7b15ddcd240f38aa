// SPDX-License-Identifier: Apache-2.0

/// How an init or an invocation ended, as its report tells it.
enum ReportStatus: Sendable, Equatable {
    case success
    /// With AWS's error type.
    case error(String)
    case timeout
}

/// What is told of an init when it is over.
struct InitReport: Sendable, Equatable {
    enum Phase: String, Sendable {
        case initialize = "init"
        case invoke
    }

    var nanoseconds: Int64
    var phase: Phase
    var status: ReportStatus
}

/// What is told of an invocation when it is over.
struct InvocationReport: Sendable, Equatable {
    var requestID: String
    var nanoseconds: Int64
    /// Only for an environment's first invocation, and only if its init succeeded.
    var initNanoseconds: Int64?
    var status: ReportStatus

    /// Whole milliseconds, rounded up.
    ///
    /// The init counts too (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
    var billedMilliseconds: Int64 {
        (nanoseconds + (initNanoseconds ?? 0) + 999_999) / 1_000_000
    }
}
