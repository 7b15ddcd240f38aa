// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers

/// The event that a function gets for a message.
///
/// AWS documentation: Lambda Developer Guide, "Using AWS Lambda with Amazon SNS". Unlike other protocols' bodies, its
/// keys end with `Url`, and the subject and the attributes are always there.
struct LambdaNotification {
    var delivery: Topics.Delivery
    var timestamp: String
    var signatureVersion: String
    var signature: NotificationSigner.Signature
    /// Where this emulator is reached, without a slash at the end.
    var endpoint: String

    var payload: Bytes {
        var record = JSONObjectWriter()
        record.add("EventSource", "aws:sns")
        record.add("EventVersion", "1.0")
        record.add("EventSubscriptionArn", delivery.subscription.arn)
        record.add("Sns", json: notification)
        var event = JSONObjectWriter()
        event.add("Records", json: [UInt8(ascii: "[")] + record.finish() + [UInt8(ascii: "]")])
        return Bytes(event.finish())
    }

    private var notification: [UInt8] {
        let message = delivery.message
        let subscription = delivery.subscription
        var sns = JSONObjectWriter()
        sns.add("Type", "Notification")
        sns.add("MessageId", delivery.messageID)
        sns.add("TopicArn", subscription.topic)
        if let subject = message.subject {
            sns.add("Subject", subject)
        } else {
            sns.add("Subject", json: Array("null".utf8))
        }
        sns.add("Message", message.body)
        sns.add("Timestamp", timestamp)
        sns.add("SignatureVersion", signatureVersion)
        sns.add("Signature", signature.text)
        sns.add("SigningCertUrl", "\(endpoint)/\(signature.certificateFile)")
        sns.add("UnsubscribeUrl", "\(endpoint)/?Action=Unsubscribe&SubscriptionArn=\(subscription.arn)")
        sns.add("MessageAttributes", json: Self.attributes(message.attributes))
        return sns.finish()
    }

    private static func attributes(_ attributes: [MessageAttribute]) -> [UInt8] {
        var all = JSONObjectWriter()
        for attribute in attributes {
            var one = JSONObjectWriter()
            one.add("Type", attribute.type)
            one.add("Value", attribute.value)
            all.add(attribute.name, json: one.finish())
        }
        return all.finish()
    }
}
