// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import HTTP1
import HTTPServer
import JSON
import ServiceProtocols
import Testing

@testable import SNSService

// Wording, codes and statuses are those that LocalStack's test suite recorded from AWS
// (tests/aws/services/sns/test_sns.snapshot.json), and botocore's model of SNS.
@Suite("SNS topics and subscriptions", .timeLimit(.minutes(1)))
struct TopicOperationTests {
    let sns: Harness

    init() throws {
        sns = try Harness()
    }

    @Test("Creating a topic twice gives one ARN; other attributes are a conflict")
    func create() async {
        let first = await sns.call("CreateTopic", [("Name", "t")])
        #expect(first.status == 200)
        #expect(first.element("TopicArn") == "arn:aws:sns:us-east-1:000000000000:t")
        #expect(first.element("RequestId") == first.headers["x-amzn-RequestId"])
        #expect(first.text.contains("<CreateTopicResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">"))
        let again = await sns.call("CreateTopic", [("Name", "t")])
        #expect(again.element("TopicArn") == first.element("TopicArn"))
        let other = await sns.call(
            "CreateTopic",
            [("Name", "t"), ("Attributes.entry.1.key", "DisplayName"), ("Attributes.entry.1.value", "x")])
        #expect(
            other.element("Message")
                == "Invalid parameter: Attributes Reason: Topic already exists with different attributes")
    }

    @Test("A bad topic name is refused", arguments: ["", "a b", "ä", "t.fifo", String(repeating: "x", count: 257)])
    func badName(name: String) async {
        let answer = await sns.call("CreateTopic", [("Name", name)])
        #expect(answer.status == 400)
        #expect(answer.element("Code") == "InvalidParameter")
        #expect(answer.element("Message") == "Invalid parameter: Topic Name")
    }

    @Test(
        "What would be stored and not carried out is refused",
        arguments: ["Policy", "KmsMasterKeyId", "DeliveryPolicy", "FifoTopic", "Nonsense"])
    func unsupportedAttribute(name: String) async {
        let created = await sns.call(
            "CreateTopic", [("Name", "t"), ("Attributes.entry.1.key", name), ("Attributes.entry.1.value", "true")])
        #expect(created.element("Code") == "InvalidParameter")
        let topic = await sns.call("CreateTopic", [("Name", "t")]).element("TopicArn") ?? ""
        let set = await sns.call(
            "SetTopicAttributes", [("TopicArn", topic), ("AttributeName", name), ("AttributeValue", "true")])
        #expect(set.element("Code") == "InvalidParameter")
    }

    @Test("A topic's attributes are shown as AWS shows them")
    func attributes() async {
        let (topic, subscription) = await sns.subscribedTopic()
        let set = await sns.call(
            "SetTopicAttributes",
            [("TopicArn", topic), ("AttributeName", "DisplayName"), ("AttributeValue", "Pictures")])
        #expect(set.status == 200)
        #expect(!set.text.contains("Result>"))
        let shown = await sns.call("GetTopicAttributes", [("TopicArn", topic)])
        #expect(shown.attribute("DisplayName") == "Pictures")
        #expect(shown.attribute("Owner") == "000000000000")
        #expect(shown.attribute("SubscriptionsConfirmed") == "1")
        for name in ["Policy", "EffectiveDeliveryPolicy"] {
            #expect(JSONValue(parsing: shown.attribute(name) ?? "") != nil)
        }
        _ = await sns.call("Unsubscribe", [("SubscriptionArn", subscription)])
        let after = await sns.call("GetTopicAttributes", [("TopicArn", topic)])
        #expect(after.attribute("SubscriptionsConfirmed") == "0")
        #expect(after.attribute("SubscriptionsDeleted") == "1")
    }

    @Test("What is not there, or is no ARN, has its error")
    func missing() async {
        let gone = "arn:aws:sns:us-east-1:000000000000:gone"
        let cases: [(String, [(String, String)], Int, String)] = [
            ("GetTopicAttributes", [("TopicArn", gone)], 404, "Topic does not exist"),
            ("ListSubscriptionsByTopic", [("TopicArn", gone)], 404, "Topic does not exist"),
            ("Publish", [("TopicArn", gone), ("Message", "m")], 404, "Topic does not exist"),
            (
                "Subscribe", [("TopicArn", gone), ("Protocol", "lambda"), ("Endpoint", Harness.function)], 404,
                "Topic does not exist"
            ),
            ("GetSubscriptionAttributes", [("SubscriptionArn", gone + ":x")], 404, "Subscription does not exist"),
            ("ListTagsForResource", [("ResourceArn", gone)], 404, "Resource does not exist"),
            (
                "GetTopicAttributes", [("TopicArn", "topic")], 400,
                "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1"
            ),
            (
                "Publish", [("TopicArn", ""), ("Message", "m")], 400,
                "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1"
            ),
            (
                "Publish", [("Message", "m")], 400,
                "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"
            ),
            (
                "DeleteTopic", [], 400,
                "1 validation error detected: Value null at 'topicArn' failed to satisfy constraint: Member must not be null"
            ),
            ("DeleteTopic", [("TopicArn", gone)], 200, ""),
            ("Unsubscribe", [("SubscriptionArn", gone + ":x")], 200, ""),
            (
                "CreatePlatformEndpoint", [], 400,
                "Could not find operation CreatePlatformEndpoint for version 2010-03-31"
            ),
        ]
        for (action, parameters, status, message) in cases {
            let answer = await sns.call(action, parameters)
            #expect(answer.status == status, "\(action)")
            #expect((answer.element("Message") ?? "") == message, "\(action)")
        }
    }

    @Test("Subscribing twice gives one subscription, with the attributes of Lambda subscriptions")
    func subscribe() async {
        let (topic, subscription) = await sns.subscribedTopic()
        #expect(subscription.hasPrefix("\(topic):"))
        let again = await sns.subscribedTopic().subscription
        #expect(again == subscription)
        let shown = await sns.call("GetSubscriptionAttributes", [("SubscriptionArn", subscription)])
        #expect(shown.attribute("Endpoint") == Harness.function)
        #expect(shown.attribute("Protocol") == "lambda")
        #expect(shown.attribute("PendingConfirmation") == "false")
        #expect(shown.attribute("FilterPolicy") == nil)
        for action in ["ListSubscriptions", "ListSubscriptionsByTopic"] {
            let listed = await sns.call(action, [("TopicArn", topic)])
            #expect(listed.elements("SubscriptionArn") == [subscription])
        }
        let conflict = await sns.subscribedTopic([
            ("Attributes.entry.1.key", "FilterPolicy"), ("Attributes.entry.1.value", #"{"a":["b"]}"#),
        ])
        #expect(conflict.subscription.isEmpty)
    }

    @Test(
        "A subscription that nothing would deliver to is refused",
        arguments: [
            (
                "carrier-pigeon", Harness.function,
                "Invalid parameter: Amazon SNS does not support this protocol string: carrier-pigeon"
            ),
            (
                "sqs", "arn:aws:sqs:us-east-1:000000000000:q",
                "Invalid parameter: Protocol Reason: delivery to sqs is not supported by Martlet"
            ),
            ("lambda", "function", "Invalid parameter: Lambda endpoint ARN"),
        ])
    func refusedSubscription(name: String, endpoint: String, message: String) async {
        let topic = await sns.call("CreateTopic", [("Name", "t")]).element("TopicArn") ?? ""
        let answer = await sns.call(
            "Subscribe", [("TopicArn", topic), ("Protocol", name), ("Endpoint", endpoint)])
        #expect(answer.element("Message") == message)
    }

    @Test("The attributes of a subscription are carried out or refused")
    func subscriptionAttributes() async {
        let (_, subscription) = await sns.subscribedTopic()
        let cases: [(String, String, String?)] = [
            ("FilterPolicy", #"{"kind":["a"]}"#, nil), ("FilterPolicyScope", "MessageBody", nil),
            ("RawMessageDelivery", "false", nil),
            (
                "RawMessageDelivery", "maybe",
                "Invalid parameter: RawMessageDelivery: Invalid value [maybe]. Must be true or false."
            ),
            (
                "RawMessageDelivery", "true",
                "Invalid parameter: RawMessageDelivery: Delivery protocol [lambda] does not support raw message delivery."
            ),
            ("FilterPolicy", "no json", "Invalid parameter: FilterPolicy: failed to parse JSON."),
            (
                "RedrivePolicy", "{}",
                "Invalid parameter: AttributeName Reason: RedrivePolicy is not supported by Martlet"
            ),
            ("Nonsense", "", "Invalid parameter: AttributeName"),
        ]
        for (name, value, message) in cases {
            let answer = await sns.call(
                "SetSubscriptionAttributes",
                [("SubscriptionArn", subscription), ("AttributeName", name), ("AttributeValue", value)])
            #expect(answer.element("Message") == message, "\(name) \(value)")
        }
        let shown = await sns.call("GetSubscriptionAttributes", [("SubscriptionArn", subscription)])
        #expect(shown.attribute("FilterPolicy") == #"{"kind":["a"]}"#)
        #expect(shown.attribute("FilterPolicyScope") == "MessageBody")
    }

    @Test("Listings come in pages of a hundred, and lose nothing")
    func pages() async throws {
        for number in 0..<250 { try await sns.service.addTopic(name: "topic-\(number)") }
        var arns: [String] = []
        var token: String?
        repeat {
            let page = await sns.call("ListTopics", token.map { [("NextToken", $0)] } ?? [])
            #expect(page.elements("TopicArn").count <= 100)
            arns += page.elements("TopicArn")
            token = page.element("NextToken")
        } while token != nil
        #expect(arns.count == 250)
        #expect(Set(arns).count == 250)
        #expect(await sns.call("ListTopics", [("NextToken", "!")]).element("Message") == "Invalid parameter: NextToken")
    }

    @Test("Tags are kept, replaced and taken away")
    func tags() async {
        let created = await sns.call(
            "CreateTopic",
            [
                ("Name", "t"), ("Tags.member.1.Key", "k1"), ("Tags.member.1.Value", "v1"), ("Tags.member.2.Key", "k2"),
                ("Tags.member.2.Value", "v2"),
            ])
        let topic = created.element("TopicArn") ?? ""
        _ = await sns.call(
            "TagResource", [("ResourceArn", topic), ("Tags.member.1.Key", "k2"), ("Tags.member.1.Value", "v3")])
        _ = await sns.call("UntagResource", [("ResourceArn", topic), ("TagKeys.member.1", "k1")])
        let listed = await sns.call("ListTagsForResource", [("ResourceArn", topic)])
        #expect(listed.elements("Key") == ["k2"])
        #expect(listed.elements("Value") == ["v3"])
        let other = await sns.call(
            "CreateTopic", [("Name", "t"), ("Tags.member.1.Key", "new"), ("Tags.member.1.Value", "v")])
        #expect(other.element("Message") == "Invalid parameter: Tags Reason: Topic already exists with different tags")
    }
}
