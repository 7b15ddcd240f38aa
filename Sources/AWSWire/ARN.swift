// SPDX-License-Identifier: Apache-2.0

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
///
/// Region and account are empty where a service has none (`arn:aws:s3:::bucket`); the resource may hold colons itself.
public struct ARN: Sendable, Hashable {
    /// The group of regions that the ARN belongs to, such as `aws` or `aws-cn`.
    public var partition: String
    /// The service as ARNs name it, such as `lambda`, `s3` or `sns`.
    public var service: String
    /// `us-east-1`; empty where the service has none.
    public var region: String
    /// Twelve digits; empty where the service has none.
    public var account: String
    /// What the service calls the thing: `function:name`, a bucket, a topic.
    public var resource: String

    /// Puts an ARN together.
    public init(partition: String = "aws", service: String, region: String, account: String, resource: String) {
        self.partition = partition
        self.service = service
        self.region = region
        self.account = account
        self.resource = resource
    }

    /// Reads an ARN.
    ///
    /// - Throws: ``ARNError`` when the text has not six parts, or one that may not be empty is.
    public init(parsing text: String) throws(ARNError) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard parts.first == "arn" else { throw ARNError(text: text, reason: .noPrefix) }
        guard parts.count == 6 else { throw ARNError(text: text, reason: .tooFewParts) }
        guard !parts[1].isEmpty, !parts[2].isEmpty, !parts[5].isEmpty else {
            throw ARNError(text: text, reason: .emptyPart)
        }
        self.init(partition: parts[1], service: parts[2], region: parts[3], account: parts[4], resource: parts[5])
    }

    /// Reads an ARN; nil when the text is none.
    public init?(_ text: String) {
        guard let arn = try? ARN(parsing: text) else { return nil }
        self = arn
    }
}

extension ARN: CustomStringConvertible {
    /// The ARN as it is written.
    public var description: String { "arn:\(partition):\(service):\(region):\(account):\(resource)" }
}

/// Why a text is no ``ARN``.
public struct ARNError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with the text.
    public struct Reason: Sendable, Equatable {
        let text: String

        /// The text does not start with `arn:`.
        public static let noPrefix = Reason(text: "it does not start with 'arn:'")
        /// There are fewer than six parts.
        public static let tooFewParts = Reason(text: "it has fewer than six parts")
        /// The partition, the service or the resource is empty.
        public static let emptyPart = Reason(text: "its partition, service or resource is empty")
    }

    /// What was to be read.
    public let text: String
    /// What is wrong with it.
    public let reason: Reason

    /// A sentence with the text and the reason.
    public var description: String { "'\(text)' is not an ARN: \(reason.text)" }
}
