// SPDX-License-Identifier: Apache-2.0
import Buffers
import Curl
import EventLoop
import Foundation
import HTTPClient
import JSON

/// Reads the CloudWatch Logs API of an emulator, each line once.
actor LogReader {
    /// One line of a log.
    struct Line {
        let group: String
        let stream: String
        /// In milliseconds since 1970.
        let timestamp: Int64
        let message: String

        /// For programs.
        func json(function: String) -> String {
            let time = Date(timeIntervalSince1970: Double(timestamp) / 1000)
            return JSONValue.object([
                "time": .string(time.formatted(.iso8601.time(includingFractionalSeconds: true))),
                "function": .string(function), "stream": .string(stream), "message": .string(message),
            ]).text
        }
    }

    private let endpoint: String
    private let client: HTTPClient
    private let filter: String?
    /// Of each group, the greatest time that was shown, and the ids of the events of that time and after it.
    private var seen: [String: (timestamp: Int64, ids: Set<String>)] = [:]

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(endpoint: String, loop: EventLoop, filter: String?) {
        self.endpoint = endpoint.withoutTrailingSlash
        self.loop = loop
        self.filter = filter
        client = HTTPClient(loop: loop)
    }

    /// - Throws: ``Refused`` with what the API said, or why nobody answered.
    func groups(withPrefix prefix: String) async throws -> [String] {
        var names: [String] = []
        var token: JSONValue?
        repeat {
            let answer = try await call(
                "DescribeLogGroups", ["logGroupNamePrefix": .string(prefix), "nextToken": token])
            if case .array(let groups)? = answer["logGroups"] {
                names += groups.compactMap { $0["logGroupName"]?.string }
            }
            token = answer["nextToken"]
        } while token != nil
        return names
    }

    /// The lines that were not given yet, by time.
    ///
    /// - Parameter start: in milliseconds since 1970; for groups that are read for the first time.
    /// - Throws: ``Refused`` with what the API said, or why nobody answered.
    func newLines(of groups: [String], since start: Int64) async throws -> [Line] {
        var lines: [Line] = []
        for group in groups { lines += try await newLines(of: group, since: start) }
        return lines.sorted { $0.timestamp < $1.timestamp }
    }

    private func newLines(of group: String, since start: Int64) async throws -> [Line] {
        var lines: [Line] = []
        var token: JSONValue?
        let first = seen[group]?.timestamp ?? start
        repeat {
            let answer = try await call(
                "FilterLogEvents",
                [
                    "logGroupName": .string(group), "startTime": .integer(first), "nextToken": token,
                    "filterPattern": filter.map { .string($0) },
                ])
            if case .array(let events)? = answer["events"] { lines += events.compactMap { take($0, group) } }
            token = answer["nextToken"]
        } while token != nil
        return lines
    }

    private func take(_ event: JSONValue, _ group: String) -> Line? {
        guard case .integer(let timestamp)? = event["timestamp"], let id = event["eventId"]?.string,
            let message = event["message"]?.string
        else { return nil }
        var known = seen[group] ?? (timestamp, [])
        guard !known.ids.contains(id) else { return nil }
        if timestamp > known.timestamp { known = (timestamp, []) }
        known.ids.insert(id)
        seen[group] = known
        return Line(
            group: group, stream: event["logStreamName"]?.string ?? "", timestamp: timestamp, message: message)
    }

    func close() async { await client.close() }

    private func call(_ operation: String, _ members: [String: JSONValue?]) async throws -> JSONValue {
        let body = JSONValue.object(members.compactMapValues { $0 })
        let request = CurlRequest(
            method: "POST", url: "\(endpoint)/",
            headers: [
                ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "Logs_20140328.\(operation)"),
            ], body: Bytes(body.text))
        let response: CurlResponse
        do {
            response = try await client.send(request)
        } catch {
            throw Refused(description: "No answer from \(endpoint): \(error). Is 'martlet start' running there?")
        }
        let answer = JSONValue(parsing: response.body.string) ?? .null
        guard response.status == 200 else {
            let code = answer["__type"]?.string ?? "status \(response.status)"
            throw Refused(description: "\(code): \(answer["message"]?.string ?? response.body.string)")
        }
        return answer
    }
}
