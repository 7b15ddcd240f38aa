// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import LambdaEvents
import ProxyIntegration
import ServiceProtocols

/// Builds the event (payload format 2.0) that a function gets for a request.
///
/// Shape: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs". What that leaves open follows events
/// recorded on AWS: an HTTP API percent-decodes `rawPath` (a function URL does not) and not `rawQueryString`.
struct ProxyEvent {
    let request: HTTPRequest
    let body: Bytes
    let apiID: String
    let stage: HTTPAPI.Stage
    let route: RouteTable<HTTPAPI.Integration>.Match
    let environment: ServiceEnvironment
    let now: Timestamp
    let requestID: String
    let traceHeader: String

    /// The event; nil when the path cannot be decoded.
    func encoded() -> Bytes? {
        guard let rawPath = URIEncoding.decode(request.path), let pathParameters = pathParameters() else { return nil }
        let parts = ProxyRequest(request, body: body, traceHeader: traceHeader)
        let encodedBody = parts.encodedBody
        let event = APIGatewayV2Request(
            routeKey: route.key.text, rawPath: rawPath, rawQueryString: request.query ?? "", cookies: parts.cookies,
            headers: parts.headers, queryStringParameters: parts.queryStringParameters,
            requestContext: context(path: rawPath), body: encodedBody.text,
            pathParameters: pathParameters.isEmpty ? nil : pathParameters, isBase64Encoded: encodedBody.isBase64,
            stageVariables: stage.variables.isEmpty ? nil : stage.variables)
        return event.encoded()
    }

    private func context(path: String) -> APIGatewayV2Request.Context {
        let domain = domainName
        return APIGatewayV2Request.Context(
            accountId: environment.account, apiId: apiID, domainName: domain,
            domainPrefix: String(domain.prefix { $0 != "." }),
            http: APIGatewayV2Request.HTTP(
                method: request.method, path: path, protocol: "HTTP/1.1", sourceIp: request.remoteAddress,
                userAgent: request.headers["user-agent"] ?? ""),
            requestId: requestID, routeKey: route.key.text, stage: stage.name,
            time: AccessLogTime.format(now.milliseconds),
            timeEpoch: now.milliseconds)
    }

    /// The name that the client used when it is the API's own, else the one that the API would have on AWS.
    private var domainName: String {
        let host = (request.headers["host"] ?? "").lowercased().prefix { $0 != ":" }
        return host.hasPrefix("\(apiID).execute-api.")
            ? String(host) : "\(apiID).execute-api.\(environment.region).amazonaws.com"
    }

    private func pathParameters() -> [String: String]? {
        var decoded: [String: String] = [:]
        for (name, value) in route.variables {
            guard let text = URIEncoding.decode(value) else { return nil }
            decoded[name] = text
        }
        return decoded
    }
}
