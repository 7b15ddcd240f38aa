// SPDX-License-Identifier: Apache-2.0
import AWSClient
import Buffers
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

/// A bucket of S3.
struct S3Storage: ObjectStorage {
    let s3: S3Client
    let bucket: String

    func get(_ location: S3Location) async throws -> StoredFile? {
        do {
            let object = try await s3.getObject(bucket: location.bucket, key: location.key)
            return StoredFile(body: object.body.array, eTag: object.eTag)
        } catch let error as AWSServiceError where error.code == "NoSuchKey" {
            return nil
        }
    }

    func put(_ key: String, _ body: [UInt8], contentType: String, if condition: WriteCondition) async throws {
        var ifMatch: String?
        if case .matches(let eTag) = condition { ifMatch = eTag }
        do {
            try await s3.putObject(
                bucket: bucket, key: key, body: Bytes(body), contentType: contentType, ifMatch: ifMatch,
                ifNoneMatch: condition == .absent ? "*" : nil)
        } catch let error as AWSServiceError where error.isPreconditionFailed {
            throw WriteConflict()
        } catch let error as AWSServiceError where ifMatch != nil && error.code == "NoSuchKey" {
            // Somebody deleted the object after it was read.
            throw WriteConflict()
        }
    }

    func presignedURL(_ key: String, expiresIn: Duration) throws -> String {
        s3.presignedGetURL(bucket: bucket, key: key, expiresIn: expiresIn)
    }
}

/// An endpoint of SageMaker.
struct SageMakerEndpoint: Drawing {
    let runtime: SageMakerRuntimeClient
    let name: String

    func draw(_ request: [UInt8]) async throws -> [UInt8] {
        do {
            return try await runtime.invokeEndpoint(name, body: Bytes(request)).body.array
        } catch let error as AWSServiceError {
            throw DrawingFailure(reason: error.message)
        }
    }

    func drawLater(_ input: S3Location, id: String) async throws {
        do {
            _ = try await runtime.invokeEndpointAsync(
                name, inputLocation: input.text, inferenceID: id, contentType: "application/json")
        } catch let error as AWSServiceError {
            throw DrawingFailure(reason: error.message)
        }
    }
}
