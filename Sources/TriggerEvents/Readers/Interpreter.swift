// SPDX-License-Identifier: Apache-2.0
import AWSWire
import JSON

/// Makes events of the values that were found.
struct Interpreter: Sendable {
    /// What is wrong with a value, as a part of a sentence.
    struct Unreadable: Error {
        let reason: String
    }

    /// An event without the place where it was found.
    struct Found {
        var payload: [UInt8]
        var moment: Int64?
        var function: String?
    }

    let options: SourceOptions

    /// The events of one value; none for what is part of the format and no event.
    ///
    /// - Parameters:
    ///   - bytes: a JSON text, or a line of an access log.
    ///   - index: how many values came before.
    func events(in bytes: [UInt8], _ format: SourceFormat, index: Int) throws(Unreadable) -> [ForeignEvent] {
        if format == .accessLog, bytes.first != UInt8(ascii: "{") {
            return [finished(try logged(line: bytes, index: index))]
        }
        guard let value = bytes.withUnsafeBytes({ JSONValue(parsing: $0) }) else {
            throw Unreadable(reason: "this is no JSON")
        }
        if let select = options.select, format != .cloudWatchLogs, format != .sqs {
            return value.values(at: select).map { finished(Found(payload: Array($0.text.utf8))) }
        }
        switch format {
        case .json, .jsonl: return [finished(whole(value, bytes))]
        case .sqs: return try message(value).map(finished)
        case .cloudWatchLogs: return try logged(value).map(finished)
        case .eventBridge: return [finished(try busEvent(value, bytes))]
        case .har: return try archived(value, index: index).map { [finished($0)] } ?? []
        case .accessLog: return [finished(try logged(request: value, index: index))]
        case .test: return try tested(value).map { [finished($0)] } ?? []
        }
    }

    /// The events in a message of a log.
    func events(inMessage message: String, at moment: Int64) -> [ForeignEvent] {
        events(inMessage: message, moment: moment).map(finished)
    }

    /// With what the event itself tells.
    private func finished(_ found: Found) -> ForeignEvent {
        let value = found.payload.withUnsafeBytes { JSONValue(parsing: $0) }
        let known = value.flatMap { KnownEvent($0) }
        return ForeignEvent(
            payload: found.payload, moment: found.moment ?? known?.moment, function: found.function,
            source: known?.source, position: SourcePosition(file: "", line: 0))
    }

    /// An event that was kept whole, or that the record of a destination carries.
    private func whole(_ value: JSONValue, _ bytes: [UInt8]) -> Found {
        destinationRecord(value) ?? Found(payload: bytes)
    }

    /// Shape: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html.
    func destinationRecord(_ value: JSONValue) -> Found? {
        guard let payload = value["requestPayload"], let function = value["requestContext"]?["functionArn"]?.string
        else { return nil }
        let moment = value["timestamp"]?.string.flatMap { ISO8601.parse($0) }
        return Found(
            payload: Array(payload.text.utf8), moment: KnownEvent(payload)?.moment ?? moment, function: function)
    }

    /// The test's event, if it invokes a function.
    private func tested(_ value: JSONValue) throws(Unreadable) -> Found? {
        guard let invoke = value["invoke"] else { return nil }
        guard let event = invoke["event"] else { throw Unreadable(reason: "this test has no event") }
        guard !event.text.contains("${"), !event.text.contains("\"$json\"") else {
            throw Unreadable(reason: "the event has placeholders, which only 'martlet test' can fill in")
        }
        return Found(payload: Array(event.text.utf8), function: invoke["function"]?.string)
    }

    // MARK: Queues and buses

    /// The event that a message stands for, by who put it into its queue.
    private func message(_ value: JSONValue) throws(Unreadable) -> [Found] {
        guard let body = value["Body"]?.string else { throw Unreadable(reason: "this message has no Body") }
        let sent = KnownEvent.milliseconds(value["Attributes"]?["SentTimestamp"])
        let content = JSONValue(parsing: body)
        if let select = options.select {
            guard let content else { throw Unreadable(reason: "the message's Body is no JSON") }
            return content.values(at: select).map { Found(payload: Array($0.text.utf8), moment: sent) }
        }
        if let record = content.flatMap({ destinationRecord($0) }) { return [record] }
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html: the event as it came.
        if value["MessageAttributes"]?["RequestID"] != nil {
            guard let content else { throw Unreadable(reason: "the message's Body is no JSON") }
            return [Found(payload: Array(body.utf8), moment: KnownEvent(content)?.moment ?? sent)]
        }
        return [Found(payload: Array(queueEvent(value, body).text.utf8), moment: sent)]
    }

    /// What a function would have got from the queue of the message.
    private func queueEvent(_ message: JSONValue, _ body: String) -> JSONValue {
        var attributes: [String: JSONValue] = [:]
        if case .object(let members)? = message["MessageAttributes"] {
            attributes = members.mapValues { attribute in
                var event: [String: JSONValue] = ["stringListValues": [], "binaryListValues": []]
                event["dataType"] = attribute["DataType"]
                event["stringValue"] = attribute["StringValue"]
                event["binaryValue"] = attribute["BinaryValue"]
                return .object(event)
            }
        }
        let place = options.place
        let source =
            message["Attributes"]?["DeadLetterQueueSourceArn"] ?? "arn:aws:sqs:\(place.region):\(place.account):unknown"
        return [
            "Records": [
                [
                    "messageId": message["MessageId"] ?? "", "receiptHandle": message["ReceiptHandle"] ?? "",
                    "body": .string(body), "attributes": message["Attributes"] ?? [:],
                    "messageAttributes": .object(attributes),
                    "md5OfBody": .string(Hex.encode(Checksum.value(.md5, of: Array(body.utf8)))),
                    "eventSource": "aws:sqs", "eventSourceARN": source, "awsRegion": .string(place.region),
                ]
            ]
        ]
    }

    /// An event of a bus, or an entry of `PutEvents` as the event that it becomes.
    private func busEvent(_ value: JSONValue, _ bytes: [UInt8]) throws(Unreadable) -> Found {
        if value["detail-type"] != nil, value["source"] != nil { return Found(payload: bytes) }
        guard let type = value["DetailType"], let source = value["Source"], let text = value["Detail"]?.string,
            let detail = JSONValue(parsing: text)
        else { throw Unreadable(reason: "this is no event of EventBridge: it has no source and detail-type") }
        let moment = value["Time"]?.string.flatMap { ISO8601.parse($0) }
        let digest = Hex.encode(Checksum.value(.md5, of: bytes))
        var id = digest.prefix(8) + "-" + digest.dropFirst(8).prefix(4) + "-4" + digest.dropFirst(13).prefix(3)
        id += "-8" + digest.dropFirst(17).prefix(3) + "-" + digest.suffix(12)
        let event: JSONValue = [
            "version": "0", "id": .string(String(id)), "detail-type": type, "source": source,
            "account": .string(options.place.account), "time": .string(ISO8601.formatSeconds(moment ?? 0)),
            "region": .string(options.place.region), "resources": value["Resources"] ?? [], "detail": detail,
        ]
        return Found(payload: Array(event.text.utf8), moment: moment)
    }
}
