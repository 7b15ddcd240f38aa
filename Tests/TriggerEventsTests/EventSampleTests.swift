// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Foundation
import Gzip
import JSON
import LambdaEvents
import Testing

@testable import TriggerEvents

@Suite("Samples of events")
struct EventSampleTests {
    private static let place = SamplePlace(account: "123456789012", region: "eu-north-1")

    @Test("Names are unique, and those of SAM's generator where it has the event")
    func names() {
        let names = EventSamples.all.map { "\($0.service) \($0.event)" }
        #expect(Set(names).count == names.count)
        // AWS documentation, "sam local generate-event", whose own help lists the events.
        for name in [
            "alb request", "apigateway authorizer", "apigateway aws-proxy", "apigateway http-api-proxy",
            "apigateway request-authorizer", "appsync appsync-resolver", "cloudformation create-request",
            "cloudwatch logs", "cloudwatch scheduled-event", "codecommit repository", "codepipeline job",
            "cognito sync-trigger", "config item-change-notification", "config periodic-rule",
            "connect contact-flow-event", "dynamodb update", "kinesis get-records", "kinesis kinesis-firehose",
            "kinesis streams-as-source", "kinesis cloudwatch-logs-processor", "lex-v2 book-car", "s3 put", "s3 delete",
            "s3 batch-invocation", "sagemaker ground-truth-pre-human",
            "sagemaker ground-truth-annotation-consolidation", "ses email-receiving", "sns notification",
            "sqs receive-message", "stepfunctions error", "workmail mailflow",
        ] {
            #expect(names.contains(name), "\(name)")
        }
    }

    @Test(
        "The same seed gives the same event, another one another",
        arguments: EventSamples.all.map { ($0.service, $0.event) })
    func seeds(service: String, event: String) throws {
        let sample = try #require(EventSamples.find(service: service, event: event))
        #expect(sample.usual(in: Self.place) == sample.usual(in: Self.place))
        var texts: Set<String> = []
        for seed in 0..<8 {
            var (first, second) = (Counter(count: UInt64(seed)), Counter(count: UInt64(seed)))
            let value = sample.random(in: Self.place, using: &first)
            #expect(value == sample.random(in: Self.place, using: &second))
            guard case .object = value else {
                Issue.record("\(value.text) is no object")
                return
            }
            texts.insert(value.text)
        }
        #expect(texts.count > 1)
        #expect(!sample.usual(in: Self.place).text.contains("us-east-1"))
    }

    @Test("Samples are what handlers decode", arguments: 0..<50)
    func decoded(seed: Int) throws {
        let decoder = JSONDecoder()
        func random(_ service: String, _ event: String) throws -> Data {
            var counter = Counter(count: UInt64(seed))
            let sample = try #require(EventSamples.find(service: service, event: event))
            let value = seed == 0 ? sample.usual(in: Self.place) : sample.random(in: Self.place, using: &counter)
            return Data(value.text.utf8)
        }
        let object = try decoder.decode(S3Event.self, from: random("s3", "put")).records[0]
        #expect(object.eventName == "ObjectCreated:Put" && object.s3.object.size != nil)
        #expect(try decoder.decode(S3Event.self, from: random("s3", "delete")).records[0].s3.object.size == nil)
        #expect(try decoder.decode(S3TestEvent.self, from: random("s3", "test")).event == "s3:TestEvent")
        let message = try decoder.decode(SNSEvent.self, from: random("sns", "notification")).records[0].sns
        #expect(message.topicARN == "arn:aws:sns:eu-north-1:123456789012:ExampleTopic")
        let result = try decoder.decode(SNSEvent.self, from: random("sagemaker", "async-inference-error")).records[0]
            .sns
        let told = try decoder.decode(SageMakerAsyncNotification.self, from: Data(result.message.utf8))
        #expect(!told.isCompleted && told.failureReason != nil)
        for (service, event) in [("apigateway", "http-api-proxy"), ("lambda", "function-url")] {
            let request = try decoder.decode(APIGatewayV2Request.self, from: random(service, event))
            #expect(request.version == "2.0" && request.requestContext.accountId == "123456789012")
            #expect(request.routeKey == "$default" || request.pathParameters?["id"] != nil)
        }
    }

