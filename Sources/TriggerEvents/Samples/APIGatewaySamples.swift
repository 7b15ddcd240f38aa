// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// Shapes: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs", "Input to an API Gateway Lambda
/// authorizer" and "Control access to HTTP APIs with AWS Lambda authorizers".
enum APIGatewaySamples {
    static let all = [
        EventSample("apigateway", "aws-proxy", "A request to a REST API (payload 1.0).") { request(&$0).event(.v1) },
        EventSample("apigateway", "http-api-proxy", "A request to an HTTP API (payload 2.0).") {
            request(&$0).event(.v2)
        },
        EventSample("apigateway", "authorizer", "A token for an authorizer of a REST API.") { values in
            [
                "type": "TOKEN", "authorizationToken": .string(values.like("incoming-client-token")),
                "methodArn": methodARN(&values, "GET/request"),
            ]
        },
        EventSample("apigateway", "request-authorizer", "A request for an authorizer of a REST API.") { values in
            let arn = methodARN(&values, "GET/request")
            return authorized(request(&values).event(.v1), ["type": "REQUEST", "methodArn": arn])
        },
        EventSample("apigateway", "http-api-authorizer", "A request for an authorizer of an HTTP API.") { values in
            let arn = methodARN(&values, "GET/request")
            return authorized(
                request(&values).event(.v2),
                ["type": "REQUEST", "routeArn": arn, "identitySource": [.string(values.like("user1,123"))]])
        },
        EventSample("lambda", "function-url", "A request to a function URL (payload 2.0).") { values in
            var request = request(&values)
            request.routePath = nil
            request.headers.removeAll { $0.name == "Host" }
            let host = "\(request.apiID).lambda-url.\(values.place.region).on.aws"
            request.headers.append(("Host", host))
            return request.event(.v2)
        },
    ]

    static func request(_ values: inout SampleValues) -> ProxiedRequest {
        let apiID = values.like("a1b2c3d4e5")
        let method = values.pick("POST", "GET", "PUT", "DELETE", "PATCH")
        let item = values.pick("7", "1234", "a b", "über")
        var request = ProxiedRequest(
            method: method, path: "/items/\(URIEncoding.encode(item))", moment: values.moment,
            requestID: values.like("JKJaXmPLvHcESHA="), place: values.place, apiID: apiID)
        request.routePath = "/items/{id}"
        request.query = values.pick("size=large&colour=red&colour=blue", "", "q=\(values.word())", "page=2&limit=10")
        request.sourceAddress = values.address()
        request.headers = [
            ("Accept", values.pick("application/json", "*/*", "text/html")),
            ("Cookie", "session=\(values.like("a1b2c3d4")); theme=\(values.pick("dark", "light"))"),
            ("Host", "\(apiID).execute-api.\(values.place.region).amazonaws.com"),
            ("User-Agent", values.pick("curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64)", "example-client/1.2")),
            ("X-Amzn-Trace-Id", "Root=1-\(values.hex("5e6722a7"))-\(values.hex("cc56e2372f9d4a5b9c1d2e3f"))"),
            ("X-Forwarded-For", request.sourceAddress), ("X-Forwarded-Port", "443"), ("X-Forwarded-Proto", "https"),
        ]
        if method != "GET", method != "DELETE" {
            request.headers.append(("Content-Type", "application/json"))
            let body: JSONValue = ["name": .string(values.word()), "count": .integer(Int64(values.number(3, 0...999)))]
            request.body = Array(body.text.utf8)
        }
        return request
    }

    private static func methodARN(_ values: inout SampleValues, _ method: String) -> JSONValue {
        .string(values.arn("execute-api", "\(values.like("a1b2c3d4e5"))/\(values.pick("prod", "test"))/\(method)"))
    }

    /// A request as an authorizer sees it: without its body.
    private static func authorized(_ event: JSONValue, _ more: [String: JSONValue]) -> JSONValue {
        guard case .object(var members) = event else { return event }
        members["body"] = nil
        members["isBase64Encoded"] = nil
        return .object(members.merging(more) { $1 })
    }
}
