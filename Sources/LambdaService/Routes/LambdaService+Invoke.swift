// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import ServiceProtocols

/// Invoke (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
extension LambdaService {
    enum InvocationType: String {
        case requestResponse = "RequestResponse"
        case event = "Event"
        case dryRun = "DryRun"
    }

    func invoke(
        _ function: String, _ request: HTTPRequest, _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        let type = try invocationType(request)
        let limit = type == .event ? LambdaLimits.asynchronousPayload : LambdaLimits.synchronousPayload
        let body =
            if let arrived = request.body.arrived(limit: limit) { arrived } else {
                try await self.body(of: request, limit: limit, type)
            }
        let invocation = Invocation(
            function: function, qualifier: request.query.flatMap { QueryString(parsing: $0)["Qualifier"] },
            payload: body,
            clientContext: request.headers["X-Amz-Client-Context"], traceHeader: request.headers["X-Amzn-Trace-Id"])
        switch type {
        case .requestResponse:
            let wantsLog = try wantsLog(request)
            // As ``run(_:requestID:wantsLog:source:)`` does, without one more wait.
            let (execution, version) = try synchronousRequest(invocation, requestID: requestID, wantsLog: wantsLog)
            let outcome = await pool.run(execution, on: version)
            return response(to: try Self.answer(to: execution, on: version, outcome), wantsLog)
        case .event:
            let trace = try await queue(invocation, requestID: requestID)
            return HTTPResponse(
                status: 202, headers: ["x-amzn-RequestId": requestID, "X-Amzn-Trace-Id": trace])
        case .dryRun:
            _ = try resolve(invocation)
            try check(body, limit: limit)
            return HTTPResponse(status: 204, headers: ["x-amzn-RequestId": requestID])
        }
    }

    func invocationType(_ request: HTTPRequest) throws(AWSError) -> InvocationType {
        guard let name = request.headers["X-Amz-Invocation-Type"], !name.isEmpty else { return .requestResponse }
        guard let type = InvocationType(rawValue: name) else {
            throw .validation(
                name, at: "invocationType",
                "Member must satisfy enum value set: [Event, RequestResponse, DryRun]")
        }
        return type
    }

    func wantsLog(_ request: HTTPRequest) throws(AWSError) -> Bool {
        switch request.headers["X-Amz-Log-Type"] {
        case nil, "", "None": false
        case "Tail": true
        case let type?:
            throw .validation(type, at: "logType", "Member must satisfy enum value set: [None, Tail]")
        }
    }

    func body(
        of request: HTTPRequest, limit: Int, _ type: InvocationType
    ) async throws(AWSError) -> Bytes {
        do throws(RequestBodyError) {
            return try await request.body.collect(limit: limit)
        } catch .tooLarge {
            let length = request.body.length.map { "\($0)" } ?? "More than \(limit)"
            throw .requestTooLarge(
                "\(length) byte payload is too large for the \(type.rawValue) invocation type (limit \(limit) bytes)")
        } catch {
            throw .invalidRequestContent("Could not parse request body into json: the body ended early")
        }
    }

    private func response(to answer: Answer, _ wantsLog: Bool) -> HTTPResponse {
        let result = answer.result
        var response = HTTPResponse(status: 200, body: result.payload)
        response.headers.add("Content-Type", "application/json")
        response.headers.add("x-amzn-RequestId", result.requestID)
        response.headers.add("X-Amz-Executed-Version", result.executedVersion)
        response.headers.add("X-Amzn-Trace-Id", answer.traceHeader)
        if let error = result.functionError { response.headers.add("X-Amz-Function-Error", error) }
        if wantsLog {
            response.headers.add("X-Amz-Log-Result", result.logTail.withUnsafeBytes { Base64.encode($0) })
        }
        return response
    }
}
