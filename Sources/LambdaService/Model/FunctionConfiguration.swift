// SPDX-License-Identifier: Apache-2.0
package import AWSWire

/// What a function is: its code and how to run it.
public struct FunctionConfiguration: Sendable, Equatable, Codable {
    /// The function's name, without any ARN.
    public var name: String
    /// Which of AWS's runtimes it is made for.
    public var runtime: Runtime
    /// What the bootstrap is given as `_HANDLER`.
    public var handler: String
    /// Free text.
    public var description: String
    /// The ARN of a role; it is shown, and grants nothing.
    public var role: String
    /// How long an invocation may take, in seconds.
    public var timeoutSeconds: Int
    /// What the function is told to have, in megabytes.
    public var memoryMegabytes: Int
    /// How much its `/tmp` holds, in megabytes.
    public var ephemeralStorageMegabytes: Int
    /// The function's own variables.
    public var environment: [String: String]
    /// Where its code is.
    public var code: FunctionCode
    /// Its layers, each laid over those before it; ``FunctionCode/optFolder`` is where they are.
    public var layers: [FunctionLayer]
    /// How its log is written.
    public var logging: LoggingConfiguration
    /// The ARN of the queue or topic that gets asynchronous events which are given up.
    public var deadLetterTarget: String?

    /// A configuration with AWS's defaults; see ``LambdaService/createFunction(_:)`` for what is checked.
    public init(
        name: String, runtime: Runtime = .providedAL2023, handler: String = "bootstrap", description: String = "",
        role: String = "", timeoutSeconds: Int = 3, memoryMegabytes: Int = 128, ephemeralStorageMegabytes: Int = 512,
        environment: [String: String] = [:], code: FunctionCode, layers: [FunctionLayer] = [],
        logging: LoggingConfiguration = LoggingConfiguration(), deadLetterTarget: String? = nil
    ) {
        self.name = name
        self.runtime = runtime
        self.handler = handler
        self.description = description
        self.role = role
        self.timeoutSeconds = timeoutSeconds
        self.memoryMegabytes = memoryMegabytes
        self.ephemeralStorageMegabytes = ephemeralStorageMegabytes
        self.environment = environment
        self.code = code
        self.layers = layers
        self.logging = logging
        self.deadLetterTarget = deadLetterTarget
    }
}

extension FunctionConfiguration {
    /// Checks what AWS checks when a function is created.
    ///
    /// - Throws: the error that CreateFunction answers with.
    package func validate() throws(AWSError) {
        var violations = ConstraintViolations()
        noteViolations(in: &violations)
        try violations.check()
        try validateDeadLetterTarget()
        try validateVariables()
    }

    /// What the API's model demands of each member (botocore, lambda/2015-03-31).
    func noteViolations(in violations: inout ConstraintViolations) {
        FunctionName.noteViolations(ofNew: name, in: &violations)
        violations.require(role.isEmpty || RoleARN.isValid(role), role, at: "role", RoleARN.constraint)
        violations.require(handler, atMost: 128, at: "handler")
        violations.require(
            !handler.contains(where: \.isWhitespace), handler, at: "handler",
            "Member must satisfy regular expression pattern: [^\\s]+")
        violations.require(description, atMost: LambdaLimits.description, at: "description")
        violations.require(timeoutSeconds, in: LambdaLimits.timeout, at: "timeout")
        violations.require(memoryMegabytes, in: LambdaLimits.memory, at: "memorySize")
        violations.require(
            ephemeralStorageMegabytes, in: LambdaLimits.ephemeralStorage, at: "ephemeralStorage.size")
        if let target = deadLetterTarget {
            violations.require(
                ARN(target) != nil, target, at: "deadLetterConfig.targetArn",
                "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()")
        }
        logging.noteViolations(in: &violations)
        for name in environment.keys.sorted() where !Self.isVariableName(name) {
            violations.require(
                false, name, at: "environment.variables",
                "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: "
                    + "[a-zA-Z]([a-zA-Z0-9_])+, Member must not be null]")
        }
    }

    private func validateDeadLetterTarget() throws(AWSError) {
        guard let target = deadLetterTarget, let arn = ARN(target) else { return }
        guard arn.service == "sqs" || arn.service == "sns", !arn.resource.hasSuffix(".fifo") else {
            throw .invalidParameter(
                "The dead-letter target \(target) is not supported: name a standard queue or a standard topic.")
        }
    }

    private func validateVariables() throws(AWSError) {
        let reserved = environment.keys.filter { EnvironmentVariables.reserved.contains($0) }.sorted()
        guard reserved.isEmpty else {
            throw .invalidParameter(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided contains reserved keys that are currently not supported for modification. "
                    + "Reserved keys used in this request: \(reserved.joined(separator: ", "))")
        }
        var json = JSONObjectWriter()
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) { json.add(name, value) }
        let measured = json.finish()
        guard measured.count <= LambdaLimits.environment else {
            throw .invalidParameter(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided exceeded the 4KB limit. String measured: \(String(decoding: measured, as: UTF8.self))")
        }
    }

    private static func isVariableName(_ name: String) -> Bool {
        guard name.utf8.count >= 2, let first = name.unicodeScalars.first, first.properties.isAlphabetic, first.isASCII
        else { return false }
        return name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0.isASCIILetterOrDigit }
    }
}

extension UInt8 {
    var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
