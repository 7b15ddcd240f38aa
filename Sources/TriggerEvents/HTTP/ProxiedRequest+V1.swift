// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

extension ProxiedRequest {
    /// The event of payload format 1.0, whose absent members are null.
    var restEvent: JSONValue {
        let (text, isBase64) = encodedBody
        return [
            "resource": .string(routePath ?? path), "path": .string(path), "httpMethod": .string(method),
            "headers": last(headers), "multiValueHeaders": all(headers), "queryStringParameters": last(parameters),
            "multiValueQueryStringParameters": all(parameters),
            "pathParameters": pathParameters.map { .object($0.mapValues { .string($0) }) } ?? .null,
            "stageVariables": .null, "requestContext": restContext, "body": text.map { .string($0) } ?? .null,
            "isBase64Encoded": .bool(isBase64),
        ]
    }

    private var restContext: JSONValue {
        let stage = stage ?? "prod"
        return [
            "accountId": .string(place.account), "apiId": .string(apiID), "domainName": .string(host),
            "domainPrefix": .string(String(host.prefix { $0 != "." })), "extendedRequestId": .string(requestID),
            "httpMethod": .string(method), "identity": restIdentity, "path": .string("/\(stage)\(path)"),
            "protocol": .string(protocolName), "requestId": .string(requestID),
            "requestTime": .string(AccessLogTime.format(moment)), "requestTimeEpoch": .integer(moment),
            "resourceId": "123456", "resourcePath": .string(routePath ?? path), "stage": .string(stage),
        ]
    }

    private var restIdentity: JSONValue {
        [
            "accessKey": .null, "accountId": .null, "caller": .null, "cognitoAuthenticationProvider": .null,
            "cognitoAuthenticationType": .null, "cognitoIdentityId": .null, "cognitoIdentityPoolId": .null,
            "principalOrgId": .null, "sourceIp": .string(sourceAddress), "user": .null, "userAgent": .string(userAgent),
            "userArn": .null,
        ]
    }

    private func last(_ fields: [(name: String, value: String)]) -> JSONValue {
        guard !fields.isEmpty else { return .null }
        return .object(Dictionary(fields.map { ($0.name, .string($0.value)) }) { $1 })
    }

    private func all(_ fields: [(name: String, value: String)]) -> JSONValue {
        guard !fields.isEmpty else { return .null }
        return .object(Dictionary(grouping: fields) { $0.name }.mapValues { .array($0.map { .string($0.value) }) })
    }
}
