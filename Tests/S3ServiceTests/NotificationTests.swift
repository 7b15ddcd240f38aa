// SPDX-License-Identifier: Apache-2.0
import Buffers
import Foundation
import HTTP1
import HTTPServer
import LambdaEvents
import ServiceProtocols
import Store
import TestSupport
import Testing

@testable import S3Service

@Suite("Notifications", .timeLimit(.minutes(1)))
struct NotificationTests {
    private func record(_ invocation: Invocation) throws -> S3Event.Record {
        let event = try JSONDecoder().decode(S3Event.self, from: Data(invocation.payload.array))
        return try #require(event.records.first)
    }

    // Shape: S3 User Guide, "Event message structure"; key encoding as recorded in semantics of S3 (`a@b` is `a%40b`).
    @Test("Each change of a matching key is told once, in AWS's shape, with sequencers that grow")
    func events() async throws {
        try await Fixture.with { s3 async throws in
            try await s3.notify(
                Fixture.rule("s3:ObjectCreated:*", "s3:ObjectRemoved:*", id: "both", prefix: "in/", suffix: ".json"))
            await s3.put("in/red%20flower@.json", "body")
            await s3.put("in/ignored.txt", "body")
            await s3.put("in/copy.json", "", ["x-amz-copy-source": "shelf/in/red%20flower@.json"])
            _ = await s3.send("DELETE", "/shelf/in/copy.json")
            var records: [S3Event.Record] = []
            for _ in 0..<3 {
                let invocation = await s3.lambda.next()
                #expect(invocation.function == Fixture.function)
                #expect(
                    invocation.caller
                        == ServiceCaller(
                            principal: "s3.amazonaws.com", sourceARN: "arn:aws:s3:::shelf",
                            sourceAccount: "000000000000"))
                records.append(try record(invocation))
            }
            #expect(records.map(\.eventName) == ["ObjectCreated:Put", "ObjectCreated:Copy", "ObjectRemoved:Delete"])
            let put = records[0]
            #expect(put.eventVersion == "2.1" && put.eventSource == "aws:s3" && put.awsRegion == "us-east-1")
            #expect(put.eventTime == "2027-01-15T08:00:00.000Z")
            #expect(put.s3.configurationId == "both" && put.s3.bucket.arn == "arn:aws:s3:::shelf")
            #expect(put.s3.object.key == "in/red+flower%40.json")
            #expect(put.s3.object.size == 4 && put.s3.object.eTag == "841a2d689ad86bd1611447453c22c6fc")
            #expect(records[2].s3.object.size == nil && records[2].s3.object.eTag == nil)
            let sequencers = records.compactMap(\.s3.object.sequencer)
            #expect(sequencers == sequencers.sorted() && Set(sequencers).count == 3)
        }
    }

    @Test("An event that Lambda does not take is given again; one that it refuses for good is dropped")
    func retries() async throws {
        try await Fixture.with { s3 async throws in
            try await s3.notify(Fixture.rule("s3:ObjectCreated:*"))
            await s3.lambda.refuse([
                ServiceError(code: "TooManyRequestsException", message: "Rate Exceeded.", status: 429),
                ServiceError(code: "ResourceNotFoundException", message: "Function not found", status: 404),
            ])
            #expect(await s3.put("a", "1").status == 200)
            await s3.clock.nextDeadline()
            s3.clock.advance(by: .seconds(1))
            // The second attempt for "a" met the refusal for good.
            await s3.put("b", "2")
            #expect(try record(await s3.lambda.next()).s3.object.key == "b")
        }
    }

    @Test("What was answered is there after a crash, with its notification; what was not is swept")
    func crash() async throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("s3-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let copy = root.appendingPathComponent("copy")
        try await Fixture.with(root.appendingPathComponent("state")) { s3 async throws in
            try await s3.s3.createBucket("shelf")
            try await s3.notify(Fixture.rule("s3:ObjectCreated:*"))
            await s3.lambda.refuse([ServiceError(code: "ServiceException", message: "", status: 500)])
            let body = Bytes([UInt8](repeating: 3, count: 200_000))
            _ = await s3.send("PUT", "/shelf/kept", body: PiecewiseBody([body]))
            await s3.clock.nextDeadline()
            // The state of a process that dies now: an event that was not taken, and files that nothing refers to.
            try Data([1]).write(to: s3.directory.appendingPathComponent("objects/3/earlier-1"))
            try Data([1]).write(to: s3.directory.appendingPathComponent("objects/incoming/earlier-2"))
            try FileManager.default.copyItem(at: s3.directory, to: copy)
        }
        try await Fixture.with(copy) { s3 async throws in
            let kept = try await s3.get("kept")
            #expect(kept?.count == 200_000)
            await s3.s3.resume()
            let invocation = await s3.lambda.next()
            #expect(invocation.caller?.sourceARN == "arn:aws:s3:::shelf")
            #expect(try record(invocation).s3.object.key == "kept")
            #expect(try s3.files() == 1)
            let document = await s3.send("GET", "/shelf?notification").text
            #expect(document.contains("<CloudFunction>\(Fixture.function)</CloudFunction>"))
        }
    }

    @Test("Events that an earlier version stored get their bucket from what they say")
    func earlierEvents() async throws {
        let store = try Store.inMemory()
        try store.migrate("s3-1") { db in
            try db.run("CREATE TABLE s3_event (id INTEGER PRIMARY KEY, function TEXT, payload BLOB)")
            let payload = #"{"Records":[{"s3":{"bucket":{"name":"shelf"}}}]}"#
            try db.run("INSERT INTO s3_event (function, payload) VALUES ('f', CAST('\(payload)' AS BLOB))")
        }
        try S3Tables.migrate(store)
        #expect(try await store.read { db in try S3Tables.events(db) }.map(\.bucket) == ["shelf"])
        try store.close()
    }

    @Test(
        "A configuration is taken, given back and checked",
        arguments: [
            (
                "<CloudFunctionConfiguration><CloudFunction>\(Fixture.function)</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration>",
                nil
            ),
            ("", nil),
            (
                "<CloudFunctionConfiguration><CloudFunction>\(Fixture.function)gone</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration>",
                "InvalidArgument"
            ),
            (
                "<CloudFunctionConfiguration><CloudFunction>f</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration>",
                "InvalidArgument"
            ),
            (
                "<QueueConfiguration><Queue>arn:aws:sqs:us-east-1:000000000000:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>",
                "NotImplemented"
            ),
            ("<EventBridgeConfiguration/>", "NotImplemented"),
            ("<CloudFunctionConfiguration>", "MalformedXML"),
        ] as [(String, String?)])
    func configuration(rules: String, code: String?) async throws {
        try await Fixture.with { s3 async throws in
            let document = Bytes(
                "<NotificationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(rules)"
                    + "</NotificationConfiguration>")
            let response = await s3.send("PUT", "/shelf?notification", body: document)
            #expect(response.code == code)
            #expect(response.status == 200 || code != nil)
            if rules.contains("gone") {
                #expect(response.text.contains("Unable to validate the following destination configurations"))
                #expect(response.text.contains("Not authorized to invoke function [\(Fixture.function)gone]"))
            }
        }
    }
}
