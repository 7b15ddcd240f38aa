// SPDX-License-Identifier: Apache-2.0
import JSON

/// Shapes: AWS documentation, "Contents of notifications for Amazon SES email receiving" and "Configuring AWS Lambda
/// for Amazon WorkMail".
enum MailSamples {
    static let all = [
        EventSample("ses", "email-receiving", "A mail was received.") { values in
            let id = values.like("o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1")
            let from = "\(values.word())@example.net"
            let to = "\(values.pick("johndoe", "sales"))@example.com"
            let passed: JSONValue = ["status": .string(values.pick("PASS", "FAIL", "GRAY"))]
            return [
                "Records": [
                    [
                        "eventSource": "aws:ses", "eventVersion": "1.0",
                        "ses": [
                            "mail": [
                                "timestamp": values.time(), "source": .string(from), "messageId": .string(id),
                                "destination": [.string(to)], "headersTruncated": false,
                                "headers": [
                                    ["name": "From", "value": .string(from)], ["name": "To", "value": .string(to)],
                                    ["name": "Subject", "value": .string(values.word())],
                                ],
                                "commonHeaders": [
                                    "returnPath": .string(from), "from": [.string(from)], "to": [.string(to)],
                                    "date": values.time(), "messageId": .string("<\(id)@example.net>"),
                                    "subject": .string(values.word()),
                                ],
                            ],
                            "receipt": [
                                "timestamp": values.time(),
                                "processingTimeMillis": .integer(Int64(values.number(574, 10...5000))),
                                "recipients": [.string(to)], "spamVerdict": passed, "virusVerdict": ["status": "PASS"],
                                "spfVerdict": passed, "dkimVerdict": passed, "dmarcVerdict": passed,
                                "action": [
                                    "type": "Lambda", "invocationType": "Event",
                                    "functionArn": .string(values.arn("lambda", "function:example")),
                                ],
                            ],
                        ],
                    ]
                ]
            ]
        },
        EventSample("workmail", "mailflow", "A mail passes a rule of WorkMail.") { values in
            let from = "\(values.word())@example.net"
            return [
                "summaryVersion": "2018-10-10",
                "envelope": ["mailFrom": ["address": .string(from)], "recipients": [["address": "to@example.com"]]],
                "sender": ["address": .string(from)], "subject": .string(values.text()),
                "messageId": .string(values.uuid("00000000-0000-4000-8000-000000000000")),
                "invocationId": .string(values.hex("00000000000000000000000000000000")),
                "flowDirection": .string(values.pick("INBOUND", "OUTBOUND")), "truncated": false,
            ]
        },
    ]
}
