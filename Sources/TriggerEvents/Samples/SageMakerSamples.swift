// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON
import LambdaEvents

/// Shapes: AWS documentation, "Check prediction results" of asynchronous inference, and "Custom labeling workflows" of
/// Ground Truth.
enum SageMakerSamples {
    static let all = [
        EventSample("sagemaker", "async-inference-success", "A result of an asynchronous endpoint, by SNS.") { values in
            let request = request(&values)
            let event = SageMakerAsyncNotification.completed(
                awsRegion: values.place.region, eventTime: values.time().string ?? "",
                receivedTime: values.time(after: -4000).string ?? "", requestParameters: request,
                responseParameters: .init(
                    contentType: "application/json",
                    outputLocation:
                        "s3://example-bucket/outputs/\(values.uuid("6b1f7d2e-8f3a-4c5d-9e6f-0a1b2c3d4e5f")).out"),
                inferenceId: values.uuid("d43e2b1a-9c5f-4c0e-8a5d-6c2f1e3d4b5a"))
            return notification(event, "SuccessTopic", &values)
        },
        EventSample("sagemaker", "async-inference-error", "A failure of an asynchronous endpoint, by SNS.") { values in
            let request = request(&values)
            let status = values.pick("500", "400")
            let event = SageMakerAsyncNotification.failed(
                awsRegion: values.place.region, eventTime: values.time().string ?? "",
                receivedTime: values.time(after: -4000).string ?? "", requestParameters: request,
                failureReason: "ClientError: Received server error (\(status)) from model.",
                inferenceId: values.uuid("d43e2b1a-9c5f-4c0e-8a5d-6c2f1e3d4b5a"))
            return notification(event, "ErrorTopic", &values)
        },
        EventSample("sagemaker", "ground-truth-pre-human", "An object is about to be labelled.") { values in
            [
                "version": "2018-10-16", "labelingJobArn": .string(values.arn("sagemaker", "labeling-job/example-job")),
                "dataObject": ["source-ref": .string("s3://example-bucket/\(S3Samples.key(&values))")],
            ]
        },
        EventSample("sagemaker", "ground-truth-annotation-consolidation", "Labels are to be joined.") { values in
            [
                "version": "2018-10-16", "labelingJobArn": .string(values.arn("sagemaker", "labeling-job/example-job")),
                "labelAttributeName": "example-attribute",
                "roleArn": .string("arn:aws:iam::\(values.place.account):role/sagemaker-role"),
                "payload": [
                    "s3Uri": .string(
                        "s3://example-bucket/annotations/consolidation-request/\(values.number(0, 0...9)).json")
                ],
            ]
        },
    ]

    private static func request(_ values: inout SampleValues) -> SageMakerAsyncNotification.RequestParameters {
        .init(
            contentType: "application/json", endpointName: values.pick("example-endpoint", "images"),
            inputLocation: "s3://example-bucket/inputs/\(values.word())-\(values.number(7, 0...9999)).json")
    }

    private static func notification(
        _ event: SageMakerAsyncNotification, _ topic: String, _ values: inout SampleValues
    ) -> JSONValue {
        MessagingSamples.notification(subject: nil, message: JSONValue(encoding: event).text, topic: topic, &values)
    }
}
