// SPDX-License-Identifier: Apache-2.0
import JSON

/// Shapes: AWS documentation, "Custom resource request reference", "CodePipeline JSON event example", "Using AWS Lambda
/// with CodeCommit", "Example events for AWS Config rules" and "Lambda rotation functions".
enum DeploymentSamples {
    static let all = [
        EventSample("cloudformation", "create-request", "A custom resource is to be made.") {
            customResource("Create", &$0)
        },
        EventSample("cloudformation", "update-request", "A custom resource is to be changed.") {
            customResource("Update", &$0)
        },
        EventSample("cloudformation", "delete-request", "A custom resource is to be deleted.") {
            customResource("Delete", &$0)
        },
        EventSample("codepipeline", "job", "A pipeline's action.") { values in
            [
                "CodePipeline.job": [
                    "id": .string(values.uuid("11111111-abcd-4111-8bcd-111111abcdef")),
                    "accountId": .string(values.place.account),
                    "data": [
                        "actionConfiguration": [
                            "configuration": ["FunctionName": "example", "UserParameters": .string(values.word())]
                        ],
                        "inputArtifacts": [
                            [
                                "name": "ArtifactName", "revision": .null,
                                "location": [
                                    "type": "S3",
                                    "s3Location": [
                                        "bucketName": .string(S3Samples.bucket(&values)),
                                        "objectKey": .string(S3Samples.key(&values)),
                                    ],
                                ],
                            ]
                        ], "outputArtifacts": [],
                        "artifactCredentials": [
                            "accessKeyId": .string(values.like("AKIAIOSFODNN7EXAMPLE")),
                            "secretAccessKey": .string(values.like("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
                            "sessionToken": .string(values.like("MIICiTCCAfICCQD6m7oRw0uXOjANBgkqhkiG9w")),
                        ],
                    ],
                ]
            ]
        },
        EventSample("codecommit", "repository", "A repository's references have changed.") { values in
            [
                "Records": [
                    [
                        "awsRegion": .string(values.place.region),
                        "codecommit": [
                            "references": [
                                [
                                    "commit": .string(values.hex("5c4ef1049f1d27deadbeeff313e0730018be182b")),
                                    "ref": .string("refs/heads/\(values.pick("main", "feature"))"),
                                ]
                            ]
                        ], "customData": .string(values.text()),
                        "eventId": .string(values.uuid("5a824061-17ca-46a9-bbf9-114edeadbeef")),
                        "eventName": "ReferenceChanges", "eventPartNumber": 1, "eventSource": "aws:codecommit",
                        "eventSourceARN": .string(values.arn("codecommit", "my-repo")), "eventTime": values.time(),
                        "eventTotalParts": 1,
                        "eventTriggerConfigId": .string(values.uuid("5a824061-17ca-46a9-bbf9-114edeadbeef")),
                        "eventTriggerName": "my-trigger", "eventVersion": "1.0",
                        "userIdentityARN": .string("arn:aws:iam::\(values.place.account):root"),
                    ]
                ]
            ]
        },
        EventSample("config", "item-change-notification", "A resource's configuration has changed.") { values in
            let item: JSONValue = [
                "configurationItem": [
                    "configurationItemStatus": .string(values.pick("OK", "ResourceDiscovered", "ResourceDeleted")),
                    "resourceType": "AWS::EC2::Instance", "resourceId": .string("i-\(values.hex("00000000abcdef012"))"),
                    "awsAccountId": .string(values.place.account), "awsRegion": .string(values.place.region),
                    "configurationItemCaptureTime": values.time(),
                    "configuration": ["instanceType": .string(values.pick("t3.micro", "m7g.large"))],
                ], "messageType": "ConfigurationItemChangeNotification",
                "notificationCreationTime": values.time(), "recordVersion": "1.3",
            ]
            return rule(item, &values)
        },
        EventSample("config", "periodic-rule", "A rule is to be evaluated.") { values in
            rule(
                [
                    "awsAccountId": .string(values.place.account), "notificationCreationTime": values.time(),
                    "messageType": "ScheduledNotification", "recordVersion": "1.0",
                ], &values)
        },
        EventSample("secretsmanager", "rotation", "A step of a secret's rotation.") { values in
            [
                "Step": .string(values.pick("createSecret", "setSecret", "testSecret", "finishSecret")),
                "SecretId": .string(values.arn("secretsmanager", "secret:example-\(values.like("a1b2C3"))")),
                "ClientRequestToken": .string(values.uuid("550e8400-e29b-41d4-a716-446655440000")),
            ]
        },
    ]

    private static func customResource(_ type: String, _ values: inout SampleValues) -> JSONValue {
        let stack = "stack/MyStack/\(values.uuid("51af3dc0-da77-4db1-8f3e-8c0b8a0d5a11"))"
        var event: [String: JSONValue] = [
            "RequestType": .string(type), "ResponseURL": "http://pre-signed-S3-url-for-response",
            "StackId": .string(values.arn("cloudformation", stack)),
            "RequestId": .string(values.uuid("7bfe2d54-710f-4a0b-8f0b-2f9b8d1c0e55")),
            "ResourceType": "Custom::TestResource", "LogicalResourceId": "MyTestResource",
            "ServiceToken": .string(values.arn("lambda", "function:example")),
            "ResourceProperties": [
                "ServiceToken": .string(values.arn("lambda", "function:example")),
                "Size": .string("\(values.number(1, 1...64))"),
            ],
        ]
        if type != "Create" { event["PhysicalResourceId"] = .string(values.word()) }
        if type == "Update" {
            event["OldResourceProperties"] = [
                "ServiceToken": .string(values.arn("lambda", "function:example")),
                "Size": .string("\(values.number(2, 1...64))"),
            ]
        }
        return .object(event)
    }

    private static func rule(_ invoking: JSONValue, _ values: inout SampleValues) -> JSONValue {
        [
            "version": "1.0", "invokingEvent": .string(invoking.text),
            "ruleParameters": #"{"myParameterKey":"myParameterValue"}"#,
            "resultToken": .string(values.like("myResultToken")), "eventLeftScope": false,
            "executionRoleArn": .string("arn:aws:iam::\(values.place.account):role/config-role"),
            "configRuleArn": .string(values.arn("config", "config-rule/config-rule-0123456")),
            "configRuleName": "example-rule", "configRuleId": "config-rule-0123456",
            "accountId": .string(values.place.account),
        ]
    }
}
