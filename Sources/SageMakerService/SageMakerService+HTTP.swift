// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
public import HTTPServer
import Logging
import ServiceProtocols
import ServiceWire

extension SageMakerService: HTTPHandler {
    /// Answers InvokeEndpoint with 200 and InvokeEndpointAsync with 202, errors as AWS's JSON with their status
    /// (SageMaker Runtime API Reference).
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let id = context.environment.makeID()
        var response: HTTPResponse
        do {
            response = try await answer(request)
        } catch let error as AWSError {
            response = failure(error, request, id)
        } catch {
            context.log.error("a request failed", metadata: ["path": "\(request.path)", "error": "\(error)"])
            response = failure(SageMakerError.internalFailure, request, id)
        }
        response.headers["x-amzn-RequestId"] = id
        return response
    }

    private func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "endpoints", request.method == "POST" else {
            throw SageMakerError.unknownOperation
        }
        let name = URIEncoding.decodeLeniently(parts[2])
        switch parts[3] {
        case "invocations":
            try failByChaos("InvokeEndpoint", name)
            return try await invoke(try running(name), request)
        case "async-invocations":
            try failByChaos("InvokeEndpointAsync", name)
            return try await invokeAsync(try running(name), request)
        default: throw SageMakerError.unknownOperation
        }
    }

    /// - Throws: the error that chaos has for a request.
    private func failByChaos(_ operation: String, _ endpoint: String) throws(AWSError) {
        guard let chaos = context.environment.chaos else { return }
        var point = ChaosPoint(.request, of: "sagemaker")
        (point.operation, point.resource) = (operation, endpoint)
        if case .fail(let error)? = chaos.strike(at: point) {
            throw AWSError(error.code, error.message, status: error.status)
        }
    }

    private func running(_ name: String) throws(AWSError) -> Running {
        guard let running = endpoints[name] else {
            throw SageMakerError.endpointNotFound(name, account: context.environment.account)
        }
        return running
    }

    private func invoke(_ running: Running, _ request: HTTPRequest) async throws -> HTTPResponse {
        let endpoint = running.endpoint
        try InvocationHeaders.check(request.headers, endpoint)
        let body = try await self.body(of: request)
        let headers = ModelHeaders(
            contentType: request.headers["content-type"], accept: request.headers["accept"],
            customAttributes: request.headers["x-amzn-sagemaker-custom-attributes"],
            inferenceID: request.headers["x-amzn-sagemaker-inference-id"])
        let answer = await running.model.ask(
            "/invocations", headers: headers.fields, body: body, timeout: SageMakerLimits.invocation)
        let error = ModelError(
            endpoint: endpoint.name, region: context.environment.region, account: context.environment.account)
        switch answer {
        case .answered(let response) where response.isSuccess: return Self.response(response, endpoint)
        case .answered(let response): throw error.error(status: response.status, message: response.body.string)
        case .failed(.notReady(let reason)): throw SageMakerError.notReady(reason)
        case .failed(let failure): throw error.error(status: 0, message: failure.message)
        }
    }

    private static func response(_ answer: ModelResponse, _ endpoint: Endpoint) -> HTTPResponse {
        var headers: HTTPHeaders = ["x-Amzn-Invoked-Production-Variant": endpoint.variant]
        if let type = answer.contentType { headers.add("Content-Type", type) }
        if let attributes = answer.customAttributes { headers.add("X-Amzn-SageMaker-Custom-Attributes", attributes) }
        return HTTPResponse(status: 200, headers: headers, body: answer.body)
    }

    private func invokeAsync(_ running: Running, _ request: HTTPRequest) async throws -> HTTPResponse {
        guard let worker = running.worker, let configuration = running.endpoint.asyncInference else {
            throw SageMakerError.validation(
                "Endpoint \(running.endpoint.name) of account \(context.environment.account) does not support "
                    + "asynchronous inference.")
        }
        try InvocationHeaders.check(request.headers, running.endpoint)
        var queued = try AsyncRequest(
            request.headers, endpoint: running.endpoint.name, configuration,
            now: context.environment.clock.now.milliseconds, makeID: context.environment.makeID)
        let mark = context.environment.mark("sagemaker")
        queued.record = mark?.id
        try await worker.submit(queued)
        if let mark { record(queued, mark, trace: request.headers["x-amzn-trace-id"]) }
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "X-Amzn-SageMaker-OutputLocation": queued.output.description,
        ]
        if let failure = queued.failure {
            headers.add("X-Amzn-SageMaker-FailureLocation", failure.description)
        }
        var body = JSONObjectWriter()
        body.add("InferenceId", queued.inferenceID)
        return HTTPResponse(status: 202, headers: headers, body: Bytes(body.finish()))
    }

    private func record(_ request: AsyncRequest, _ mark: JournalMark, trace: String?) {
        var record = JournalRecord(mark, kind: .inference, outcome: .accepted)
        record.operation = "InvokeEndpointAsync"
        record.resource = request.endpoint
        record.requestID = request.inferenceID
        record.traceHeader = trace
        var locations = JSONObjectWriter()
        locations.add("inputLocation", request.input.description)
        locations.add("outputLocation", request.output.description)
        record.payload = JournalRecord.Content(Bytes(locations.finish()))
        context.environment.journal?.append(record)
    }

    private func body(of request: HTTPRequest) async throws(AWSError) -> Bytes {
        do {
            return try await request.body.collect(limit: SageMakerLimits.bodyBytes)
        } catch .tooLarge {
            throw SageMakerError.bodyTooLarge
        } catch {
            throw SageMakerError.bodyTruncated
        }
    }

    private func failure(_ error: AWSError, _ request: HTTPRequest, _ id: String) -> HTTPResponse {
        // SageMaker's control plane, which is not here, signs for the same service and speaks AWS's JSON protocol.
        let format: ErrorFormat =
            request.headers.contains("x-amz-target") ? .awsJSON(version: "1.1") : .restJSON(messageKey: "Message")
        return HTTPResponse(format.response(for: error, requestID: id))
    }
}

/// Headers that choose among what an endpoint may have: here it has one variant with one model.
enum InvocationHeaders {
    private static let refused = [
        "x-amzn-sagemaker-target-model", "x-amzn-sagemaker-target-container-hostname",
        "x-amzn-sagemaker-inference-component", "x-amzn-sagemaker-enable-explanations", "x-amzn-sagemaker-session-id",
    ]

    /// - Throws: `ValidationError` for what would need more than that.
    static func check(_ headers: HTTPHeaders, _ endpoint: Endpoint) throws(AWSError) {
        if let name = refused.first(where: headers.contains) {
            throw SageMakerError.validation("Endpoint \(endpoint.name) does not support \(name).")
        }
        if let variant = headers["x-amzn-sagemaker-target-variant"], variant != endpoint.variant {
            throw SageMakerError.validation("Variant \(variant) not found for endpoint \(endpoint.name).")
        }
    }
}
