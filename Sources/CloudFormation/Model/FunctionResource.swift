// SPDX-License-Identifier: Apache-2.0

/// A Lambda function: `AWS::Serverless::Function` or `AWS::Lambda::Function`.
public struct FunctionResource: Sendable, Equatable, Encodable {
    /// Where the code comes from.
    public enum Code: Sendable, Equatable, Encodable {
        /// A folder with the code, a `bootstrap` for the `provided` runtimes; relative to the template's folder.
        case folder(String)
        /// A zip file; relative to the template's folder.
        case zip(String)
        /// An executable product of the Swift package in the template's folder, which is the function's `bootstrap`.
        case swiftProduct(String)
        /// A zip file in a bucket.
        case s3(bucket: String, key: String)
    }

    /// How lines are written to the log group.
    public struct Logging: Sendable, Equatable, Encodable {
        /// `Text` or `JSON`.
        public var format = "Text"
        /// `TRACE` to `FATAL`; which lines of the function itself are kept.
        public var applicationLevel: String?
        /// `DEBUG`, `INFO` or `WARN`; which lines of the platform are kept.
        public var systemLevel: String?
        /// The log group; nil for `/aws/lambda/NAME`.
        public var group: String?
    }

    /// The resource's name in the template.
    public var logicalID: String
    /// `FunctionName`; a function without one is called like its logical id, the name by which its author knows it.
    public var functionName: String
    /// `arn:aws:lambda:REGION:ACCOUNT:function:NAME`.
    public var arn: String
    /// `provided.al2023`, `provided.al2` or `provided`.
    public var runtime: String
    /// What the runtime gets as `_HANDLER`.
    public var handler: String
    /// `Description`; empty without one.
    public var description: String
    /// Where the deployment package comes from.
    public var code: Code
    /// From 1 to 900; AWS's default is 3.
    public var timeoutSeconds: Int
    /// In MiB.
    public var memorySize: Int
    /// `EphemeralStorage.Size` in MiB; AWS's default is 512.
    public var ephemeralStorageMegabytes: Int
    /// `x86_64` or `arm64`; empty where the template does not say.
    public var architectures: [String]
    /// `Environment.Variables`.
    public var environment: [String: String]
    /// The ARNs in `Layers`, each laid over those before it.
    public var layers: [String]
    /// `Tags`, whichever form they have.
    public var tags: [String: String]
    /// `LoggingConfig`.
    public var logging: Logging
    /// `ReservedConcurrentExecutions`; nil shares what no function has reserved.
    public var reservedConcurrency: Int?
    /// The ARN of `DeadLetterQueue` or `DeadLetterConfig`.
    public var deadLetterTarget: String?
    /// `RecursiveLoop`: `Allow` or `Terminate`; nil for the latter.
    public var recursiveLoop: String?
}
