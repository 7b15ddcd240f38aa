// SPDX-License-Identifier: Apache-2.0
import AWSClient
import FoundationEssentials

/// What a function of the application works with, from its environment: `IMAGES_BUCKET`, `ENDPOINT_NAME`, and what
/// `AWSClient` reads.
package struct ApplicationServices: Sendable {
    package let storage: any ObjectStorage
    private let client: AWSClient

    /// - Throws: ``MissingVariable``, or an error about what `AWSClient` needs.
    package static func fromEnvironment() throws -> ApplicationServices {
        let client = try AWSClient.fromEnvironment()
        let storage = S3Storage(s3: client.s3, bucket: try variable("IMAGES_BUCKET"))
        return ApplicationServices(storage: storage, client: client)
    }

    /// The endpoint, for the functions that call it.
    ///
    /// - Throws: ``MissingVariable``.
    package func endpoint() throws -> any Drawing {
        SageMakerEndpoint(runtime: client.sageMakerRuntime, name: try Self.variable("ENDPOINT_NAME"))
    }

    private static func variable(_ name: String) throws(MissingVariable) -> String {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
            throw MissingVariable(name: name)
        }
        return value
    }
}

/// The function's environment lacks a variable.
package struct MissingVariable: Error, Equatable, CustomStringConvertible {
    let name: String

    package var description: String { "the environment variable \(name) is not set" }
}
