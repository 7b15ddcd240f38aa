// SPDX-License-Identifier: Apache-2.0
import Buffers
import FoundationEssentials
import ImageApplication
import LambdaRuntime
import Testing

@testable import StateTracker

@Suite("StateTracker")
struct StateTrackerTests {
    let storage = MemoryStorage()
    let endpoint = MemoryEndpoint()

    func send(_ event: String) async -> (payload: String, isError: Bool) {
        let handler = StateTracker(storage: storage, endpoint: endpoint)
        let result = await LambdaTesting.invoke(handler, json: Bytes(event))
        return (result.payload.string, result.isError)
    }

    static func s3(_ key: String, _ name: String = "ObjectCreated:Put") -> String {
        """
        {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1",
        "eventTime":"2026-01-01T00:00:01.000Z","eventName":"\(name)","userIdentity":{"principalId":"A"},
        "requestParameters":{"sourceIPAddress":"127.0.0.1"},
        "responseElements":{"x-amz-request-id":"R","x-amz-id-2":"H"},
        "s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"birds",
        "ownerIdentity":{"principalId":"A"},"arn":"arn:aws:s3:::birds"},
        "object":{"key":"\(key)","size":1,"eTag":"e","sequencer":"01"}}}]}
        """
    }

    static func sns(_ message: String) -> String {
        let text = message.replacing("\"", with: "\\\"").replacing("\n", with: "")
        return """
            {"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"arn:s","Sns":{
            "Type":"Notification","MessageId":"m","TopicArn":"arn:t","Subject":null,"Message":"\(text)",
            "Timestamp":"2026-01-01T00:00:09.000Z","SignatureVersion":"1","Signature":"s","SigningCertUrl":"u",
            "UnsubscribeUrl":"u","MessageAttributes":{}}}]}
            """
    }

    static func result(_ status: String, _ more: String) -> String {
        """
        {"awsRegion":"us-east-1","eventTime":"2026-01-01T00:00:02.000Z","receivedTime":"2026-01-01T00:00:01.000Z",
        "invocationStatus":"\(status)","requestParameters":{"endpointName":"e","inputLocation":"s3://birds/inputs/a.json"},
        \(more),"inferenceId":"a","eventVersion":"1.0","eventSource":"aws:sagemaker","eventName":"InferenceResult"}
        """
    }

    static let completed = sns(
        result("Completed", #""responseParameters":{"outputLocation":"s3://birds/outputs/a.out"}"#))
    static let failed = sns(result("Failed", #""failureReason":"ClientError""#))

    @Test("An uploaded request is recorded and passed on, once")
    func upload() async throws {
        storage.store("inputs/a.json", #"{"prompt": "a wren"}"#)
        let first = await send(Self.s3("inputs/a.json"))
        let report = try JSONDecoder().decode(StateTracker.Report.self, from: Data(first.payload.utf8))
        #expect(report == .init(states: [.init(id: "a", status: .submitted)]))
        _ = await send(Self.s3("inputs/a.json"))
        #expect(endpoint.received == ["a from s3://birds/inputs/a.json"])
        let state = try #require(try await StateStore(storage).state(of: "a"))
        #expect(state.prompt == "a wren")
        #expect(state.times == ["SUBMITTED": "2026-01-01T00:00:01.000Z"])
    }

    @Test("An uploaded file that is no request fails with the reason", arguments: ["no JSON", #"{"prompt": ""}"#])
    func invalidUpload(body: String) async throws {
        storage.store("inputs/a.json", body)
        #expect(!(await send(Self.s3("inputs/a.json"))).isError)
        let state = try #require(try await StateStore(storage).state(of: "a"))
        #expect(state.status == .failed)
        #expect(state.reason?.hasPrefix("invalid request: ") == true)
        #expect(endpoint.received.isEmpty)
    }

    @Test("When passing on fails, the attempt fails, and the next one tries again")
    func passingOnFails() async throws {
        storage.store("inputs/a.json", #"{"prompt": "a wren"}"#)
        let broken = StateTracker(storage: storage, endpoint: MemoryEndpoint(.failure(DrawingFailure(reason: "busy"))))
        let result = await LambdaTesting.invoke(broken, json: Bytes(Self.s3("inputs/a.json")))
        #expect(result.isError)
        _ = await send(Self.s3("inputs/a.json"))
        #expect(endpoint.received.count == 1)
    }

    @Test("Results and pictures move the state on, whatever comes first")
    func wholeWay() async throws {
        for event in [Self.s3("images/a.png"), Self.completed, Self.s3("inputs/a.json"), Self.completed] {
            #expect(!(await send(event)).isError)
        }
        let state = try #require(try await StateStore(storage).state(of: "a"))
        #expect(state.status == .ready)
        #expect(state.image == "images/a.png")
        #expect(state.output == "s3://birds/outputs/a.out")
        #expect(Set(state.times.keys) == ["SUBMITTED", "COMPLETED", "READY"])
        #expect(endpoint.received.isEmpty)
    }

    @Test("A failure is recorded with its reason and its time")
    func failure() async throws {
        #expect(!(await send(Self.failed)).isError)
        let state = try #require(try await StateStore(storage).state(of: "a"))
        #expect(state.status == .failed)
        #expect(state.reason == "ClientError")
        #expect(state.times == ["FAILED": "2026-01-01T00:00:02.000Z"])
    }

    @Test(
        "What concerns no request is told and changes nothing",
        arguments: [
            s3("other/a.txt"), s3("images/a.png", "ObjectRemoved:Delete"), sns("hello"),
            #"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"t","Bucket":"b","RequestId":"r","HostId":"h"}"#,
        ])
    func irrelevant(event: String) async throws {
        let result = await send(event)
        #expect(!result.isError)
        #expect(result.payload.contains(#""states":[]"#))
        #expect(storage.keys.isEmpty)
    }

    @Test("Another event is an error", arguments: ["{}", "null", #"{"Records":[{}]}"#])
    func other(event: String) async {
        #expect((await send(event)).isError)
    }
}
