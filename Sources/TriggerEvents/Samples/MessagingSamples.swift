// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON
import LambdaEvents

/// Shapes: AWS documentation, "Using AWS Lambda with Amazon SNS", "Using Lambda with Amazon SQS" and "Capturing records
/// of Lambda asynchronous invocations".
enum MessagingSamples {
    static let all = [
        EventSample("sns", "notification", "A message of a topic.") { values in
            let subject = values.pick("example subject", nil)
            let colour = SNSEvent.Attribute(type: "String", value: values.pick("blue", "red", "green"))
            return notification(
                subject: subject, message: values.text(), topic: "ExampleTopic", attributes: ["colour": colour], &values
            )
        },
        EventSample("sqs", "receive-message", "Messages of a queue.") { values in
            let queue = values.pick("MyQueue", "orders", "thumbnails")
            return ["Records": values.list(upTo: 10) { values, _ in message(queue, isFIFO: false, &values) }]
        },
        EventSample("sqs", "receive-message-fifo", "Messages of a FIFO queue.") { values in
            let queue = values.pick("MyQueue.fifo", "orders.fifo")
            return ["Records": values.list(upTo: 10) { values, _ in message(queue, isFIFO: true, &values) }]
        },
        EventSample("lambda", "destination-success", "What a function is told of another's result.") {
            destination(succeeded: true, &$0)
        },
        EventSample("lambda", "destination-failure", "What a function is told of another's failure.") {
            destination(succeeded: false, &$0)
        },
    ]

    static func notification(
        subject: String?, message: String, topic: String, attributes: [String: SNSEvent.Attribute] = [:],
        _ values: inout SampleValues
    ) -> JSONValue {
        let arn = values.arn("sns", topic)
        let subscription = "\(arn):\(values.uuid("21be56ed-a058-49f5-8c98-aedd2564c486"))"
        let host = "https://sns.\(values.place.region).amazonaws.com"
        let message = SNSEvent.Message(
            messageID: values.uuid("95df01b4-ee98-5cb9-9903-4c221d41eb5e"), topicARN: arn, subject: subject,
            message: message, timestamp: values.time().string ?? "", signatureVersion: "1",
            signature: Base64.encode(values.hex("0123456789abcdef0123456789abcdef").utf8),
            signingCertURL: "\(host)/SimpleNotificationService-\(values.hex("0123456789abcdef0123456789abcdef")).pem",
            unsubscribeURL: "\(host)/?Action=Unsubscribe&SubscriptionArn=\(subscription)",
            messageAttributes: attributes)
        return JSONValue(encoding: SNSEvent(records: [.init(eventSubscriptionARN: subscription, sns: message)]))
    }

    private static func message(_ queue: String, isFIFO: Bool, _ values: inout SampleValues) -> JSONValue {
        let body = values.pick("Hello from SQS!", #"{"order":\#(values.number(1, 1...9999))}"#, values.text())
        let digest = Hex.encode(Checksum.value(.md5, of: Array(body.utf8)))
        let sent = values.moment - Int64(values.number(1, 1...60_000))
        var attributes: [String: JSONValue] = [
            "ApproximateReceiveCount": .string("\(values.number(1, 1...5))"), "SentTimestamp": .string("\(sent)"),
            "SenderId": .string(values.like("AIDAIENQZJOLO23YVJ4VO")),
            "ApproximateFirstReceiveTimestamp": .string("\(values.moment)"),
        ]
        if isFIFO {
            attributes["SequenceNumber"] = .string(values.like("18849496460467696128"))
            attributes["MessageGroupId"] = .string("\(values.number(1, 1...9))")
            attributes["MessageDeduplicationId"] = .string(Checksum.sha256Hex(Array(body.utf8)))
        }
        return [
            "messageId": .string(values.uuid("059f36b4-87a3-44ab-83d2-661975830a7d")),
            "receiptHandle": .string(Base64.encode(values.like("a-receipt-handle-of-a-message-0123456789").utf8)),
            "body": .string(body), "attributes": .object(attributes), "messageAttributes": [:],
            "md5OfBody": .string(digest), "eventSource": "aws:sqs",
            "eventSourceARN": .string(values.arn("sqs", queue)), "awsRegion": .string(values.place.region),
        ]
    }

    private static func destination(succeeded: Bool, _ values: inout SampleValues) -> JSONValue {
        let payload: JSONValue = ["order": .integer(Int64(values.number(1, 1...9999)))]
        let condition = succeeded ? "Success" : values.pick("RetriesExhausted", "EventAgeExceeded")
        var record: [String: JSONValue] = [
            "version": "1.0", "timestamp": values.time(),
            "requestContext": [
                "requestId": .string(values.uuid("e4b46cbf-b738-4880-8a18-cdf61200200e")),
                "functionArn": .string(values.arn("lambda", "function:example:$LATEST")),
                "condition": .string(condition), "approximateInvokeCount": .integer(succeeded ? 1 : 3),
            ],
            "requestPayload": payload,
        ]
        if condition != "EventAgeExceeded" {
            var context: [String: JSONValue] = ["statusCode": 200, "executedVersion": "$LATEST"]
            if !succeeded { context["functionError"] = "Unhandled" }
            record["responseContext"] = .object(context)
            record["responsePayload"] =
                succeeded ? ["ok": true] : ["errorType": "Error", "errorMessage": .string(values.text())]
        }
        return .object(record)
    }
}
