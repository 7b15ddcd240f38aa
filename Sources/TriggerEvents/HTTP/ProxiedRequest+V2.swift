// SPDX-License-Identifier: Apache-2.0
import AWSWire
import FoundationEssentials
import JSON
import LambdaEvents

extension ProxiedRequest {
    /// The event of payload format 2.0.
    var httpEvent: JSONValue {
        let (text, isBase64) = encodedBody
        let event = APIGatewayV2Request(
            routeKey: routeKey, rawPath: path, rawQueryString: query, cookies: cookies, headers: joinedHeaders,
            queryStringParameters: joined(parameters), requestContext: context, body: text,
            pathParameters: pathParameters, isBase64Encoded: isBase64)
        // Encoding texts and numbers cannot fail.
        return (try? JSONEncoder().encode(event)).flatMap { JSONValue(parsing: $0) } ?? .null
    }

    private var routeKey: String { routePath.map { "\(method) \($0)" } ?? "$default" }

    private var context: APIGatewayV2Request.Context {
        APIGatewayV2Request.Context(
            accountId: place.account, apiId: apiID, domainName: host, domainPrefix: String(host.prefix { $0 != "." }),
            http: APIGatewayV2Request.HTTP(
                method: method, path: path, protocol: protocolName, sourceIp: sourceAddress, userAgent: userAgent),
            requestId: requestID, routeKey: routeKey, stage: stage ?? "$default", time: AccessLogTime.format(moment),
            timeEpoch: moment)
    }

    private var cookies: [String]? {
        let cookies = headers.filter { $0.name.lowercased() == "cookie" }
            .flatMap { $0.value.split(separator: ";") }
            .map { String($0.drop { $0 == " " }) }
        return cookies.isEmpty ? nil : cookies
    }

    private var joinedHeaders: [String: String] {
        joined(headers.map { ($0.name.lowercased(), $0.value) }.filter { $0.0 != "cookie" }) ?? [:]
    }

    private func joined(_ fields: [(name: String, value: String)]) -> [String: String]? {
        fields.isEmpty ? nil : Dictionary(fields.map { ($0.name, $0.value) }) { "\($0),\($1)" }
    }
}
