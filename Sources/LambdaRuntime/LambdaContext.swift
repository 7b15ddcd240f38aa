// SPDX-License-Identifier: Apache-2.0
import Glibc
public import Logging

/// What is known of one invocation, and of the function that it runs.
public struct LambdaContext: Sendable {
    let details: InvocationDetails
    let function: RuntimeEnvironment

    init(details: InvocationDetails, function: RuntimeEnvironment) {
        self.details = details
        self.function = function
    }

    /// The id of the request; the same for all attempts at one asynchronous event.
    public var requestID: String { details.requestID }
    /// The ARN that the caller used, with its version or alias.
    public var invokedFunctionARN: String { details.invokedFunctionARN }
    /// The X-Ray header: `Root=…;Parent=…;Sampled=…`.
    public var traceID: String? { details.traceID }
    /// When the invocation times out, in milliseconds since 1970.
    public var deadline: Int64 { details.deadline }
    /// The client context as JSON, as the caller gave it.
    public var clientContext: String? { details.clientContext }
    /// The Amazon Cognito identity as JSON.
    public var cognitoIdentity: String? { details.cognitoIdentity }
    /// The name of the function.
    public var functionName: String { function.functionName }
    /// `$LATEST` or a number.
    public var functionVersion: String { function.functionVersion }
    /// The function's memory size in MB.
    public var memoryLimitMB: Int { function.memoryLimitMB }
    /// The log group that the function writes to.
    public var logGroup: String { function.logGroup }
    /// The log stream of this execution environment.
    public var logStream: String { function.logStream }

    /// How long the invocation may still run; negative once it is late.
    public var remainingTime: Duration {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return .milliseconds(deadline) - .seconds(now.tv_sec) - .nanoseconds(now.tv_nsec)
    }

    /// A logger that writes one JSON object a line to standard output, with the fields of this invocation.
    public var logger: Logger {
        LambdaLogging.logger(label: functionName, function: function, invocation: details)
    }
}

/// What the Runtime API tells of one invocation.
struct InvocationDetails: Sendable, Equatable {
    var requestID: String
    var invokedFunctionARN = ""
    var deadline: Int64 = 0
    var traceID: String?
    var clientContext: String?
    var cognitoIdentity: String?
    /// Whether it is the first of its execution environment.
    var isColdStart = false
}
