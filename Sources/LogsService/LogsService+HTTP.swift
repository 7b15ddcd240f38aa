// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
public import HTTPServer
import ServiceProtocols
import ServiceWire

extension LogsService: HTTPHandler {
    /// 10,000 events of 1 MiB in all, in JSON.
    private static let bodyLimit = 8 << 20
    private static let targetPrefix = "Logs_20140328."

    /// Answers a request of AWS's JSON protocol, whose operation is in `X-Amz-Target`.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        let requestID = environment.makeID()
        do throws(AWSError) {
            let target = request.headers["x-amz-target"] ?? ""
            guard target.hasPrefix(Self.targetPrefix) else { throw LogsError.unknownOperation }
            let body = try await body(of: request)
            let answer = try perform(target.dropFirst(Self.targetPrefix.count), LogsRequest(body))
            return HTTPResponse(
                status: 200,
                headers: ["Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": requestID],
                body: Bytes(answer))
        } catch {
            return HTTPResponse(ErrorFormat.awsJSON(version: "1.1").response(for: error, requestID: requestID))
        }
    }

    private func body(of request: HTTPRequest) async throws(AWSError) -> String {
        do {
            return try await request.body.collect(limit: Self.bodyLimit).string
        } catch {
            throw LogsError.noJSON
        }
    }

    private func perform(_ operation: Substring, _ request: LogsRequest) throws(AWSError) -> [UInt8] {
        switch operation {
        case "CreateLogGroup": try createGroup(request)
        case "DeleteLogGroup": try deleteGroup(request)
        case "DescribeLogGroups": try describeGroups(request)
        case "PutRetentionPolicy": try putRetention(request)
        case "DeleteRetentionPolicy": try deleteRetention(request)
        case "CreateLogStream": try createStream(request)
        case "DeleteLogStream": try deleteStream(request)
        case "DescribeLogStreams": try describeStreams(request)
        case "PutLogEvents": try putEvents(request)
        case "GetLogEvents": try getEvents(request)
        case "FilterLogEvents": try filterEvents(request)
        default: throw LogsError.unknownOperation
        }
    }
}
