// SPDX-License-Identifier: Apache-2.0
import AWSWire
import HTTP1
import HTTPServer
import ServiceProtocols

/// InvokeWithResponseStream (https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html).
extension LambdaService {
    func invokeWithResponseStream(
        _ function: String, _ request: HTTPRequest, _ requestID: String
    ) async throws(AWSError) -> HTTPResponse {
        let type = try invocationType(request)
        guard type != .event else {
            throw .validation(
                type.rawValue, at: "invocationType", "Member must satisfy enum value set: [RequestResponse, DryRun]")
        }
        let wantsLog = try wantsLog(request)
        let body = try await body(of: request, limit: LambdaLimits.synchronousPayload, type)
        let invocation = Invocation(
            function: function, qualifier: request.query.flatMap { QueryString(parsing: $0)["Qualifier"] },
            payload: body, clientContext: request.headers["X-Amz-Client-Context"],
            traceHeader: request.headers["X-Amzn-Trace-Id"])
        guard type == .requestResponse else {
            _ = try resolve(invocation)
            try check(body, limit: LambdaLimits.synchronousPayload)
            return HTTPResponse(status: 204, headers: ["x-amzn-RequestId": requestID])
        }
        let answer = try await stream(invocation, requestID: requestID, wantsLog: wantsLog)
        return HTTPResponse(
            status: 200,
            headers: [
                "Content-Type": ResponseStreamEvents.contentType, "x-amzn-RequestId": requestID,
                "X-Amz-Executed-Version": answer.executedVersion, "X-Amzn-Trace-Id": answer.traceHeader,
            ], stream: .stream(length: nil) { try await answer.write(to: $0, wantsLog: wantsLog) })
    }
}

/// The path of InvokeWithResponseStream.
enum ResponseStreamPath {
    /// The function's name as it stands in the path, percent-decoded; nil for any other path.
    static func function(in path: String) -> String? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 5, segments[0] == "", segments[1] == "2021-11-15", segments[2] == "functions",
            segments[3] != "", segments[4] == "response-streaming-invocations"
        else { return nil }
        return decoded(segments[3])
    }
}
