// SPDX-License-Identifier: Apache-2.0
import JSON

/// Shapes: AWS documentation, "AWS Lambda input event format for Lex V2", "Lambda functions in contact flows" and
/// "AWS AppSync resolver context".
enum ConversationSamples {
    static let all = [
        EventSample("lex-v2", "book-car", "A turn of a conversation.") { values in
            let intent: JSONValue = [
                "name": "BookCar", "state": .string(values.pick("InProgress", "ReadyForFulfillment")),
                "confirmationState": "None",
                "slots": [
                    "PickUpCity": [
                        "shape": "Scalar",
                        "value": [
                            "originalValue": "Chicago", "interpretedValue": "Chicago", "resolvedValues": ["Chicago"],
                        ],
                    ], "PickUpDate": .null,
                ],
            ]
            let transcript = values.pick("book a car in Chicago", "I need a car")
            return [
                "messageVersion": "1.0",
                "invocationSource": .string(values.pick("DialogCodeHook", "FulfillmentCodeHook")),
                "inputMode": "Text", "responseContentType": "text/plain; charset=utf-8",
                "sessionId": .string(values.like("0123456789")), "inputTranscript": .string(transcript),
                "bot": [
                    "id": .string(values.like("ABCDEF1234")), "name": "BookTrip", "aliasId": "TSTALIASID",
                    "aliasName": "TestBotAlias", "localeId": "en_US", "version": "DRAFT",
                ],
                "interpretations": [["intent": intent, "nluConfidence": 0.83, "interpretationSource": "Lex"]],
                "proposedNextState": [
                    "dialogAction": ["type": "ElicitSlot", "slotToElicit": "PickUpDate"], "intent": intent,
                ], "requestAttributes": [:],
                "sessionState": [
                    "activeContexts": [], "sessionAttributes": [:], "runtimeHints": ["slotHints": [:]],
                    "intent": intent,
                    "originatingRequestId": .string(values.uuid("be8b1c3c-3f5a-4d0e-9b0b-0a1b2c3d4e5f")),
                ],
                "transcriptions": [
                    [
                        "transcription": .string(transcript), "transcriptionConfidence": 1,
                        "resolvedContext": ["intent": "BookCar"], "resolvedSlots": [:],
                    ]
                ],
            ]
        },
        EventSample("connect", "contact-flow-event", "A step of a contact flow.") { values in
            let contact = values.uuid("5ca32fbd-8f92-46af-92a5-6b0f970f0efe")
            let instance = "instance/\(values.uuid("9308c2a1-9bc6-4cea-8290-6c0b4a6d38fa"))"
            return [
                "Name": "ContactFlowEvent",
                "Details": [
                    "ContactData": [
                        "Attributes": [:], "Channel": .string(values.pick("VOICE", "CHAT")),
                        "ContactId": .string(contact),
                        "CustomerEndpoint": [
                            "Address": .string("+1\(values.like("1234567890"))"), "Type": "TELEPHONE_NUMBER",
                        ], "InitialContactId": .string(contact), "InitiationMethod": "INBOUND",
                        "InstanceARN": .string(values.arn("connect", instance)), "PreviousContactId": .string(contact),
                        "Queue": .null,
                        "SystemEndpoint": ["Address": "+18005550100", "Type": "TELEPHONE_NUMBER"],
                    ], "Parameters": ["example": .string(values.word())],
                ],
            ]
        },
        EventSample("appsync", "appsync-resolver", "A field that a function resolves.") { values in
            [
                "arguments": ["id": .string("\(values.number(1, 1...9999))")], "identity": .null, "source": .null,
                "request": [
                    "headers": [
                        "host": .string(
                            "\(values.like("example1234567890abcdefghi")).appsync-api.\(values.place.region).amazonaws.com"
                        ),
                        "x-forwarded-for": .string(values.address()),
                    ], "domainName": .null,
                ], "prev": .null, "stash": [:],
                "info": [
                    "fieldName": "getPost", "parentTypeName": "Query", "variables": [:],
                    "selectionSetList": ["id", "title"], "selectionSetGraphQL": "{\n  id\n  title\n}",
                ],
            ]
        },
    ]
}
