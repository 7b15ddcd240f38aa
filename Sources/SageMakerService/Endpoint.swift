// SPDX-License-Identifier: Apache-2.0

/// An inference endpoint: one process that serves a model, and what becomes of asynchronous requests to it.
public struct Endpoint: Sendable, Equatable {
    /// How the model's process is started.
    ///
    /// It follows SageMaker's container contract (`GET /ping`, `POST /invocations`) on the port that
    /// `SAGEMAKER_BIND_TO_PORT` and `PORT` name.
    public struct Model: Sendable, Equatable {
        /// A path, or a name that is looked up on the `PATH` of `environment`.
        public var executable: String
        public var arguments: [String]
        /// The whole environment but for the two variables of the port.
        public var environment: [String: String]
        public var workingDirectory: String?

        public init(
            executable: String, arguments: [String] = [], environment: [String: String] = [:],
            workingDirectory: String? = nil
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.workingDirectory = workingDirectory
        }
    }

    /// `AsyncInferenceConfig` of an endpoint configuration.
    public struct AsyncInference: Sendable, Equatable {
        public var output: S3Location
        /// Where the model's answers to failed requests go; nil for nowhere.
        public var failure: S3Location?
        /// ARNs of topics.
        public var successTopic: String?
        public var errorTopic: String?
        ///
        ///
        /// `MaxConcurrentInvocationsPerInstance`
        public var concurrency: Int

        /// - Parameter concurrency: nil leaves it to SageMaker, which means four here.
        public init(
            output: S3Location, failure: S3Location? = nil, successTopic: String? = nil, errorTopic: String? = nil,
            concurrency: Int? = nil
        ) {
            self.output = output
            self.failure = failure
            self.successTopic = successTopic
            self.errorTopic = errorTopic
            self.concurrency = max(1, concurrency ?? 4)
        }
    }

    public var name: String
    public var variant: String
    public var model: Model
    /// Nil for an endpoint that answers synchronous requests only.
    public var asyncInference: AsyncInference?

    public init(name: String, variant: String, model: Model, asyncInference: AsyncInference? = nil) {
        self.name = name
        self.variant = variant
        self.model = model
        self.asyncInference = asyncInference
    }
}

/// An object, or what the keys of some objects begin with: `s3://bucket/key`.
public struct S3Location: Sendable, Hashable, Codable, CustomStringConvertible {
    public var bucket: String
    /// May be empty: the bucket itself.
    public var key: String

    public init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// Nil for a text that is no such location.
    public init?(_ text: String) {
        let scheme = "s3://"
        guard text.hasPrefix(scheme) else { return nil }
        let parts = text.dropFirst(scheme.count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, !bucket.isEmpty else { return nil }
        self.init(bucket: String(bucket), key: parts.count == 2 ? String(parts[1]) : "")
    }

    /// A location under this one.
    func appending(_ name: String) -> S3Location {
        var folder = key[...]
        while folder.last == "/" { folder.removeLast() }
        return S3Location(bucket: bucket, key: folder.isEmpty ? name : "\(folder)/\(name)")
    }

    public var description: String { "s3://\(bucket)/\(key)" }
}
