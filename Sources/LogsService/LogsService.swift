// SPDX-License-Identifier: Apache-2.0
import AWSWire
public import EventLoop
public import ServiceProtocols

/// CloudWatch Logs: what functions wrote, to be read while they run and afterwards. It lives in memory.
///
/// AWS documentation: CloudWatch Logs API Reference, version 2014-03-28.
public actor LogsService {
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

    /// A way to write to a stream of a group; both are made when they are not there.
    public nonisolated func writer(group: String, stream: String) -> LogWriter {
        LogWriter(logs: self, group: group, stream: stream)
    }

    /// The group of that name, new if need be.
    func makeGroup(_ name: String, at moment: Int64) -> LogGroup {
        if let group = groups[name] { return group }
        let group = LogGroup(name: name, created: moment)
        groups[name] = group
        return group
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
        guard let group = groups[name] else { throw LogsError.noGroup }
        group.expire(now: now)
        return group
    }
}
