// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Buffers
import Curl

/// Calls models that SageMaker endpoints serve.
///
/// All methods throw ``AWSServiceError`` for what SageMaker answers (`ModelError` when the model failed), and
/// `CurlError` when it gives no answer.
public struct SageMakerRuntimeClient: Sendable {
    let caller: ServiceCaller

    /// Calls a model and waits for its answer, at most the 60 seconds that SageMaker gives it.
    public func invokeEndpoint(
        _ name: String, body: Bytes, contentType: String = "application/json", accept: String? = nil
    ) async throws -> (body: Bytes, contentType: String?) {
        var request = ServiceRequest(method: "POST", path: "/endpoints/\(URIEncoding.encode(name))/invocations")
        request.body = body
        request.headers = [("Content-Type", contentType)]
        if let accept { request.headers.append(("Accept", accept)) }
        // Longer than SageMaker's own limit, so that its error comes first.
        request.timeout = .seconds(70)
        let response = try await caller.call(request)
        return (response.body, response.head.value(of: "Content-Type"))
    }

    /// Queues a request whose body is an object of S3.
    ///
    /// - Parameters:
    ///   - inputLocation: `s3://bucket/key`.
    ///   - inferenceID: the caller's own name for the request, which the notification will carry.
    ///   - contentType: of the object.
    /// - Returns: where the result will be, as `s3://bucket/key`.
    public func invokeEndpointAsync(
        _ name: String, inputLocation: String, inferenceID: String? = nil, contentType: String? = nil
    ) async throws -> String {
        var request = ServiceRequest(method: "POST", path: "/endpoints/\(URIEncoding.encode(name))/async-invocations")
        request.body = Bytes()
        request.headers = [("X-Amzn-SageMaker-InputLocation", inputLocation)]
        let optional = [
            ("X-Amzn-SageMaker-Inference-Id", inferenceID), ("X-Amzn-SageMaker-Content-Type", contentType),
        ]
        for case (let name, let value?) in optional { request.headers.append((name, value)) }
        return try await caller.call(request).head.value(of: "X-Amzn-SageMaker-OutputLocation") ?? ""
    }
}
