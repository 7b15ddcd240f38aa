// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Crypto
import CryptoExtras
import EventLoop
import FoundationEssentials
import HTTP1
import HTTPServer
import ServiceProtocols
import Testing

@testable import SNSService

// Wording, codes and statuses are those that LocalStack's test suite recorded from AWS
// (tests/aws/services/sns/test_sns.snapshot.json), and botocore's model of SNS.
@Suite("SNS publishing", .timeLimit(.minutes(1)))
struct PublishTests {
    let sns: Harness

    init() throws {
        sns = try Harness()
    }

    /// The signature is left out: it differs from run to run.
    private func sentNotification(_ index: Int = 0) throws -> (text: String, signature: String) {
        let text = sns.lambda.invocations[index].payload.string
        let start = try #require(text.firstRange(of: "\"Signature\":\""))
        let end = try #require(text[start.upperBound...].firstRange(of: "\""))
        let signature = String(text[start.upperBound..<end.lowerBound])
        return (text.replacing(signature, with: "SIGNATURE"), signature)
    }

    // Shape: Lambda Developer Guide, "Using AWS Lambda with Amazon SNS".
    @Test("A function gets the event that Lambda's documentation shows")
    func event() async throws {
        let (topic, subscription) = await sns.subscribedTopic()
        let answer = await sns.call("Publish", [("TopicArn", topic), ("Message", "a \"b\"\n")])
        let messageID = try #require(answer.element("MessageId"))
        #expect(sns.lambda.invocations.map(\.function) == [Harness.function])
        let (text, _) = try sentNotification()
        let certificate = try Self.certificateFile(in: text)
        #expect(
            text == """
                {"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"\(subscription)",\
                "Sns":{"Type":"Notification","MessageId":"\(messageID)","TopicArn":"\(topic)","Subject":null,\
                "Message":"a \\"b\\"\\n","Timestamp":"2023-11-14T22:13:20.123Z","SignatureVersion":"1",\
                "Signature":"SIGNATURE","SigningCertUrl":"http://127.0.0.1:4566/\(certificate)",\
                "UnsubscribeUrl":"http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn=\(subscription)",\
                "MessageAttributes":{}}}]}
                """)
    }

    private static func certificateFile(in text: String) throws -> String {
        let start = try #require(text.firstRange(of: "SimpleNotificationService-"))
        let end = try #require(text[start.lowerBound...].firstRange(of: ".pem"))
        return String(text[start.lowerBound..<end.upperBound])
    }

    @Test("Subject and attributes are carried")
    func subjectAndAttributes() async throws {
        let (topic, _) = await sns.subscribedTopic()
        _ = await sns.call(
            "Publish",
            [
                ("TopicArn", topic), ("Message", "m"), ("Subject", "s"), ("MessageAttributes.entry.1.Name", "n"),
                ("MessageAttributes.entry.1.Value.DataType", "Number"),
                ("MessageAttributes.entry.1.Value.StringValue", "5"), ("MessageAttributes.entry.2.Name", "b"),
                ("MessageAttributes.entry.2.Value.DataType", "Binary"),
                ("MessageAttributes.entry.2.Value.BinaryValue", "AQI="),
            ])
        let text = try sentNotification().text
        #expect(text.contains(#""Subject":"s","#))
        #expect(
            text.contains(
                #""MessageAttributes":{"n":{"Type":"Number","Value":"5"},"b":{"Type":"Binary","Value":"AQI="}}"#))
    }

    // SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
    @Test("The signature is valid for the served certificate's key", arguments: ["1", "2"])
    func signature(version: String) async throws {
        let (topic, _) = await sns.subscribedTopic()
        _ = await sns.call(
            "SetTopicAttributes",
            [("TopicArn", topic), ("AttributeName", "SignatureVersion"), ("AttributeValue", version)])
        let answer = await sns.call("Publish", [("TopicArn", topic), ("Message", "m"), ("Subject", "s")])
        let (text, signature) = try sentNotification()
        let messageID = answer.element("MessageId") ?? ""
        let canonical = Array(
            ("Message\nm\nMessageId\n\(messageID)\nSubject\ns\nTimestamp\n2023-11-14T22:13:20.123Z\n"
                + "TopicArn\n\(topic)\nType\nNotification\n").utf8)
        let file = try Self.certificateFile(in: text)
        let served = Answer(await sns.service.respond(to: HTTPRequest(method: "GET", path: "/\(file)")))
        #expect(served.status == 200)
        let key = try await sns.service.signer.certificate(now: 0).key.publicKey
        let certificate = served.text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        let decoded = try #require(Base64.decode(certificate))
        #expect(decoded.firstRange(of: [UInt8](key.derRepresentation)) != nil)
        let bytes = _RSA.Signing.RSASignature(rawRepresentation: try #require(Base64.decode(signature)))
        let isValid =
            version == "2"
            ? key.isValidSignature(bytes, for: SHA256.hash(data: canonical), padding: .insecurePKCS1v1_5)
            : key.isValidSignature(bytes, for: Insecure.SHA1.hash(data: canonical), padding: .insecurePKCS1v1_5)
        #expect(isValid)
        let other = Answer(
            await sns.service.respond(to: HTTPRequest(method: "GET", path: "/SimpleNotificationService-0.pem")))
        #expect(other.status == 404)
    }

    @Test("Many first publications at once share one certificate")
    func oneCertificate() async throws {
        let loop = try EventLoop.start(named: "signer")
        let signer = NotificationSigner(loop: loop)
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await signer.certificate(now: 0).fileName } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.count == 1)
        await loop.shutdown()
    }

    @Test("The unsubscribe link ends the subscription")
    func unsubscribeLink() async throws {
        let (topic, subscription) = await sns.subscribedTopic()
        let answer = Answer(
            await sns.service.respond(
                to: HTTPRequest(method: "GET", path: "/", query: "Action=Unsubscribe&SubscriptionArn=\(subscription)")))
        #expect(answer.status == 200)
        _ = await sns.call("Publish", [("TopicArn", topic), ("Message", "m")])
        #expect(sns.lambda.invocations.isEmpty)
    }

    @Test("The structure json picks the text for Lambda, else the default")
    func structure() async throws {
        let (topic, _) = await sns.subscribedTopic()
        for message in [#"{"default":"d","lambda":"l"}"#, #"{"default":"d","sqs":"q"}"#] {
            let answer = await sns.call(
                "Publish", [("TopicArn", topic), ("MessageStructure", "json"), ("Message", message)])
            #expect(answer.status == 200)
        }
        #expect(try sentNotification(0).text.contains(#""Message":"l""#))
        #expect(try sentNotification(1).text.contains(#""Message":"d""#))
    }

    @Test("A bad message is refused and goes nowhere")
    func refused() async {
        let (topic, _) = await sns.subscribedTopic()
        let long = String(repeating: "x", count: 262_144)
        func attribute(_ name: String, _ type: String, _ field: String, _ value: String) -> [(String, String)] {
            [
                ("Message", "m"), ("MessageAttributes.entry.1.Name", name),
                ("MessageAttributes.entry.1.Value.DataType", type),
                ("MessageAttributes.entry.1.Value.\(field)", value),
            ]
        }
        let cases: [([(String, String)], String, String)] = [
            ([("Message", "")], "InvalidParameter", "Invalid parameter: Empty message"),
            ([("Message", long + "x")], "InvalidParameter", "Invalid parameter: Message too long"),
            (
                [("Message", long)] + attribute("n", "String", "StringValue", "v").dropFirst(), "InvalidParameter",
                "Invalid parameter: Message too long"
            ),
            ([("Message", "m"), ("Subject", "")], "InvalidParameter", "Invalid parameter: Subject"),
            ([("Message", "m"), ("Subject", "a\nb")], "InvalidParameter", "Invalid parameter: Subject"),
            (
                [("Message", "m"), ("Subject", String(repeating: "s", count: 101))], "InvalidParameter",
                "Invalid parameter: Subject"
            ),
            (
                [("Message", "{}"), ("MessageStructure", "json")], "InvalidParameter",
                "Invalid parameter: Message Structure - No default entry in JSON message body"
            ),
            (
                [("Message", "{"), ("MessageStructure", "json")], "InvalidParameter",
                "Invalid parameter: Message Structure - JSON message body failed to parse"
            ),
            (
                attribute("n", "Text", "StringValue", "v"), "ParameterValueInvalid",
                "The message attribute 'n' has an invalid message attribute type, the set of supported type prefixes is "
                    + "Binary, Number, and String."
            ),
            (
                attribute("n", "String", "StringValue", ""), "ParameterValueInvalid",
                "The message attribute 'n' must contain non-empty message attribute value for message attribute type "
                    + "'String'."
            ),
            (
                attribute("n", "Binary", "StringValue", "v"), "ParameterValueInvalid",
                "The message attribute 'n' with type 'Binary' must use field 'Binary'."
            ),
            (
                attribute("n", "Number", "StringValue", "five"), "ParameterValueInvalid",
                "Could not cast message attribute 'n' value to number."
            ),
            (
                attribute("a b", "String", "StringValue", "v"), "ParameterValueInvalid",
                "Invalid non-alphanumeric character was found in the message attribute name. Can only include "
                    + "alphanumeric characters, hyphens, underscores, or dots."
            ),
        ]
        for (parameters, code, message) in cases {
            let answer = await sns.call("Publish", [("TopicArn", topic)] + parameters)
            #expect(answer.status == 400)
            #expect(answer.element("Code") == code)
            #expect(answer.element("Message") == message)
        }
        #expect(sns.lambda.invocations.isEmpty)
        #expect(await sns.call("Publish", [("TargetArn", topic), ("Message", long)]).status == 200)
    }

    @Test("A batch gives each entry its own message id")
    func batch() async {
        let (topic, _) = await sns.subscribedTopic()
        let entry = "PublishBatchRequestEntries.member"
        let answer = await sns.call(
            "PublishBatch",
            [
                ("TopicArn", topic), ("\(entry).1.Id", "a"), ("\(entry).1.Message", "m1"), ("\(entry).2.Id", "b"),
                ("\(entry).2.Message", "m2"),
            ])
        #expect(answer.elements("Id") == ["a", "b"])
        #expect(Set(answer.elements("MessageId")).count == 2)
        #expect(sns.lambda.invocations.count == 2)
    }

    @Test(
        "A bad batch is refused as a whole",
        arguments: [
            ([], "EmptyBatchRequest"), (["a", "a"], "BatchEntryIdsNotDistinct"), (["a b"], "InvalidBatchEntryId"),
            ((0...10).map { "id\($0)" }, "TooManyEntriesInBatchRequest"),
        ])
    func badBatch(ids: [String], code: String) async {
        let (topic, _) = await sns.subscribedTopic()
        let entries = ids.enumerated().flatMap { index, id in
            [
                ("PublishBatchRequestEntries.member.\(index + 1).Id", id),
                ("PublishBatchRequestEntries.member.\(index + 1).Message", "m"),
            ]
        }
        let answer = await sns.call("PublishBatch", [("TopicArn", topic)] + entries)
        #expect(answer.status == 400)
        #expect(answer.element("Code") == code)
        #expect(sns.lambda.invocations.isEmpty)
    }

    @Test("Other services publish too, with the same checks")
    func publishing() async throws {
        let (topic, _) = await sns.subscribedTopic()
        _ = try await sns.service.publish(topic: topic, subject: nil, message: "m")
        #expect(sns.lambda.invocations.count == 1)
        let error = await #expect(throws: ServiceError.self) {
            try await sns.service.publish(topic: "\(topic)-gone", subject: nil, message: "m")
        }
        #expect(error == ServiceError(code: "NotFound", message: "Topic does not exist", status: 404))
    }
}
