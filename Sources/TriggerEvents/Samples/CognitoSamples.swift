// SPDX-License-Identifier: Apache-2.0
import JSON

/// Shapes: AWS documentation, "Customizing user pool workflows with Lambda triggers" and "Amazon Cognito Events".
enum CognitoSamples {
    static let all = [
        EventSample("cognito", "pre-signup", "Somebody wants to sign up.") { values in
            trigger(
                values.pick("PreSignUp_SignUp", "PreSignUp_AdminCreateUser", "PreSignUp_ExternalProvider"),
                ["validationData": [:], "clientMetadata": [:]],
                ["autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false], &values)
        },
        EventSample("cognito", "post-confirmation", "Somebody has confirmed their address.") { values in
            trigger(
                values.pick("PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmForgotPassword"),
                ["clientMetadata": [:]], [:], &values)
        },
        EventSample("cognito", "pre-authentication", "Somebody wants to sign in.") { values in
            trigger(
                "PreAuthentication_Authentication",
                ["validationData": [:], "userNotFound": .bool(values.pick(false, true))],
                [:], &values)
        },
        EventSample("cognito", "post-authentication", "Somebody has signed in.") { values in
            trigger(
                "PostAuthentication_Authentication",
                ["newDeviceUsed": .bool(values.pick(true, false)), "clientMetadata": [:]], [:], &values)
        },
        EventSample("cognito", "pre-token-generation", "Tokens are about to be made.") { values in
            trigger(
                values.pick(
                    "TokenGeneration_Authentication", "TokenGeneration_HostedAuth", "TokenGeneration_RefreshTokens"),
                [
                    "groupConfiguration": [
                        "groupsToOverride": [.string(values.word())], "iamRolesToOverride": [], "preferredRole": .null,
                    ],
                    "clientMetadata": [:],
                ], ["claimsOverrideDetails": .null], &values)
        },
        EventSample("cognito", "custom-message", "A message to somebody is about to be sent.") { values in
            trigger(
                values.pick("CustomMessage_SignUp", "CustomMessage_ForgotPassword", "CustomMessage_ResendCode"),
                [
                    "codeParameter": "{####}", "usernameParameter": .null, "linkParameter": "{##Click Here##}",
                    "clientMetadata": [:],
                ],
                ["smsMessage": .null, "emailMessage": .null, "emailSubject": .null], &values)
        },
        EventSample("cognito", "user-migration", "Somebody is not in the pool yet.") { values in
            trigger(
                values.pick("UserMigration_Authentication", "UserMigration_ForgotPassword"),
                ["password": .string(values.like("Example-1234")), "validationData": [:], "clientMetadata": [:]],
                [
                    "userAttributes": .null, "finalUserStatus": .null, "messageAction": .null,
                    "desiredDeliveryMediums": .null,
                    "forceAliasCreation": .null,
                ], &values)
        },
        EventSample("cognito", "define-auth-challenge", "Which challenge comes next?") { values in
            trigger(
                "DefineAuthChallenge_Authentication", ["session": [], "clientMetadata": [:], "userNotFound": false],
                ["challengeName": .null, "issueTokens": .null, "failAuthentication": .null], &values)
        },
        EventSample("cognito", "create-auth-challenge", "What is the challenge?") { values in
            trigger(
                "CreateAuthChallenge_Authentication",
                ["challengeName": "CUSTOM_CHALLENGE", "session": [], "clientMetadata": [:], "userNotFound": false],
                ["publicChallengeParameters": .null, "privateChallengeParameters": .null, "challengeMetadata": .null],
                &values
            )
        },
        EventSample("cognito", "verify-auth-challenge-response", "Is this answer right?") { values in
            trigger(
                "VerifyAuthChallengeResponse_Authentication",
                [
                    "privateChallengeParameters": ["answer": .string(values.word())],
                    "challengeAnswer": .string(values.word()),
                    "clientMetadata": [:], "userNotFound": false,
                ], ["answerCorrect": .null], &values)
        },
        EventSample("cognito", "sync-trigger", "A dataset of Cognito Sync has changed.") { values in
            [
                "version": 2, "eventType": "SyncTrigger", "region": .string(values.place.region),
                "identityPoolId": .string(
                    "\(values.place.region):\(values.uuid("1699ebc0-7900-4099-b910-2df94f52a030"))"),
                "identityId": .string("\(values.place.region):\(values.uuid("4b1c7d2e-8f3a-4c5d-9e6f-0a1b2c3d4e5f"))"),
                "datasetName": .string(values.pick("settings", "scores")),
                "datasetRecords": [
                    "SampleKey": [
                        "oldValue": .string(values.word()), "newValue": .string(values.word()), "op": "replace",
                    ]
                ],
            ]
        },
    ]

    private static func trigger(
        _ source: String, _ request: [String: JSONValue], _ response: JSONValue, _ values: inout SampleValues
    ) -> JSONValue {
        var request = request
        request["userAttributes"] = [
            "sub": .string(values.uuid("0f1e2d3c-4b5a-4968-8776-655443322110")), "email_verified": "true",
            "cognito:user_status": "CONFIRMED", "email": .string("\(values.word())@example.com"),
        ]
        return [
            "version": "1", "triggerSource": .string(source), "region": .string(values.place.region),
            "userPoolId": .string("\(values.place.region)_\(values.like("aB1cD2eF3"))"),
            "userName": .string(values.word()),
            "callerContext": [
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": .string(values.like("1example23456789abcdefghij")),
            ],
            "request": .object(request), "response": response,
        ]
    }
}
