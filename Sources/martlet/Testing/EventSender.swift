// SPDX-License-Identifier: Apache-2.0
import AWSClient
import AWSWire
import Buffers
import CloudFormation
import Curl
import Emulator
import Foundation
import HTTPClient
import JSON
import Scenario

/// Sends the events of a scenario: to an API, to a function, to a bucket, to a topic.
struct EventSender: Sendable {
    /// What an event gave.
    struct Outcome: Sendable {
        /// As expectations see it.
        var result: JSONValue
        var body = Bytes()
        var url = ""
        /// Whether a function that was asked for it has run.
        var isOfRun = false
    }

    let emulator: Emulator
    let client: HTTPClient
    let aws: AWSClient

    init(emulator: Emulator, client: HTTPClient, region: String) throws {
        self.emulator = emulator
        self.client = client
        aws = try AWSClient.from([
            "AWS_ENDPOINT_URL": emulator.endpoint, "AWS_REGION": region, "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        ])
    }

    func send(_ action: Step.Action, _ placeholders: Placeholders, trace: EventTrace) async throws -> Outcome {
        let members = try placeholders.filled(action.members)
        switch action.trigger {
        case .http: return try await request(members, trace)
        case .invoke: return try await invoke(members, trace)
        case .putObject: return try await putObject(members)
        case .publish: return try await publish(members, trace)
        }
    }

    private func request(_ members: JSONValue, _ trace: EventTrace) async throws -> Outcome {
        let url: String
        if let address = members["url"]?.string {
            url = address
        } else {
            url = try api(members["api"]?.string).url + (members["path"]?.string ?? "/")
        }
        var headers: [(name: String, value: String)] = []
        if case .object(let fields)? = members["headers"] {
            headers = fields.map { ($0.key, $0.value.string ?? $0.value.text) }
        }
        // A presigned URL may be another server's.
        if members["url"] == nil { headers.append(trace.header) }
        let body = members["body"].map(Self.bytes)
        if body != nil, members["body"]?.string == nil { headers.append(("Content-Type", "application/json")) }
        let response = try await client.send(
            CurlRequest(
                method: members["method"]?.string ?? "GET", url: url, headers: headers, body: body,
                timeout: .seconds(60)))
        var result: [String: JSONValue] = ["status": .integer(Int64(response.status))]
        result["headers"] = .object(
            Dictionary(response.head.headers.map { ($0.name.lowercased(), .string($0.value)) }) { first, _ in first })
        result["json"] = JSONValue(parsing: Data(response.body.array))
        return Outcome(result: .object(result), body: response.body, url: url)
    }

    private func invoke(_ members: JSONValue, _ trace: EventTrace) async throws -> Outcome {
        let function = try resource(members["function"]?.string, in: emulator.application.functions, \.logicalID)
        let qualifier = members["qualifier"]?.string ?? emulator.application.soleAlias(of: function)
        let query = qualifier.map { "?Qualifier=\(URIEncoding.encode($0))" } ?? ""
        let isAsynchronous = members["asynchronous"] == true
        let response = try await client.send(
            CurlRequest(
                method: "POST",
                url: "\(emulator.endpoint)/2015-03-31/functions/\(function.functionName)/invocations\(query)",
                headers: [trace.header, ("X-Amz-Invocation-Type", isAsynchronous ? "Event" : "RequestResponse")],
                body: Bytes((members["event"] ?? .null).text), timeout: .seconds(900)))
        if isAsynchronous, response.status == 202 { return Outcome(result: ["status": 202]) }
        guard response.status == 200 else {
            throw ScenarioError("Invoke answered \(response.status): \(response.body.string)")
        }
        var result: [String: JSONValue] = ["payload": JSONValue(parsing: Data(response.body.array)) ?? .null]
        result["functionError"] = response.head.value(of: "X-Amz-Function-Error").map { .string($0) }
        result["executedVersion"] = response.head.value(of: "X-Amz-Executed-Version").map { .string($0) }
        return Outcome(result: .object(result), isOfRun: true)
    }

    private func putObject(_ members: JSONValue) async throws -> Outcome {
        let bucket = try resource(members["bucket"]?.string, in: emulator.application.buckets, \.logicalID)
        _ = try await aws.s3.putObject(
            bucket: bucket.bucketName, key: members["key"]?.string ?? "", body: Self.bytes(members["body"] ?? .null),
            contentType: members["contentType"]?.string)
        return Outcome(result: .object([:]))
    }

    private func publish(_ members: JSONValue, _ trace: EventTrace) async throws -> Outcome {
        let topic = try resource(members["topic"]?.string, in: emulator.application.topics, \.logicalID)
        var form = ["Action": "Publish", "Version": "2010-03-31", "TopicArn": topic.arn]
        form["Message"] = members["message"].map { $0.string ?? $0.text }
        form["Subject"] = members["subject"]?.string
        let text = form.map { "\($0.key)=\(URIEncoding.encode($0.value))" }.joined(separator: "&")
        let response = try await client.send(
            CurlRequest(
                method: "POST", url: "\(emulator.endpoint)/",
                headers: [trace.header, ("Content-Type", "application/x-www-form-urlencoded")], body: Bytes(text),
                timeout: .seconds(60)))
        let answer = response.body.string
        guard response.status == 200, let id = answer.firstRange(of: "<MessageId>") else {
            throw ScenarioError("Publish answered \(response.status): \(answer)")
        }
        return Outcome(result: .object(["messageId": .string(String(answer[id.upperBound...].prefix { $0 != "<" }))]))
    }

    private func api(_ logicalID: String?) throws(ScenarioError) -> Emulator.API {
        let resource = try resource(logicalID, in: emulator.application.apis, \.logicalID)
        guard let api = emulator.apis.first(where: { $0.id == resource.apiID }) else {
            throw ScenarioError("the API \(resource.logicalID) is not served")
        }
        return api
    }

    func resource<Resource>(
        _ logicalID: String?, in resources: [Resource], _ name: KeyPath<Resource, String>
    ) throws(ScenarioError) -> Resource {
        guard let found = resources.first(where: { $0[keyPath: name] == logicalID }) else {
            throw ScenarioError("the template has no such resource: \(logicalID ?? "none is named")")
        }
        return found
    }

    private static func bytes(_ value: JSONValue) -> Bytes { Bytes(value.string ?? value.text) }
}
