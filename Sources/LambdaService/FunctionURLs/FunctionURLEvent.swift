// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import LambdaEvents
import ProxyIntegration
import ServiceProtocols

/// Builds the event that a function gets for a request to its URL: payload format 2.0.
///
/// Shape: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload. Unlike an HTTP API, a
/// function URL leaves the escapes of the path; the account of a caller that nobody knows is `anonymous` (LocalStack's
/// recorded tests against AWS, tests/aws/services/lambda_/test_lambda.py, TestLambdaURL).
struct FunctionURLEvent {
    let request: HTTPRequest
    let body: Bytes
    let urlID: String
    let caller: FunctionURLCaller
    let environment: ServiceEnvironment
    let requestID: String
    let traceHeader: String

    func encoded() -> Bytes? {
        let parts = ProxyRequest(request, body: body, traceHeader: traceHeader)
        let encodedBody = parts.encodedBody
        return APIGatewayV2Request(
            routeKey: "$default", rawPath: request.path, rawQueryString: request.query ?? "", cookies: parts.cookies,
            headers: parts.headers, queryStringParameters: parts.queryStringParameters, requestContext: context,
            body: encodedBody.text, isBase64Encoded: encodedBody.isBase64
        ).encoded()
    }

    private var context: APIGatewayV2Request.Context {
        let now = environment.clock.now
        let host = (request.headers["host"] ?? "").lowercased().prefix { $0 != ":" }
        var context = APIGatewayV2Request.Context(
            accountId: "anonymous", apiId: urlID, domainName: String(host), domainPrefix: urlID,
            http: APIGatewayV2Request.HTTP(
                method: request.method, path: request.path, protocol: "HTTP/1.1", sourceIp: request.remoteAddress,
                userAgent: request.headers["user-agent"] ?? ""),
            requestId: requestID, routeKey: "$default", stage: "$default", time: AccessLogTime.format(now.milliseconds),
            timeEpoch: now.milliseconds)
        if case .identity(let accessKeyID) = caller {
            let account = environment.account
            context.accountId = account
            context.authorizer = APIGatewayV2Request.Authorizer(
                iam: APIGatewayV2Request.IAM(
                    accessKey: accessKeyID, accountId: account, callerId: account,
                    userArn: "arn:aws:iam::\(account):root", userId: account))
        }
        return context
    }
}

/// Who sent a request to a function URL.
enum FunctionURLCaller: Equatable {
    case anybody
    /// Somebody of this account, by the access key that signed the request.
    case identity(accessKeyID: String)
}
