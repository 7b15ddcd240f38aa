// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON
import Testing

@testable import SQSService

@Suite("Messages, handles and attributes of queues")
struct MessageValueTests {
    // LocalStack's recorded snapshot of AWS: test_receive_message_message_attribute_names_filters and
    // test_send_message_with_binary_attributes in tests/aws/services/sqs/test_sqs.snapshot.json.
    @Test("Digests are those that AWS was recorded with")
    func digests() {
        let texts = [("General", "Kenobi"), ("Hello", "There"), ("Help.Me", "Me")].map {
            MessageAttribute(name: $0.0, type: "String", value: $0.1)
        }
        #expect(texts.digest == "4c360f3fdafd970e05fae2f149d997f5")
        #expect(Array(texts.prefix(2)).digest == "fca026605781cb4126a1e9044df24232")
        let binary = "traceparent\u{1e}00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"
        let attribute = MessageAttribute(name: "attr1", type: "Binary", value: Base64.encode(binary.utf8))
        #expect([attribute].digest == "8cbe4db156db8a94db8b801b7addb984")
        #expect([MessageAttribute]().digest == nil)
    }

    @Test("A receipt handle is read back, and nothing else is one")
    func handles() throws {
        let handle = ReceiptHandle(queue: 3, sequence: 99, receive: 2)
        #expect(try ReceiptHandle(handle.text) == handle)
        for text in ["", "garbage", "MSAy", Base64.encode("1 2 x".utf8), Base64.encode("01 2 3".utf8)] {
            #expect(throws: SQSError.badHandle(text)) { try ReceiptHandle(text) }
        }
    }

    @Test(
        "Attributes at their limits and one past them",
        arguments: [
            ("VisibilityTimeout", 0, 43_200), ("DelaySeconds", 0, 900), ("MaximumMessageSize", 1024, 1_048_576),
            ("MessageRetentionPeriod", 60, 1_209_600), ("ReceiveMessageWaitTimeSeconds", 0, 20),
        ])
    func limits(name: String, least: Int, most: Int) throws {
        for value in [least, most] {
            var attributes = QueueAttributes()
            try attributes.set(name, to: "\(value)")
            #expect(attributes.texts.contains { $0 == (name, "\(value)") })
        }
        for value in ["\(least - 1)", "\(most + 1)", "", "x", "1.5"] {
            var attributes = QueueAttributes()
            #expect(throws: SQSError.invalidAttribute(name)) { try attributes.set(name, to: value) }
        }
    }

    @Test("A redrive policy is read with a number or its text, and given back as AWS does")
    func redrive() throws {
        var attributes = QueueAttributes()
        for count in ["3", "\"3\""] {
            try attributes.set(
                "RedrivePolicy", to: #"{"maxReceiveCount": \#(count), "deadLetterTargetArn": "arn:aws:sqs:r:1:d"}"#)
            #expect(attributes.redrive?.text == #"{"deadLetterTargetArn":"arn:aws:sqs:r:1:d","maxReceiveCount":3}"#)
        }
        try attributes.set("RedrivePolicy", to: "")
        #expect(attributes.redrive == nil)
        let dummy = #"{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}"#
        // Recorded: test_invalid_dead_letter_arn_rejected_before_lookup.
        #expect(
            throws: SQSError.invalid(dummy, for: "RedrivePolicy", "Invalid value for deadLetterTargetArn.")
        ) { try attributes.set("RedrivePolicy", to: dummy) }
        for wrong in ["[]", "{}", #"{"deadLetterTargetArn":"arn:aws:sqs:r:1:d","maxReceiveCount":1001}"#] {
            #expect(throws: AWSError.self) { try attributes.set("RedrivePolicy", to: wrong) }
        }
    }

    @Test("What is not carried out is refused", arguments: ["Policy", "KmsMasterKeyId", "RedriveAllowPolicy"])
    func unsupported(name: String) {
        var attributes = QueueAttributes()
        #expect(throws: SQSError.unsupported("The attribute \(name)")) { try attributes.set(name, to: "x") }
    }

    @Test("A form says what JSON says")
    func form() throws {
        let query = QueryRequest(
            form: "Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=a&"
                + "SendMessageBatchRequestEntry.1.MessageBody=hello+there&SendMessageBatchRequestEntry.1.DelaySeconds=3&"
                + "SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=n&"
                + "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String&"
                + "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=v")
        let fromForm = SQSRequest(query.parameters, operation: "SendMessageBatch")
        let fromJSON = try SQSRequest(
            json: #"""
                {"Entries": [{"Id": "a", "MessageBody": "hello there", "DelaySeconds": 3,
                  "MessageAttributes": {"n": {"DataType": "String", "StringValue": "v"}}}]}
                """#)
        for request in [fromForm, fromJSON] {
            let entry = try #require(try request.entries(of: "SendMessageBatch").first)
            #expect(entry.id == "a")
            let draft = try MessageReader(request: entry.request).draft(for: QueueAttributes())
            #expect(draft.body == "hello there" && draft.delay == 3 && draft.size == 11 + 8)
            #expect(draft.attributes == [MessageAttribute(name: "n", type: "String", value: "v")])
        }
    }
}
