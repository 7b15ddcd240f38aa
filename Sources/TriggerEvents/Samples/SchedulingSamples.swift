// SPDX-License-Identifier: Apache-2.0
import JSON

/// Shapes: AWS documentation, "Amazon EventBridge events", "EventBridge events of Amazon S3" and "CloudWatch alarms and
/// Lambda".
enum SchedulingSamples {
    static let all = [
        EventSample("cloudwatch", "scheduled-event", "A rule's schedule has come round.") { values in
            let rule = "rule/\(values.pick("ExampleRule", "nightly"))"
            return event("Scheduled Event", "aws.events", [.string(values.arn("events", rule))], [:], &values)
        },
        EventSample("eventbridge", "custom-event", "An event that an application put on a bus.") { values in
            event(
                values.pick("Order Placed", "User Signed Up"), "com.example.shop", [],
                [
                    "id": .string(values.uuid("6a7e8feb-b491-4cf7-a9f1-bf3703467718")),
                    "amount": .integer(Int64(values.number(42, 1...9999))),
                ],
                &values)
        },
        EventSample("eventbridge", "s3-object-created", "A bucket's object was written.") { values in
            let bucket = S3Samples.bucket(&values)
            let detail: JSONValue = [
                "version": "0", "bucket": ["name": .string(bucket)],
                "object": [
                    "key": .string(S3Samples.key(&values)), "size": .integer(Int64(values.number(1024, 0...1_000_000))),
                    "etag": .string(values.hex("0123456789abcdef0123456789abcdef")),
                    "sequencer": .string(S3Samples.sequencer(&values)),
                ],
                "request-id": .string(values.hex("C3D13FE58DE4C810")), "requester": .string(values.place.account),
                "source-ip-address": .string(values.address()),
                "reason": .string(values.pick("PutObject", "CopyObject", "CompleteMultipartUpload")),
            ]
            return event("Object Created", "aws.s3", [.string("arn:aws:s3:::\(bucket)")], detail, &values)
        },
        EventSample("cloudwatch", "alarm", "An alarm has changed its state.") { values in
            let name = values.pick("example-alarm", "too-many-errors")
            let state = values.pick("ALARM", "OK", "INSUFFICIENT_DATA")
            return [
                "source": "aws.cloudwatch", "alarmArn": .string(values.arn("cloudwatch", "alarm:\(name)")),
                "accountId": .string(values.place.account), "time": values.time(),
                "region": .string(values.place.region),
                "alarmData": [
                    "alarmName": .string(name),
                    "state": ["value": .string(state), "reason": "Threshold Crossed", "timestamp": values.time()],
                    "previousState": [
                        "value": .string(state == "OK" ? "ALARM" : "OK"), "reason": "Threshold Crossed",
                        "timestamp": values.time(after: -300_000),
                    ],
                    "configuration": ["description": "A sample", "metrics": []],
                ],
            ]
        },
    ]

    private static func event(
        _ type: String, _ source: String, _ resources: JSONValue, _ detail: JSONValue, _ values: inout SampleValues
    ) -> JSONValue {
        [
            "version": "0", "id": .string(values.uuid("cdc73f9d-aea9-41e3-9d5a-835b769c0d9c")),
            "detail-type": .string(type), "source": .string(source), "account": .string(values.place.account),
            "time": values.seconds(), "region": .string(values.place.region), "resources": resources,
            "detail": detail,
        ]
    }
}