    @Test("What depends on other values is right", arguments: 0..<50)
    func consistent(seed: Int) throws {
        var counter = Counter(count: UInt64(seed))
        let messages = try #require(EventSamples.find(service: "sqs", event: "receive-message"))
            .random(in: Self.place, using: &counter)
        for message in messages.values(at: try JSONPath("$.Records[*]")) {
            let body = try #require(message["body"]?.string)
            #expect(message["md5OfBody"]?.string == Hex.encode(Checksum.value(.md5, of: Array(body.utf8))))
        }
        let logs = try #require(EventSamples.find(service: "cloudwatch", event: "logs"))
            .random(in: Self.place, using: &counter)
        let packed = try #require(Base64.decode(logs["awslogs"]?["data"]?.string ?? ""))
        let text = try #require(packed.withUnsafeBytes { Gzip.unpack($0, limit: 1 << 20) })
        #expect(JSONValue(parsing: String(decoding: text, as: UTF8.self))?["messageType"]?.string == "DATA_MESSAGE")
    }

    private struct Counter: RandomNumberGenerator {
        var count: UInt64

        mutating func next() -> UInt64 {
            count += 1
            return count
        }
    }
}

@Suite("Requests as proxy events")
struct ProxiedRequestTests {
    @Test(
        "The variables of a route are taken from the path",
        arguments: [
            ("/items/{id}", "/items/a%20b", ["id": "a b"]), ("/{proxy+}", "/a/b%2Fc", ["proxy": "a/b/c"]),
            ("/items/{id}/x", "/items/7/x", ["id": "7"]), ("/items", "/items", nil), ("/items/{id}", "/items", nil),
            ("/items/{id}", "/items/7/x", nil), ("/a/{id}", "/b/7", nil),
        ])
    func variables(route: String, path: String, expected: [String: String]?) {
        var request = ProxiedRequest(
            method: "GET", path: path, moment: 0, requestID: "r", place: SamplePlace(account: "1", region: "r"),
            apiID: "a")
        request.routePath = route
        #expect(request.pathParameters == expected)
    }

    @Test("Headers, query and body are told as each form tells them")
    func forms() {
        var request = ProxiedRequest(
            method: "POST", path: "/a", moment: 1_583_348_638_390, requestID: "r",
            place: SamplePlace(account: "123456789012", region: "us-east-1"), apiID: "api")
        request.query = "q=1&q=2&e=%20"
        request.headers = [("X-One", "1"), ("x-one", "2"), ("Cookie", "a=1; b=2"), ("X-Two", "3"), ("X-Two", "4")]
        request.body = [0xFF, 0]
        let v2 = request.event(.v2)
        #expect(v2["headers"]?.text == #"{"x-one":"1,2","x-two":"3,4"}"#)
        #expect(v2["cookies"]?.text == #"["a=1","b=2"]"#)
        #expect(v2["queryStringParameters"]?.text == #"{"e":" ","q":"1,2"}"#)
        #expect(v2["body"]?.string == "/wA=" && v2["isBase64Encoded"] == true)
        #expect(v2["requestContext"]?["time"]?.string == "04/Mar/2020:19:03:58 +0000")
        let v1 = request.event(.v1)
        #expect(v1["headers"]?.text == #"{"Cookie":"a=1; b=2","X-One":"1","X-Two":"4","x-one":"2"}"#)
        #expect(v1["multiValueHeaders"]?["X-Two"]?.text == #"["3","4"]"#)
        #expect(v1["multiValueQueryStringParameters"]?.text == #"{"e":[" "],"q":["1","2"]}"#)
        #expect(v1["pathParameters"] == .some(.null) && v1["requestContext"]?["path"]?.string == "/prod/a")
    }
}
