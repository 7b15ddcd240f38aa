// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import JSON
import LambdaEvents

/// Shapes: AWS documentation, "Event message structure" and "Invoking a Lambda function from S3 Batch Operations".
enum S3Samples {
    static let all = [
        EventSample("s3", "put", "An object was written.") { notification("ObjectCreated:Put", &$0) },
        EventSample("s3", "post", "An object was written by an HTML form.") {
            notification("ObjectCreated:Post", &$0)
        },
        EventSample("s3", "copy", "An object was copied.") { notification("ObjectCreated:Copy", &$0) },
        EventSample("s3", "complete-multipart-upload", "An object was written in parts.") {
            notification("ObjectCreated:CompleteMultipartUpload", &$0)
        },
        EventSample("s3", "delete", "An object was deleted.") { notification("ObjectRemoved:Delete", &$0) },
        EventSample("s3", "test", "What a bucket sends when notifications are configured.") { values in
            JSONValue(
                encoding: S3TestEvent(
                    time: values.time().string ?? "", bucket: bucket(&values),
                    requestID: values.hex("5582815E1AEA5ADF"),
                    hostID: values.like("8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE")))
        },
        EventSample("s3", "batch-invocation", "A task of S3 Batch Operations.") { values in
            [
                "invocationSchemaVersion": "1.0",
                "invocationId": .string(values.like("YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZrYXNk")),
                "job": ["id": .string(values.uuid("f3cc4f60-61f6-4a2b-8a21-d07600c373ce"))],
                "tasks": [
                    [
                        "taskId": .string(values.like("dGFza2lkZ29lc2hlcmUK")), "s3Key": .string(key(&values)),
                        "s3VersionId": "1", "s3BucketArn": .string("arn:aws:s3:::\(bucket(&values))"),
                    ]
                ],
            ]
        },
    ]

    static func bucket(_ values: inout SampleValues) -> String {
        values.pick("example-bucket", "uploads-\(values.number(1, 1...99))", "reports.example.com")
    }

    static func key(_ values: inout SampleValues) -> String {
        let folder = values.pick("inputs", "images/2026", "logs/a b")
        return "\(folder)/\(values.word())-\(values.number(7, 0...9999)).\(values.pick("json", "png", "csv"))"
    }

    static func sequencer(_ values: inout SampleValues) -> String { values.hex("0055AED6DCD90281E5") }

    private static func notification(_ name: String, _ values: inout SampleValues) -> JSONValue {
        let bucket = bucket(&values)
        var object = S3Event.Object(key: FormEncoding.encode(key(&values)), sequencer: sequencer(&values))
        if name.hasPrefix("ObjectCreated") {
            object.size = Int64(values.number(1024, 0...10_000_000))
            let parts = values.number(2, 2...20)
            object.eTag =
                values.hex("0123456789abcdef0123456789abcdef") + (name.hasSuffix("MultipartUpload") ? "-\(parts)" : "")
        }
        let record = S3Event.Record(
            awsRegion: values.place.region, eventTime: values.time().string ?? "", eventName: name,
            userIdentity: S3Event.Identity(principalId: "AWS:\(values.like("AIDACKCEVSQ6C2EXAMPLE"))"),
            requestParameters: S3Event.RequestParameters(sourceIPAddress: values.address()),
            responseElements: S3Event.ResponseElements(
                requestID: values.hex("C3D13FE58DE4C810"),
                hostID: values.like("FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD")),
            s3: S3Event.Entity(
                configurationId: values.pick("sample", "on-upload"),
                bucket: S3Event.Bucket(
                    name: bucket, ownerIdentity: S3Event.Identity(principalId: values.like("A3NL1KOZZKEXAMPLE")),
                    arn: "arn:aws:s3:::\(bucket)"), object: object))
        return JSONValue(encoding: S3Event(records: [record]))
    }
}

extension JSONValue {
    /// A typed event as a value.
    init(encoding event: some Encodable) {
        // Encoding texts and numbers cannot fail.
        self = (try? JSONEncoder().encode(event)).flatMap { JSONValue(parsing: $0) } ?? .null
    }
}
