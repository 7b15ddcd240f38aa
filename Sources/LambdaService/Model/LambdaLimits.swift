// SPDX-License-Identifier: Apache-2.0

/// Lambda's quotas that are enforced here
/// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
public enum LambdaLimits {
    /// The longest event of a synchronous invocation, in bytes.
    public static let synchronousPayload = 6_291_456
    /// The longest event of an asynchronous invocation, in bytes.
    public static let asynchronousPayload = 1_048_576
    /// The longest result that a runtime may post, in bytes: 6 MB and 100.
    public static let responsePayload = 6_291_556
    /// The longest result that a runtime may stream to a caller that takes it as a stream, in bytes: 200 MB
    /// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html).
    public static let streamedResponse = 200 << 20
    /// The longest client context as it is sent, base64 and all.
    public static let clientContext = 3583
    /// Seconds.
    public static let timeout = 1...900
    /// Megabytes.
    public static let memory = 128...10240
    /// Megabytes of `/tmp`.
    public static let ephemeralStorage = 512...10240
    /// The longest description, in characters.
    public static let description = 256
    /// The names and values of a function's own variables together, as JSON, in bytes.
    public static let environment = 4096
    /// How many layers a function may have.
    public static let layers = 5
    /// How many tags a function may have.
    public static let tags = 50
    /// The longest zip file that is sent with a request, in bytes.
    public static let zippedCode = 52_428_800
    /// The most that a zip file may unpack to, in bytes.
    public static let unzippedCode = 262_144_000
    /// The longest request of CreateFunction and UpdateFunctionCode, in bytes.
    public static let codeRequest = 70_167_211
    /// The longest resource policy, as JSON, in bytes.
    public static let resourcePolicy = 20_480
    /// How many invocations of one account may be in work at once.
    public static let accountConcurrency = 1000
    /// How much of it must be left for functions that have none reserved.
    public static let unreservedConcurrency = 100
    /// How many environments of one function may start within ``scalingPeriod``
    /// (https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html).
    public static let scalingCount = 1000
    /// See ``scalingCount``.
    public static let scalingPeriod = Duration.seconds(10)
    /// How many synchronous requests a second each unit of concurrency allows.
    static let requestsPerConcurrency = 10
    /// Bytes of all code of an account, 75 GB.
    public static let accountCode = 80_530_636_800
    /// How long the init phase may take before it is given up.
    public static let initialization = Duration.seconds(10)
    /// How long the init of a provisioned environment may take at least, in nanoseconds; a longer timeout of the
    /// function's allows it as much (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
    static let provisionedInitialization: Int64 = 130_000_000_000
    /// What a log result holds at most, in bytes.
    public static let logTail = 4096
    /// Asynchronous events: seconds from their acceptance until they are dropped.
    public static let eventAge = 60...21600
    /// Asynchronous events: how often a failed one is run again.
    public static let retryAttempts = 0...2
}
