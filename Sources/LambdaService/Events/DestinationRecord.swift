// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Buffers
import Foundation
import ServiceProtocols

/// What destinations and dead-letter targets are sent.
///
/// Shapes: LocalStack's recorded snapshots of AWS (tests/aws/services/lambda_/test_lambda_destinations.snapshot.json)
/// and https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html.
struct DestinationRecord {
    let event: AsyncEvent
    let outcome: EventOutcome

    /// The record that a destination gets.
    var bytes: Bytes {
        var json = JSONObjectWriter()
        json.add("version", "1.0")
        json.add("timestamp", ISO8601.format(outcome.moment.milliseconds))
        json.add("requestContext", json: requestContext)
        json.add("requestPayload", json: Self.value(event.payload))
        if let response = outcome.response {
            json.add("responseContext", json: Self.context(of: response))
            json.add("responsePayload", json: Self.value(Bytes(response.payload)))
        }
        return Bytes(json.finish())
    }

    private var requestContext: [UInt8] {
        var json = JSONObjectWriter()
        json.add("requestId", event.id)
        json.add("functionArn", outcome.functionARN)
        json.add("condition", outcome.condition.rawValue)
        json.add("approximateInvokeCount", outcome.invocations)
        return json.finish()
    }

    private static func context(of response: EventOutcome.Response) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("statusCode", 200)
        json.add("executedVersion", response.executedVersion)
        if let error = response.functionError { json.add("functionError", error) }
        return json.finish()
    }

    /// JSON as it is; what a function returned that is none, as a text.
    private static func value(_ payload: Bytes) -> [UInt8] {
        guard !payload.isEmpty, JSONSyntax.error(in: payload) == nil else {
            return payload.isEmpty ? Array("null".utf8) : JSONObjectWriter.quoted(payload.string)
        }
        return payload.withUnsafeBytes { Array($0) }
    }

    /// The name of the object that a bucket gets: `aws/lambda/async/<function>/YYYY/MM/DD/<time>-<UUID>`.
    func objectKey(uuid: String) -> String {
        let moment = ISO8601.format(outcome.moment.milliseconds)
        let (date, time) = (moment.prefix(10), moment.dropFirst(11).prefix(8))
        let folder = date.split(separator: "-").joined(separator: "/")
        let stamp = time.split(separator: ":").joined(separator: ".")
        return "aws/lambda/async/\(event.function)/\(folder)/\(date)T\(stamp)-\(uuid)"
    }

    /// The event as it came, with the error beside it, which a dead-letter target gets.
    var deadLetter: OutgoingMessage {
        let error = error
        var attributes = [
            OutgoingMessage.Attribute(name: "RequestID", type: "String", value: event.id),
            OutgoingMessage.Attribute(name: "ErrorCode", type: "Number", value: "\(error.code)"),
        ]
        if !error.message.isEmpty {
            attributes.append(OutgoingMessage.Attribute(name: "ErrorMessage", type: "String", value: error.message))
        }
        return OutgoingMessage(body: event.payload.string, attributes: attributes, traceHeader: event.traceHeader)
    }

    private struct ErrorPayload: Decodable {
        var errorMessage: String?
    }

    /// The status and the first 1 KB of the message.
    private var error: (code: Int, message: String) {
        guard let response = outcome.response else {
            // Why an event was never run is known from its condition only.
            return outcome.condition == .recursiveInvocation
                ? (400, AWSError.recursiveInvocation.message) : (429, "Rate Exceeded.")
        }
        let payload = try? JSONDecoder().decode(ErrorPayload.self, from: response.payload)
        let message = payload?.errorMessage ?? String(decoding: response.payload, as: UTF8.self)
        return (200, message.prefix(utf8Count: 1024))
    }
}

extension String {
    /// As many whole characters as fit.
    fileprivate func prefix(utf8Count limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var size = 0
        return String(
            prefix { character in
                size += character.utf8.count
                return size <= limit
            })
    }
}
