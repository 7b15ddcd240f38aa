// SPDX-License-Identifier: Apache-2.0
import JSON

/// Shapes: AWS documentation, "Using AWS Lambda with an Application Load Balancer" and "Lambda@Edge event structure".
enum WebSamples {
    static let all = [
        EventSample("alb", "request", "A request to a load balancer.") { values in
            let group = "targetgroup/lambda-\(values.like("279XGJDqGZ5rsrHC2Fjr"))/\(values.hex("49e9d65c45c6791a"))"
            let method = values.pick("GET", "POST", "PUT")
            return [
                "requestContext": ["elb": ["targetGroupArn": .string(values.arn("elasticloadbalancing", group))]],
                "httpMethod": .string(method), "path": .string("/\(values.word())"),
                "queryStringParameters": ["q": .string(values.word())],
                "headers": [
                    "accept": "*/*",
                    "host": .string("example-\(values.like("12345678")).\(values.place.region).elb.amazonaws.com"),
                    "user-agent": "curl/8.5.0",
                    "x-amzn-trace-id": .string(
                        "Root=1-\(values.hex("5c536348"))-\(values.hex("3d683b8b04734faae651f476"))"),
                    "x-forwarded-for": .string(values.address()), "x-forwarded-port": "80", "x-forwarded-proto": "http",
                ],
                "body": .string(method == "GET" ? "" : #"{"name":"\#(values.word())"}"#), "isBase64Encoded": false,
            ]
        },
        EventSample("cloudfront", "viewer-request", "Lambda@Edge, before the cache is asked.") {
            edge("viewer-request", hasOrigin: false, hasResponse: false, &$0)
        },
        EventSample("cloudfront", "origin-request", "Lambda@Edge, before the origin is asked.") {
            edge("origin-request", hasOrigin: true, hasResponse: false, &$0)
        },
        EventSample("cloudfront", "origin-response", "Lambda@Edge, after the origin has answered.") {
            edge("origin-response", hasOrigin: true, hasResponse: true, &$0)
        },
        EventSample("cloudfront", "viewer-response", "Lambda@Edge, before the viewer is answered.") {
            edge("viewer-response", hasOrigin: false, hasResponse: true, &$0)
        },
    ]

    private static func edge(
        _ type: String, hasOrigin: Bool, hasResponse: Bool, _ values: inout SampleValues
    ) -> JSONValue {
        let domain = values.like("d111111abcdef8") + ".cloudfront.net"
        var request: [String: JSONValue] = [
            "clientIp": .string(values.address()), "method": .string(values.pick("GET", "HEAD")),
            "uri": .string("/\(values.word()).jpg"), "querystring": .string(values.pick("", "size=large")),
            "headers": headers([("Host", domain), ("User-Agent", "curl/8.5.0")]),
        ]
        if hasOrigin {
            request["origin"] = [
                "custom": [
                    "customHeaders": [:], "domainName": "example.org", "keepaliveTimeout": 5, "path": "", "port": 443,
                    "protocol": "https", "readTimeout": 30, "sslProtocols": ["TLSv1.2"],
                ]
            ]
        }
        var cloudFront: [String: JSONValue] = [
            "config": [
                "distributionDomainName": .string(domain), "distributionId": .string(values.like("EDFDVBD6EXAMPLE")),
                "eventType": .string(type),
                "requestId": .string(values.like("4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==")),
            ],
            "request": .object(request),
        ]
        if hasResponse {
            let (status, description) = values.pick(("200", "OK"), ("304", "Not Modified"), ("404", "Not Found"))
            cloudFront["response"] = [
                "status": .string(status), "statusDescription": .string(description),
                "headers": headers([("Content-Type", "image/jpeg"), ("Server", "example")]),
            ]
        }
        return ["Records": [["cf": .object(cloudFront)]]]
    }

    private static func headers(_ fields: [(String, String)]) -> JSONValue {
        .object(
            Dictionary(fields.map { ($0.lowercased(), [["key": .string($0), "value": .string($1)]]) }) { $1 })
    }
}
