// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import Buffers
public import EventLoop
import JSON
public import ServiceProtocols

/// CloudWatch Logs: what functions wrote, to be read while they run and afterwards. It lives in memory.
///
/// AWS documentation: CloudWatch Logs API Reference, version 2014-03-28.
public actor LogsService {
    /// Where a writer's lines go: looked up once, not with each line.
    public struct Destination: Sendable {
        let group: String
        let stream: String

        /// A stream of a group, which need not be there yet.
        public init(group: String, stream: String) {
            self.group = group
            self.stream = stream
        }
    }

    let environment: ServiceEnvironment
    private let loop: EventLoop
    var groups: [String: LogGroup] = [:]

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Logs without any group.
    public init(environment: ServiceEnvironment, loop: EventLoop) {
        self.environment = environment
        self.loop = loop
    }

    /// Keeps a line; group and stream are made when they are not there.
    ///
    /// It is called on the loop.
    public nonisolated func append(_ message: Bytes, to destination: Destination, at moment: Timestamp) {
        assumeIsolated { $0.add(message, destination, moment.milliseconds) }
    }

    private func add(_ message: Bytes, _ destination: Destination, _ moment: Int64) {
        let new = LogGroup(name: destination.group, created: moment)
        // In place: a copy of a group is a copy of its events.
        groups[destination.group, default: new].add(message, to: destination.stream, at: moment)
    }

    var now: Int64 { environment.clock.now.milliseconds }

    // MARK: Names

    func arn(ofGroup name: String) -> String {
        "arn:aws:logs:\(environment.region):\(environment.account):log-group:\(name)"
    }

    /// The name of the group that a request is about, which may be given as its ARN.
    func groupName(_ request: LogsRequest) throws(AWSError) -> String {
        if let name = try request.text("logGroupName") { return name }
        guard let identifier = try request.text("logGroupIdentifier") else {
            throw LogsError.missing("logGroupName")
        }
        guard identifier.hasPrefix("arn:") else { return identifier }
        let parts = identifier.split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false)
        guard parts.count == 7 else { throw LogsError.invalid("logGroupIdentifier is no ARN of a log group") }
        return parts[6].hasSuffix(":*") ? String(parts[6].dropLast(2)) : String(parts[6])
    }

    /// The group that a request is about, without what is too old.
    func group(_ request: LogsRequest) throws(AWSError) -> LogGroup {
        let name = try groupName(request)
        groups[name]?.expire(now: now)
        guard let group = groups[name] else { throw LogsError.noGroup }
        return group
    }
}

extension LogGroup {
    mutating func add(_ message: Bytes, to stream: String, at moment: Int64) {
        let index = makeStream(stream, at: moment)
        append(LogEvent(stream: index, timestamp: moment, ingestion: moment, message: message))
    }
}
