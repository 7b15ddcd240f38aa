// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import ServiceProtocols
import Testing

@testable import LambdaService

// LocalStack's recorded snapshots of AWS: tests/aws/services/lambda_/test_lambda_destinations.snapshot.json.
@Suite("What destinations and dead-letter targets are sent")
struct DestinationRecordTests {
    private func record(
        _ condition: EventOutcome.Condition, _ response: EventOutcome.Response?, payload: Bytes = #"{"a": 1}"#
    ) -> DestinationRecord {
        DestinationRecord(
            event: AsyncEvent(
                id: "id", function: "f", qualifier: nil, payload: payload, traceHeader: "Root=t",
                accepted: Timestamp(milliseconds: 0), due: Timestamp(milliseconds: 0)),
            outcome: EventOutcome(
                condition: condition, moment: Timestamp(milliseconds: 1_574_632_367_333), functionARN: "arn:f:$LATEST",
                invocations: 3, response: response))
    }

    @Test("The record of a failure has the event and the function's error as they are")
    func failure() {
        let response = EventOutcome.Response(
            executedVersion: "$LATEST", functionError: "Unhandled", payload: #"{"errorMessage":"no"}"#)
        #expect(
            record(.retriesExhausted, response).bytes.string
                == #"{"version":"1.0","timestamp":"2019-11-24T21:52:47.333Z","requestContext":{"requestId":"id","#
                + #""functionArn":"arn:f:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3},"#
                + #""requestPayload":{"a": 1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","#
                + #""functionError":"Unhandled"},"responsePayload":{"errorMessage":"no"}}"#)
    }

    @Test("The record of an event that was not run has no response")
    func notRun() {
        let text = record(.zeroReservedConcurrency, nil).bytes.string
        #expect(!text.contains("response"))
        #expect(JSONSyntax.error(in: Bytes(text)) == nil)
    }

    @Test("The record is JSON, whatever the function returned", arguments: ["", "no json \u{1}", #""text""#, "null"])
    func anyResponse(payload: String) {
        let response = EventOutcome.Response(executedVersion: "1", functionError: nil, payload: Bytes(payload))
        #expect(JSONSyntax.error(in: record(.success, response).bytes) == nil)
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    @Test("An object is named after the function and the moment")
    func objectKey() {
        #expect(
            record(.retriesExhausted, nil).objectKey(uuid: "u")
                == "aws/lambda/async/f/2019/11/24/2019-11-24T21.52.47-u")
    }

    @Test("A dead letter is the event itself, with at most 1 KB of the error's message beside it")
    func deadLetter() {
        let message = String(repeating: "é", count: 600)
        let response = EventOutcome.Response(
            executedVersion: "1", functionError: "Unhandled", payload: Bytes(#"{"errorMessage":"\#(message)"}"#))
        let letter = record(.retriesExhausted, response, payload: #"{ "kept" : "as it is" }"#).deadLetter
        #expect(letter.body == #"{ "kept" : "as it is" }"#)
        #expect(letter.attributes.map(\.name) == ["RequestID", "ErrorCode", "ErrorMessage"])
        #expect(letter.attributes.map(\.type) == ["String", "Number", "String"])
        #expect(letter.attributes.map(\.value) == ["id", "200", String(repeating: "é", count: 512)])
    }
}
