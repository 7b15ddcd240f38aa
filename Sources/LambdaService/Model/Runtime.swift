// SPDX-License-Identifier: Apache-2.0
import AWSWire

extension FunctionConfiguration {
    /// Which of AWS's runtimes a function is made for: one whose code brings its own `bootstrap`, or a managed one,
    /// which a runtime interface client runs here (``RuntimeClients``).
    public struct Runtime: RawRepresentable, Sendable, Hashable, Codable {
        /// `provided.al2` for one.
        public let rawValue: String

        /// The bootstrap is the function's.
        public static let providedAL2 = Runtime(unchecked: "provided.al2")
        /// The bootstrap is the function's.
        public static let providedAL2023 = Runtime(unchecked: "provided.al2023")

        /// Those that functions can be created with (botocore, lambda/2015-03-31; without what AWS has ended).
        static let known = [
            "provided.al2023", "provided.al2", "python3.15", "python3.14", "python3.13", "python3.12", "python3.11",
            "python3.10", "python3.9", "nodejs26.x", "nodejs24.x", "nodejs22.x", "nodejs20.x", "nodejs18.x", "ruby4.0",
            "ruby3.4", "ruby3.3", "ruby3.2", "java25", "java21", "java17", "java11", "java8.al2", "dotnet10", "dotnet8",
            "dotnet6",
        ]

        /// A runtime by its name; nil for those that AWS does not know or no longer takes.
        public init?(rawValue: String) {
            guard Self.known.contains(rawValue) else { return nil }
            self.rawValue = rawValue
        }

        private init(unchecked rawValue: String) { self.rawValue = rawValue }

        /// Whether the runtime is AWS's, and not a `bootstrap` of the function's.
        public var isManaged: Bool { self != .providedAL2 && self != .providedAL2023 }

        /// `python` of `python3.12`.
        var language: String { String(rawValue.prefix { $0.isLetter }) }

        /// `3.12` of `python3.12`, `22` of `nodejs22.x`.
        var release: String {
            let release = rawValue.dropFirst(language.count)
            return String(release.hasSuffix(".x") ? release.dropLast(2) : release)
        }
    }
}

extension FunctionConfiguration.Runtime {
    /// Reads a runtime's name.
    ///
    /// - Throws: the error that CreateFunction answers with, for runtimes that AWS does not know or no longer takes.
    init(named name: String) throws(AWSError) {
        if let runtime = Self(rawValue: name) {
            self = runtime
            return
        }
        if name == "provided" {
            // LocalStack's recorded snapshot of AWS: tests/aws/services/lambda_/test_lambda_api.snapshot.json.
            throw .invalidParameter(
                "The runtime parameter of provided is no longer supported for creating or updating AWS Lambda "
                    + "functions. We recommend you use a supported runtime while creating or updating functions.")
        }
        throw .invalidParameter(
            "Value \(name) at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
                + "[\(Self.known.joined(separator: ", "))] or be a valid ARN")
    }
}
