// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The members that CreateFunction and UpdateFunctionConfiguration have in common: how a function is run.
///
/// A member that is not there leaves the configuration as it is.
struct ConfigurationMembers: Decodable {
    struct Variables: Decodable {
        var Variables: [String: String]?
    }

    struct Storage: Decodable {
        var Size: Int?
    }

    struct DeadLetter: Decodable {
        var TargetArn: String?
    }

    struct Tracing: Decodable {
        var Mode: String?
    }

    struct Snapshots: Decodable {
        var ApplyOn: String?
    }

    var Role: String?
    var Handler: String?
    var Description: String?
    var Timeout: Int?
    var MemorySize: Int?
    var Environment: Variables?
    var Runtime: String?
    var EphemeralStorage: Storage?
    var LoggingConfig: LoggingMembers?
    var TracingConfig: Tracing?
    var SnapStart: Snapshots?
    var Layers: [String]?
    var DeadLetterConfig: DeadLetter?

    /// Members that this service would have to carry out and does not.
    static let unsupported: Set = [
        "VpcConfig", "KMSKeyArn", "FileSystemConfigs", "ImageConfig",
        "CapacityProviderConfig", "DurableConfig", "TenancyConfig", "RuntimeConfig", "AcceleratorConfig", "PublishTo",
    ]

    /// A configuration with what the members say.
    ///
    /// - Parameter violations: what else is wrong with the request.
    /// - Throws: the error for what is not as it must be, or would not be carried out. Wording of that for SnapStart:
    ///   LocalStack's recorded snapshots of AWS, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
    func applied(
        to configuration: FunctionConfiguration, noting violations: ConstraintViolations = ConstraintViolations()
    ) throws(AWSError) -> FunctionConfiguration {
        var (configuration, violations) = (configuration, violations)
        noteViolations(in: &violations)
        apply(to: &configuration)
        configuration.noteViolations(in: &violations)
        try violations.check()
        if let Runtime { configuration.runtime = try .init(named: Runtime) }
        guard TracingConfig?.Mode != "Active" else {
            throw .invalidParameter("TracingConfig with the mode Active is not supported by this emulator.")
        }
        guard SnapStart?.ApplyOn != "PublishedVersions" else {
            throw .invalidParameter(
                "\(configuration.runtime.rawValue) is not supported for SnapStart enabled functions.")
        }
        try LoggingConfig?.check(with: configuration.logging)
        return configuration
    }

    private func noteViolations(in violations: inout ConstraintViolations) {
        // An empty one; others are checked with the configuration.
        violations.require(Role != "", "", at: "role", RoleARN.constraint)
        if let storage = EphemeralStorage {
            violations.requirePresence(storage.Size != nil, of: "ephemeralStorage.size")
        }
        if let mode = TracingConfig?.Mode {
            violations.require(mode, oneOf: ["Active", "PassThrough"], at: "tracingConfig.mode")
        }
        if let moment = SnapStart?.ApplyOn {
            violations.require(moment, oneOf: ["PublishedVersions", "None"], at: "snapStart.applyOn")
        }
        LoggingConfig?.noteViolations(in: &violations)
    }

    private func apply(to configuration: inout FunctionConfiguration) {
        if let Role { configuration.role = Role }
        if let Handler { configuration.handler = Handler }
        if let Description { configuration.description = Description }
        if let Timeout { configuration.timeoutSeconds = Timeout }
        if let MemorySize { configuration.memoryMegabytes = MemorySize }
        if let Environment { configuration.environment = Environment.Variables ?? [:] }
        if let size = EphemeralStorage?.Size { configuration.ephemeralStorageMegabytes = size }
        // An empty one takes it away.
        if let DeadLetterConfig { configuration.deadLetterTarget = DeadLetterConfig.TargetArn?.nonEmpty }
        LoggingConfig?.apply(to: &configuration.logging)
    }
}

/// `LoggingConfig` of a request.
struct LoggingMembers: Decodable {
    var LogFormat: String?
    var ApplicationLogLevel: String?
    var SystemLogLevel: String?
    var LogGroup: String?

    func noteViolations(in violations: inout ConstraintViolations) {
        if let LogFormat { violations.require(LogFormat, oneOf: ["JSON", "Text"], at: "loggingConfig.logFormat") }
        guard let SystemLogLevel else { return }
        violations.require(
            SystemLogLevel, oneOf: LoggingConfiguration.SystemLevel.allCases.map(\.rawValue),
            at: "loggingConfig.systemLogLevel")
    }

    /// Changes what is given and leaves the rest; a new format begins with its own levels.
    func apply(to logging: inout LoggingConfiguration) {
        if let format = LogFormat.flatMap(LoggingConfiguration.Format.init(rawValue:)), format != logging.format {
            logging.format = format
            logging.applicationLevel = "INFO"
            logging.systemLevel = .info
        }
        if let ApplicationLogLevel { logging.applicationLevel = ApplicationLogLevel }
        if let level = SystemLogLevel.flatMap(LoggingConfiguration.SystemLevel.init(rawValue:)) {
            logging.systemLevel = level
        }
        if let LogGroup { logging.group = LogGroup }
    }

    /// - Throws: the error for levels of a text log, which has none
    ///   (https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html); its wording is inferred.
    func check(with logging: LoggingConfiguration) throws(AWSError) {
        guard logging.format == .json || (ApplicationLogLevel == nil && SystemLogLevel == nil) else {
            throw .invalidParameter("Log levels can only be set when the LogFormat is JSON.")
        }
    }
}
