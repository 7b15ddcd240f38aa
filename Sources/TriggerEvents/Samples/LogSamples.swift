// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Gzip
import JSON

/// Shape: AWS documentation, "Log group-level subscription filters": base64 of gzip of JSON.
enum LogSamples {
    static let all = [
        EventSample("cloudwatch", "logs", "Log lines of a subscription, packed.") { values in
            ["awslogs": ["data": .string(packed(lines(&values)))]]
        },
        EventSample("kinesis", "cloudwatch-logs-processor", "The same through a Firehose stream.") { values in
            [
                "invocationId": .string(values.uuid("b1a2c3d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d")),
                "deliveryStreamArn": .string(values.arn("firehose", "deliverystream/example")),
                "region": .string(values.place.region),
                "records": values.list { values, index in
                    [
                        "recordId": .string(
                            "\(values.like("49578734086442259037497492980620233840400173390482112514"))00000\(index)"),
                        "approximateArrivalTimestamp": .integer(values.moment), "data": .string(packed(lines(&values))),
                    ]
                },
            ]
        },
    ]

    private static func lines(_ values: inout SampleValues) -> JSONValue {
        [
            "messageType": "DATA_MESSAGE", "owner": .string(values.place.account),
            "logGroup": .string("/aws/lambda/\(values.pick("example", "orders"))"),
            "logStream": .string("2026/01/01/[$LATEST]\(values.hex("0123456789abcdef0123456789abcdef"))"),
            "subscriptionFilters": ["example"],
            "logEvents": values.list(upTo: 5) { values, index in
                [
                    "id": .string(values.like("31953106606966983378809025079804211143289615424298221568")),
                    "timestamp": .integer(values.moment + Int64(index)),
                    "message": .string("[\(values.pick("ERROR", "INFO"))] \(values.text())"),
                ]
            },
        ]
    }

    private static func packed(_ value: JSONValue) -> String { Base64.encode(Gzip.pack(Array(value.text.utf8))) }
}
