// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
public import HTTPServer
import ProxyIntegration
import ServiceProtocols

extension LambdaService {
    /// What serves a request whose `Host` is that of a function URL; nil for any other host.
    public nonisolated func functionURLHandler(forHost host: String) -> (any HTTPHandler)? {
        FunctionURL.id(inHost: host).map { FunctionURLEndpoint(service: self, id: $0) }
    }
}

/// One function URL, as those see it who call it
/// (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
private struct FunctionURLEndpoint: HTTPHandler {
    let service: LambdaService
    let id: String

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let mark = service.environment.mark("lambda") else { return await service.respond(toURL: id, request) }
        let response = await Cause.with(mark.id) { await service.respond(toURL: id, request) }
        var record = JournalRecord(mark, kind: .request, outcome: response.status < 500 ? .succeeded : .failed)
        record.operation = request.method
        record.resource = request.path
        record.requestID = response.headers["x-amzn-requestid"]
        record.status = response.status
        service.environment.journal?.append(record)
        return response
    }
}

extension LambdaService {
    fileprivate func respond(toURL id: String, _ request: HTTPRequest) async -> HTTPResponse {
        let requestID = environment.makeID()
        // What the id leads to may have been deleted.
        guard let name = urlOwners[id], let url = try? registry.url(of: name), url.id == id else {
            return FunctionURLError.forbidden.lambdaResponse(requestID)
        }
        let cors = url.settings.cors
        if let preflight = cors?.preflight(request, status: 200) { return preflight }
        let trace = TraceHeader.rooted(request.headers["X-Amzn-Trace-Id"], seconds: now / 1000, &random)
        var response: HTTPResponse
        do throws(AWSError) {
            let call = try await call(of: url, name, request, requestID, trace)
            response = try await result(of: call, url.settings.invokeMode, requestID)
        } catch {
            response = FunctionURLError.asSeenByCaller(error).lambdaResponse(requestID)
        }
        if !response.headers.contains("x-amzn-requestid") { response.headers.add("x-amzn-requestid", requestID) }
        response.headers["x-amzn-trace-id"] = trace
        cors?.apply(to: &response, origin: request.headers["origin"])
        return response
    }

    /// What a request asks of the function, if its sender may.
    private func call(
        of url: FunctionURL, _ name: FunctionName, _ request: HTTPRequest, _ requestID: String, _ trace: String
    ) async throws(AWSError) -> Invocation {
        // Nobody is read a body from who may not call.
        if url.settings.authType == .none, !allowsPublicURL(of: name) { throw FunctionURLError.forbidden }
        let body: Bytes
        do throws(RequestBodyError) {
            body = try await request.body.collect(limit: LambdaLimits.synchronousPayload)
        } catch .tooLarge {
            throw FunctionURLError.requestTooLarge
        } catch {
            throw .invalidRequestContent("The body ended early")
        }
        var caller = FunctionURLCaller.anybody
        if url.settings.authType == .iam {
            guard let signer = try signature.caller(of: request, body: body, now: now) else {
                throw FunctionURLError.forbidden
            }
            caller = signer
        }
        let event = FunctionURLEvent(
            request: request, body: body, urlID: url.id, caller: caller, environment: environment,
            requestID: requestID, traceHeader: trace)
        guard let payload = event.encoded() else { throw .service("The event could not be made.") }
        return Invocation(function: url.functionARN, payload: payload, traceHeader: trace)
    }

    private var signature: FunctionURLSignature {
        FunctionURLSignature(issued: options.credentials)
    }

    private func result(
        of call: Invocation, _ mode: FunctionURL.InvokeMode, _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        switch mode {
        case .buffered:
            let (request, version) = try synchronousRequest(call, requestID: requestID, wantsLog: false)
            let result = try Self.result(of: await pool.run(request, on: version))
            guard !result.isError, let response = result.response else { throw FunctionURLError.functionFailed }
            return response
        case .responseStream:
            let answer = try await stream(call, requestID: requestID, wantsLog: false)
            guard let response = await answer.response() else { throw FunctionURLError.functionFailed }
            return response
        }
    }
}
