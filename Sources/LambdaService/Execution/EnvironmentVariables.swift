// SPDX-License-Identifier: Apache-2.0

/// The variables of a function's process: those of `provided.*` runtimes as AWS sets them, and the function's own;
/// nothing of the machine's own environment (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html;
/// LocalStack's recorded snapshot test_introspection_invoke).
struct EnvironmentVariables {
    var configuration: FunctionConfiguration
    var version: String
    var initialization: ExecutionEnvironment.Initialization
    var region: String
    var logStream: String
    /// `127.0.0.1:PORT` of the environment's own Runtime API.
    var runtimeAPI: String
    /// The emulator's edge, for AWS SDKs in the function; nil leaves it out.
    var endpointURL: String?
    var credentials: FunctionCredentials
    var paths: SandboxPaths
    /// What the emulator adds.
    var additional: [String: String] = [:]

    /// Names that a function's configuration may not set.
    static let reserved: Set<String> = [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    ]

    /// All of them.
    var values: [String: String] {
        var values = ofTheRuntime
        if configuration.logging.format == .json {
            values["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
            values["AWS_LAMBDA_LOG_LEVEL"] = configuration.logging.applicationLevel
        }
        values.merge(ofTheLanguage) { $1 }
        if let temporary = paths.temporary { values["TMPDIR"] = temporary }
        if let endpointURL { values["AWS_ENDPOINT_URL"] = endpointURL }
        values.merge(additional) { $1 }
        values.merge(configuration.environment) { _, own in own }
        return values
    }

    /// Those that extensions are given: all but the ones that are specific to the runtime's process
    /// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html).
    var ofExtensions: [String: String] {
        values.filter { !Self.ofRuntimesOnly.contains($0.key) && !$0.key.hasPrefix("_") }
    }

    private static let ofRuntimesOnly: Set<String> = [
        "AWS_EXECUTION_ENV", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_XRAY_CONTEXT_MISSING",
        "AWS_XRAY_DAEMON_ADDRESS", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
    ]

    /// Those that managed runtimes have besides (LocalStack's recorded snapshots test_introspection_invoke).
    private var ofTheLanguage: [String: String] {
        let runtime = configuration.runtime
        guard runtime.isManaged else { return [:] }
        var values = ["AWS_EXECUTION_ENV": "AWS_Lambda_\(runtime.rawValue)"]
        let (task, opt) = (paths.task, paths.opt)
        switch runtime.language {
        case "python":
            // On AWS the runtime itself looks into the layers.
            let layers = ["\(opt)/python/lib/\(runtime.rawValue)/site-packages", "\(opt)/python"]
            let folders = (configuration.code.optFolder == nil ? [] : layers) + ["/var/runtime"]
            values["PYTHONPATH"] = folders.joined(separator: ":")
        case "nodejs":
            values["NODE_PATH"] =
                "\(opt)/nodejs/node\(runtime.release)/node_modules:\(opt)/nodejs/node_modules:"
                + "/var/runtime/node_modules:/var/runtime:\(task)"
        default: break
        }
        return values
    }

    private var ofTheRuntime: [String: String] {
        let (folder, opt) = (paths.task, paths.opt)
        let isAL2 = configuration.runtime == .providedAL2
        let libraries =
            (isAL2 ? [] : ["/var/lang/lib"])
            + ["/lib64", "/usr/lib64", "/var/runtime", "/var/runtime/lib", folder, "\(folder)/lib", "\(opt)/lib"]
        let programs = (isAL2 ? [] : ["/var/lang/bin"]) + ["/usr/local/bin", "/usr/bin/", "/bin", "\(opt)/bin"]
        return [
            "AWS_ACCESS_KEY_ID": credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
            "AWS_SESSION_TOKEN": credentials.sessionToken,
            "AWS_DEFAULT_REGION": region,
            "AWS_REGION": region,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "\(configuration.memoryMegabytes)",
            "AWS_LAMBDA_FUNCTION_NAME": configuration.name,
            "AWS_LAMBDA_FUNCTION_VERSION": version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": initialization.rawValue,
            "AWS_LAMBDA_LOG_GROUP_NAME": configuration.logGroup,
            "AWS_LAMBDA_LOG_STREAM_NAME": logStream,
            "AWS_LAMBDA_RUNTIME_API": runtimeAPI,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
            "_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1",
            "_AWS_XRAY_DAEMON_PORT": "2000",
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "LAMBDA_TASK_ROOT": folder,
            "LANG": "en_US.UTF-8",
            "LD_LIBRARY_PATH": libraries.joined(separator: ":"),
            "PATH": programs.joined(separator: ":"),
            "TZ": ":UTC",
            "_HANDLER": configuration.handler,
        ]
    }
}
