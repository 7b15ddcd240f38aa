// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// Shapes: AWS documentation, "Using AWS Lambda with Amazon DynamoDB", "… Amazon Kinesis", "… Amazon MSK" and
/// "Amazon Data Firehose data transformation".
enum StreamSamples {
    static let all = [
        EventSample("dynamodb", "update", "Changes of a table's items.") { values in
            let table = values.pick("ExampleTableWithStream", "orders")
            let stream = values.arn("dynamodb", "table/\(table)/stream/2026-01-01T00:00:00.000")
            return ["Records": values.list(upTo: 5) { values, index in change(stream, index, &values) }]
        },
        EventSample("kinesis", "get-records", "Records of a data stream.") { values in
            let stream = values.arn("kinesis", "stream/\(values.pick("ExampleStream", "clicks"))")
            return ["Records": values.list(upTo: 5) { values, _ in record(stream, &values) }]
        },
        EventSample("kinesis", "kinesis-firehose", "Records of a Firehose stream, to be transformed.") {
            firehose(isFromStream: false, &$0)
        },
        EventSample("kinesis", "streams-as-source", "The same, of a Firehose stream with a Kinesis stream as source.") {
            firehose(isFromStream: true, &$0)
        },
        EventSample("msk", "records", "Records of a Kafka topic.") { values in
            let topic = values.pick("mytopic", "clicks")
            let partition = values.number(0, 0...7)
            let cluster = "cluster/example/\(values.uuid("137ee5c2-1e8b-4c2a-9c1f-3f1c5d0d5b3a"))-1"
            let first = values.number(15, 0...100_000)
            let records = values.list(upTo: 5) { values, index in
                [
                    "topic": .string(topic), "partition": .integer(Int64(partition)),
                    "offset": .integer(Int64(first + index)),
                    "timestamp": .integer(values.moment), "timestampType": "CREATE_TIME",
                    "key": .string(Base64.encode("key-\(index)".utf8)),
                    "value": .string(Base64.encode(values.text().utf8)),
                    "headers": [["headerKey": .array("headerValue".utf8.map { .integer(Int64($0)) })]],
                ]
            }
            return [
                "eventSource": "aws:kafka", "eventSourceArn": .string(values.arn("kafka", cluster)),
                "bootstrapServers": .string("b-1.example.c1.kafka.\(values.place.region).amazonaws.com:9092"),
                "records": .object(["\(topic)-\(partition)": records]),
            ]
        },
    ]

    private static func change(_ stream: String, _ index: Int, _ values: inout SampleValues) -> JSONValue {
        let name = values.pick("INSERT", "MODIFY", "REMOVE")
        let id: JSONValue = ["N": .string("\(values.number(101, 1...9999))")]
        var change: [String: JSONValue] = [
            "ApproximateCreationDateTime": .integer(values.moment / 1000), "Keys": ["Id": id],
            "SequenceNumber": .string("\(values.like("4421584500000000017450"))\(index)"),
            "SizeBytes": .integer(Int64(values.number(59, 20...4000))), "StreamViewType": "NEW_AND_OLD_IMAGES",
        ]
        if name != "REMOVE" { change["NewImage"] = ["Id": id, "Message": ["S": .string(values.text())]] }
        if name != "INSERT" { change["OldImage"] = ["Id": id, "Message": ["S": .string(values.text())]] }
        return [
            "eventID": .string(values.hex("c4ca4238a0b923820dcc509a6f75849b")), "eventName": .string(name),
            "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": .string(values.place.region),
            "dynamodb": .object(change), "eventSourceARN": .string(stream),
        ]
    }

    private static func record(_ stream: String, _ values: inout SampleValues) -> JSONValue {
        let sequence = values.like("49545115243490985018280067714973144582180062593244200961")
        let shard = "shardId-00000000000\(values.number(6, 0...9))"
        return [
            "kinesis": [
                "kinesisSchemaVersion": "1.0", "partitionKey": .string("partitionKey-\(values.number(3, 1...99))"),
                "sequenceNumber": .string(sequence), "data": .string(Base64.encode(values.text().utf8)),
                "approximateArrivalTimestamp": .number(Double(values.moment) / 1000),
            ],
            "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": .string("\(shard):\(sequence)"),
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": .string("arn:aws:iam::\(values.place.account):role/example"),
            "awsRegion": .string(values.place.region), "eventSourceARN": .string(stream),
        ]
    }

    private static func firehose(isFromStream: Bool, _ values: inout SampleValues) -> JSONValue {
        var event: [String: JSONValue] = [
            "invocationId": .string(values.uuid("b1a2c3d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d")),
            "deliveryStreamArn": .string(values.arn("firehose", "deliverystream/example")),
            "region": .string(values.place.region),
        ]
        if isFromStream { event["sourceKinesisStreamArn"] = .string(values.arn("kinesis", "stream/example")) }
        event["records"] = values.list(upTo: 5) { values, index in
            let sequence = values.like("49545115243490985018280067714973144582180062593244200961")
            var record: [String: JSONValue] = [
                "recordId": .string("\(sequence)00000\(index)"),
                "approximateArrivalTimestamp": .integer(values.moment),
                "data": .string(Base64.encode(values.text().utf8)),
            ]
            if isFromStream {
                record["kinesisRecordMetadata"] = [
                    "shardId": "shardId-000000000000",
                    "partitionKey": .string(values.uuid("4d1ad2b9-24f8-4b9d-a088-76e9947c317a")),
                    "approximateArrivalTimestamp": .integer(values.moment), "sequenceNumber": .string(sequence),
                    "subsequenceNumber": "",
                ]
            }
            return .object(record)
        }
        return .object(event)
    }
}
