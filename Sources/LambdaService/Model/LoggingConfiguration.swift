// SPDX-License-Identifier: Apache-2.0

/// How the lines of a function's log are written
/// (https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html).
public struct LoggingConfiguration: Sendable, Equatable, Codable {
    /// What Lambda's own lines look like.
    public enum Format: String, Sendable, Codable {
        /// `START RequestId: …` and the like.
        case text = "Text"
        /// One JSON object a line.
        case json = "JSON"
    }

    /// How much of its own Lambda writes in JSON; text lines are always written.
    public enum SystemLevel: String, Sendable, CaseIterable, Comparable, Codable {
        case debug = "DEBUG"
        case info = "INFO"
        case warn = "WARN"

        /// The chattier level is the lesser one.
        public static func < (left: SystemLevel, right: SystemLevel) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// What Lambda's own lines look like.
    public var format: Format
    /// `TRACE` to `FATAL`: what the function's runtime is told, which leaves out what is below.
    public var applicationLevel: String
    /// Which of its own lines Lambda writes.
    public var systemLevel: SystemLevel
    /// The log group; nil for `/aws/lambda/NAME`.
    public var group: String?

    /// A configuration with AWS's defaults.
    public init(
        format: Format = .text, applicationLevel: String = "INFO", systemLevel: SystemLevel = .info,
        group: String? = nil
    ) {
        self.format = format
        self.applicationLevel = applicationLevel
        self.systemLevel = systemLevel
        self.group = group
    }
}

extension LoggingConfiguration {
    static let applicationLevels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]

    /// What the API's model demands of each member (botocore, lambda/2015-03-31: LoggingConfig).
    func noteViolations(in violations: inout ConstraintViolations) {
        violations.require(
            applicationLevel, oneOf: Self.applicationLevels, at: "loggingConfig.applicationLogLevel")
        guard let group else { return }
        violations.require(group, atMost: 512, at: "loggingConfig.logGroup")
        violations.require(
            !group.isEmpty && group.utf8.allSatisfy { $0.isASCIILetterOrDigit || ".-_/#".utf8.contains($0) }, group,
            at: "loggingConfig.logGroup", "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+")
    }
}
