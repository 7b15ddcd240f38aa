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
        /// What the process is given after its name.
        public var arguments: [String]
        /// The whole environment but for the two variables of the port.
        public var environment: [String: String]
        /// The folder that it starts in; nil for the emulator's own.
        public var workingDirectory: String?

        /// A model; unless they are given it has no arguments, no variables and no folder of its own.
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
        /// Where the model's answers go, `S3OutputPath`: a request may name a folder under it, and the file.
        public var output: S3Location
        /// Where the model's answers to failed requests go; nil for nowhere.
        public var failure: S3Location?
        /// The ARN of the topic that hears of requests that were answered (`SuccessTopic`); nil for none.
        public var successTopic: String?
        /// The ARN of the topic that hears of failed requests (`ErrorTopic`); nil for none.
        public var errorTopic: String?
        /// How many requests the model gets at once, one at least: `MaxConcurrentInvocationsPerInstance`.
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

    /// The endpoint's name, as the path of a request has it.
    public var name: String
    /// The name of the one production variant, which answers carry as `x-Amzn-Invoked-Production-Variant`.
    public var variant: String
    /// What serves the variant.
    public var model: Model
    /// Nil for an endpoint that answers synchronous requests only.
    public var asyncInference: AsyncInference?

    /// An endpoint; synchronous only, unless the asynchronous part is given.
    public init(name: String, variant: String, model: Model, asyncInference: AsyncInference? = nil) {
        self.name = name
        self.variant = variant
        self.model = model
        self.asyncInference = asyncInference
    }
}

/// An object, or what the keys of some objects begin with: `s3://bucket/key`.
public struct S3Location: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The bucket's name.
    public var bucket: String
    /// May be empty: the bucket itself.
    public var key: String

    /// A location from its two parts, which are not checked.
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

    /// The location as AWS writes it, `s3://bucket/key`, with the slash even when the key is empty.
    public var description: String { "s3://\(bucket)/\(key)" }
}
