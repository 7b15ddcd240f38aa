// SPDX-License-Identifier: Apache-2.0
import AWSClient
import Buffers

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
