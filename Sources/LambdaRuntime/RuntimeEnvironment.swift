// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What the environment variables say of the function; read once.
///
/// Names: AWS documentation, "Defined runtime environment variables".
struct RuntimeEnvironment: Sendable {
    /// `AWS_LAMBDA_RUNTIME_API`.
    var runtimeAPI: String?
    /// `_HANDLER`.
    var handler: String?
    var functionName: String
    var functionVersion: String
    var memoryLimitMB: Int
    var logGroup: String
    var logStream: String
    var logging: LoggingOptions

    init(_ variables: [String: String]) {
        runtimeAPI = variables["AWS_LAMBDA_RUNTIME_API"]
        handler = variables["_HANDLER"].flatMap { $0.isEmpty ? nil : $0 }
        functionName = variables["AWS_LAMBDA_FUNCTION_NAME"] ?? ""
        functionVersion = variables["AWS_LAMBDA_FUNCTION_VERSION"] ?? "$LATEST"
        memoryLimitMB = variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"].flatMap { Int($0) } ?? 128
        logGroup = variables["AWS_LAMBDA_LOG_GROUP_NAME"] ?? ""
        logStream = variables["AWS_LAMBDA_LOG_STREAM_NAME"] ?? ""
        logging = LoggingOptions(variables)
    }

    /// The environment of this process.
    static let current = RuntimeEnvironment(processVariables())
}

private func processVariables() -> [String: String] {
    let names = [
        "AWS_LAMBDA_RUNTIME_API", "_HANDLER", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_LOG_LEVEL", "POWERTOOLS_LOG_LEVEL", "LOG_LEVEL", "POWERTOOLS_SERVICE_NAME",
    ]
    var variables: [String: String] = [:]
    for name in names {
        variables[name] = getenv(name).map { String(cString: $0) }
    }
    return variables
}
