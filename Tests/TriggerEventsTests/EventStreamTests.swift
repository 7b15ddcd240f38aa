// SPDX-License-Identifier: Apache-2.0
import Foundation
import Gzip
import JSON
import Randomness
import Testing
import TriggerEvents

@Suite("Events from elsewhere")
struct EventStreamTests {
    private static let place = SamplePlace(account: "123456789012", region: "us-east-1")

    @Test(
        "Formats are told by their contents",
        arguments: [
            (#"{"a": 1}"#, "a.json", SourceFormat.json, [#"{"a": 1}"#]),
            ("[1, \"x\", [2]]", "a.json", .json, ["1", #""x""#, "[2]"]),
            ("{\"a\":1}\n{\"b\":2}\n", "a", .json, [#"{"a":1}"#, #"{"b":2}"#]),
            ("[1]\n[2]\n", "a.jsonl", .jsonl, ["[1]", "[2]"]),
            ("", "a.json", .json, []),
            (#"{"events": [1, {"message": 2}]}"#, "a", .json, [#"{"events": [1, {"message": 2}]}"#]),
            (
                #"{"Messages": [{"MessageId": "m", "Body": "{\"a\":1}", "MessageAttributes": {"RequestID": {"StringValue": "r"}}}]}"#,
                "a", .sqs, [#"{"a":1}"#]
            ),
            (
                #"{"searchedLogStreams": [], "events": [{"timestamp": 5, "message": "got {\"event\":{\"a\":1}} here"}, {"timestamp": 6, "message": "END"}]}"#,
                "a", .cloudWatchLogs, [#"{"a":1}"#]
            ),
            (
                "2026-11-21T20:28:13.000Z START\n2026-11-21T20:28:13.001Z {\n  \"event\": {\"a\": 1}\n}\n2026-11-21T20:28:14.000Z END\n",
                "000000.gz", .cloudWatchLogs, [#"{"a":1}"#]
            ),
            (
                #"[{"detail-type": "T", "source": "s", "detail": {}, "replay-name": "r"}]"#, "a", .eventBridge,
                [#"{"detail-type": "T", "source": "s", "detail": {}, "replay-name": "r"}"#]
            ),
            (
                #"{"description": "d", "invoke": {"function": "F", "event": {"a": 1}}}"#, "a.json", .test, [#"{"a":1}"#]
            ),
            (#"{"description": "d", "http": {"method": "GET", "url": "http://x"}}"#, "a.json", .test, []),
        ])
    func formats(text: String, file: String, format: SourceFormat, payloads: [String]) throws {
        for size in [1, 7, 100_000] {
            let (events, found) = try read(text, file: file, pieces: size)
            #expect(found == format)
            #expect(events.map { String(decoding: $0.payload, as: UTF8.self) } == payloads)
        }
    }

    @Test("A message of a dead-letter queue is the event, its queue's event or what a destination was told")
    func queues() throws {
        let text = """
            {"Messages": [
            {"MessageId": "1", "Body": "{\\"Records\\":[{\\"eventSource\\":\\"aws:s3\\",\\"eventTime\\":\\"1970-01-01T00:00:01Z\\"}]}",
             "Attributes": {"SentTimestamp": "5000"}, "MessageAttributes": {"RequestID": {"DataType": "String"}}},
            {"MessageId": "2", "Body": "{\\"version\\":\\"1.0\\",\\"timestamp\\":\\"1970-01-01T00:00:02.000Z\\",\\"requestContext\\":{\\"functionArn\\":\\"arn:f\\"},\\"requestPayload\\":[7]}"},
            {"MessageId": "3", "Body": "hello", "Attributes": {"SentTimestamp": "3000", "DeadLetterQueueSourceArn": "arn:q"},
             "MessageAttributes": {"colour": {"DataType": "String", "StringValue": "red"}}}]}
            """
        let events = try read(text, file: "dump.json").0
        #expect(events.map(\.moment) == [1000, 2000, 3000])
        #expect(events.map(\.function) == [nil, "arn:f", nil])
        #expect(events.map(\.source) == ["aws:s3", nil, "aws:sqs"])
        #expect(events.map(\.position.description) == ["dump.json:2", "dump.json:4", "dump.json:5"])
        #expect(events[1].payload == Array("[7]".utf8))
        let record = try #require(value(events[2])["Records"]).text
        #expect(record.contains(#""body":"hello""#) && record.contains(#""eventSourceARN":"arn:q""#))
        #expect(
            record.contains(
                #""colour":{"binaryListValues":[],"dataType":"String","stringListValues":[],"stringValue":"red"}"#))
        #expect(record.contains(#""md5OfBody":"5d41402abc4b2a76b9719d911017c592""#))
    }

    @Test("Log messages give the events that are in them, wherever loggers put them")
    func logs() throws {
        let s3 = #"{"Records":[{"eventSource":"aws:s3"}]}"#
        let quoted = JSONValue.string(s3).text
        let messages = [
            s3, "2026-11-21T20:28:13Z\tid\tINFO\t" + s3, #"{"level":"INFO","message":\#(s3)}"#,
            #"{"message":\#(quoted)}"#,
            "{not json} " + s3, #"{"level":"INFO","message":"hello"}"#, #"{"type":"platform.start","record":{}}"#,
            "plain", "{",
        ]
        let text = JSONValue.object([
            "events": .array(messages.map { ["timestamp": 7, "message": .string($0)] })
        ]).text
        let events = try read(text, file: "logs.json").0
        #expect(events.count == 5)
        #expect(events.allSatisfy { $0.payload == Array(s3.utf8) && $0.moment == 7 && $0.source == "aws:s3" })
        let selected = try read(text, file: "logs.json", select: "$.level").0
        #expect(selected.map { String(decoding: $0.payload, as: UTF8.self) } == [#""INFO""#, #""INFO""#])
    }

    @Test("An entry of PutEvents becomes the event of a bus")
    func entries() throws {
        let text =
            #"{"Entries": [{"Source": "shop", "DetailType": "Order", "Detail": "{\"id\": 7}", "Time": "1970-01-01T00:00:03Z"}]}"#
        let event = try #require(try read(text, file: "a").0.first)
        #expect(event.moment == 3000 && event.source == "shop")
        #expect(value(event)["detail"]?.text == #"{"id":7}"# && value(event)["account"]?.string == "123456789012")
        #expect(try read(text, file: "a").0.first == event)
    }

    @Test("Archived requests become proxy events")
    func archive() throws {
        let text = """
            {"log": {"version": "1.2", "creator": {"name": "[x", "version": "]"}, "entries": [
            {"startedDateTime": "1970-01-01T00:00:01.500Z", "request": {"method": "POST", "url": "https://h.example/a/b?q=1#f",
             "httpVersion": "HTTP/1.1", "headers": [{"name": "X-A", "value": "1"}, {"name": ":authority", "value": "h"}],
             "postData": {"mimeType": "application/json", "text": "{}"}}, "response": {"content": {"text": "…"}}},
            {"startedDateTime": "x", "request": {"method": "GET", "url": "data:text/plain,x", "headers": []}},
            {"startedDateTime": "x", "request": {"method": "POST", "url": "http://h", "headers": [],
             "postData": {"params": [{"name": "a b", "value": "1&2"}]}}}]}}
            """
        let events = try read(text, file: "a.har").0
        #expect(events.map(\.moment) == [1500, 0] && events.map(\.source) == ["aws:apigateway", "aws:apigateway"])
        let first = value(events[0])
        #expect(
            first["version"]?.string == "2.0" && first["rawPath"]?.string == "/a/b"
                && first["rawQueryString"]?.string == "q=1")
        #expect(first["headers"]?.text == #"{"host":"h.example","x-a":"1"}"# && first["body"]?.string == "{}")
        #expect(value(events[1])["body"]?.string == "a+b=1%262" && value(events[1])["rawPath"]?.string == "/")
        let rest = value(try read(text, file: "a.har", payloadFormat: .v1).0[0])
        #expect(rest["httpMethod"]?.string == "POST" && rest["multiValueHeaders"]?["X-A"]?.text == #"["1"]"#)
    }

    @Test(
        "Access logs become proxy events",
        arguments: [
            #"{"requestId":"r1","ip":"192.0.2.1","requestTime":"01/Jan/1970:00:00:02 +0000","httpMethod":"GET","routeKey":"GET /items/{id}","path":"/items/7?a=1","status":"200","protocol":"HTTP/1.1"}"#,
            #"192.0.2.1 - - [01/Jan/1970:00:00:02 +0000] "GET GET /items/7?a=1 HTTP/1.1" 200 10 r1"#,
            #"192.0.2.1 - user [01/Jan/1970:00:00:02 +0000]"GET /items/7?a=1 HTTP/1.1" 200 10 r1"#,
        ])
    func accessLogs(line: String) throws {
        let (events, format) = try read(line + "\n\n" + line, file: "access.log")
        #expect(format == .accessLog && events.count == 2 && events[1].position.line == 3)
        let event = value(events[0])
        #expect(
            events[0].moment == 2000 && event["rawPath"]?.string == "/items/7"
                && event["rawQueryString"]?.string == "a=1")
        #expect(event["requestContext"]?["http"]?["sourceIp"]?.string == "192.0.2.1")
        #expect(event["requestContext"]?["requestId"]?.string == "r1")
    }

    @Test(
        "What cannot be read is told with its line",
        arguments: [
            ("{\"a\":1}\n{\"b\":", SourceFormat.json, "f:2: the file ends within a value"),
            ("{\"a\":1}\n{\"b\" 1}", .json, "f:2: this is no JSON"),
            ("[1,\n}", .json, "f:2: '}' is not expected here"), ("1\nx\n", .jsonl, "f:2: this is no JSON"),
            ("{\"Messages\": [\n{}]}", .sqs, "f:2: this message has no Body"),
            ("x", .accessLog, "f:1: this is no line of the common log format"),
            (
                #"{"httpMethod": "GET", "routeKey": "$default"}"#, .accessLog,
                "f:1: the line tells no path: log $context.path"
            ),
            (#"[{}]"#, .eventBridge, "f:1: this is no event of EventBridge: it has no source and detail-type"),
            (
                #"{"description": "d", "invoke": {"function": "F", "event": "${id}"}}"#, .test,
                "f:1: the event has placeholders, which only 'martlet test' can fill in"
            ),
        ])
    func mistakes(text: String, format: SourceFormat, message: String) {
        let error = #expect(throws: SourceError.self) { try read(text, file: "f", format: format) }
        #expect(error?.description == message)
    }

    @Test("What comes before a mistake is handed out")
    func beforeMistakes() {
        for (text, format) in [("1 2 }", SourceFormat.json), ("1\n2\nx", .jsonl), ("[1, 2, {a}]", .json)] {
            var stream = EventStream(file: "f", options: SourceOptions(format: format, place: Self.place))
            let events = stream.take(Array(text.utf8)) + stream.finish()
            #expect(events.map(\.payload) == [Array("1".utf8), Array("2".utf8)])
            #expect(stream.failure != nil)
        }
    }

    @Test("Whatever bytes come, reading ends with events or an error", arguments: 0..<20)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let texts = [
            #"{"log": {"entries": [{"startedDateTime": "x", "request": {"method": "GET", "url": "http://h"}}]}}"#,
            #"{"Messages": [{"MessageId": "1", "Body": "{}"}]}"#, "2026-11-21T20:28:13.000Z {\"event\": {}}\n",
            #"1.1.1.1 - - [01/Jan/1970:00:00:02 +0000] "GET / HTTP/1.1" 200 10 r"#,
        ]
        for _ in 0..<200 {
            var bytes = Array((texts.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            for format in [nil] + SourceFormat.allCases.map(Optional.some) {
                var stream = EventStream(file: "f", options: SourceOptions(format: format, place: Self.place))
                _ = (stream.take(bytes), stream.finish())
            }
        }
    }

    @Test("Files and folders are read one after another, packed or not")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "b"), withIntermediateDirectories: true)
        let lines = (0..<5000).map { "{\"number\":\($0)}\n" }.joined()
        try Data(Gzip.pack(Array(lines.utf8))).write(to: folder.appending(path: "a.gz"))
        try Data("{\"x\":".utf8).write(to: folder.appending(path: "b/bad.json"))
        try Data("{\"last\":1}".utf8).write(to: folder.appending(path: "c.json"))
        try Data("no event".utf8).write(to: folder.appending(path: "README.md"))
        try Data(Gzip.pack(Array(lines.utf8)).dropLast(9)).write(to: folder.appending(path: "d.gz"))
        var files = try EventFiles([folder.path], options: SourceOptions(place: Self.place))
        for number in 0..<5000 { #expect(try files.next()?.payload == Array("{\"number\":\(number)}".utf8)) }
        let error = #expect(throws: SourceError.self) { try files.next() }
        #expect(error?.description == "\(folder.path)/b/bad.json:1: the file ends within a value")
        #expect(try files.next()?.payload == Array("{\"last\":1}".utf8))
        #expect(throws: SourceError.self) { while try files.next() != nil {} }
        #expect(try files.next() == nil)
        #expect(throws: SourceError.self) {
            _ = try EventFiles(["/nowhere"], options: SourceOptions(place: Self.place))
        }
    }

    private func read(
        _ text: String, file: String, pieces size: Int = 100_000, format: SourceFormat? = nil, select: String? = nil,
        payloadFormat: ProxiedRequest.PayloadFormat = .v2
    ) throws -> ([ForeignEvent], SourceFormat?) {
        let select = try select.map { try JSONPath($0) }
        var stream = EventStream(
            file: file,
            options: SourceOptions(format: format, select: select, place: Self.place, payloadFormat: payloadFormat))
        var events: [ForeignEvent] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += stream.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        events += stream.finish()
        if let failure = stream.failure { throw failure }
        return (events, stream.format)
    }

    private func value(_ event: ForeignEvent) -> JSONValue {
        event.payload.withUnsafeBytes { JSONValue(parsing: $0) } ?? .null
    }
}
