// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// Groups, streams and how long events are kept.
extension LogsService {
    private static let empty = jsonObject { _ in }
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    private static let retentions: Set<Int64> = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ]

    func createGroup(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        try request.refuse("kmsKeyId", "tags", "logGroupClass", "deletionProtectionEnabled")
        let name = try request.required("logGroupName")
        let isValid = name.utf8.allSatisfy {
            switch $0 {
            case 48...57, 65...90, 97...122: true
            default: "_-/.#".utf8.contains($0)
            }
        }
        guard isValid, (1...512).contains(name.utf8.count) else {
            throw LogsError.invalid(
                "1 validation error detected: Value '\(name)' at 'logGroupName' failed to satisfy constraint: "
                    + "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+")
        }
        guard groups[name] == nil else { throw LogsError.groupExists }
        groups[name] = LogGroup(name: name, created: now)
        return Self.empty
    }

    func deleteGroup(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        guard let group = groups.removeValue(forKey: try request.required("logGroupName")) else {
            throw LogsError.noGroup
        }
        group.isDeleted = true
        return Self.empty
    }

    func describeGroups(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        try request.refuse("accountIdentifiers", "includeLinkedAccounts", "logGroupClass", "logGroupIdentifiers")
        let prefix = try request.text("logGroupNamePrefix")
        let part = try request.text("logGroupNamePattern")
        let limit = try request.limit(upTo: 50, otherwise: 50)
        let after = try request.text("nextToken")
        let names = groups.keys.filter { name in
            name.hasPrefix(prefix ?? "") && (part.map { name.contains($0) } ?? true)
                && (after.map { name > $0 } ?? true)
        }.sorted()
        for name in names { groups[name]?.expire(now: now) }
        return jsonObject { json in
            json.add("logGroups", names.prefix(limit).compactMap { groups[$0] }.map(document(of:)))
            if names.count > limit { json.add("nextToken", names[limit - 1]) }
        }
    }

    private func document(of group: LogGroup) -> [UInt8] {
        jsonObject { json in
            json.add("logGroupName", group.name)
            json.add("creationTime", Int(group.created))
            if let days = group.retentionDays { json.add("retentionInDays", days) }
            json.add("metricFilterCount", 0)
            json.add("arn", "\(arn(ofGroup: group.name)):*")
            json.add("storedBytes", group.storedBytes)
            json.add("logGroupClass", "STANDARD")
            json.add("logGroupArn", arn(ofGroup: group.name))
        }
    }

    func putRetention(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        let name = try request.required("logGroupName")
        guard let days = try request.integer("retentionInDays") else { throw LogsError.missing("retentionInDays") }
        guard Self.retentions.contains(days) else {
            throw LogsError.invalid(
                "1 validation error detected: Value '\(days)' at 'retentionInDays' failed to satisfy constraint: "
                    + "Member must satisfy enum value set: \(Self.retentions.sorted())")
        }
        guard groups[name] != nil else { throw LogsError.noGroup }
        groups[name]?.retentionDays = Int(days)
        return Self.empty
    }

    func deleteRetention(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        let name = try request.required("logGroupName")
        guard groups[name] != nil else { throw LogsError.noGroup }
        groups[name]?.retentionDays = nil
        return Self.empty
    }

    // MARK: Streams

    func createStream(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        let (name, stream) = (try request.required("logGroupName"), try request.required("logStreamName"))
        guard !stream.isEmpty, stream.utf8.count <= 512, !stream.contains(where: { $0 == ":" || $0 == "*" }) else {
            throw LogsError.invalid(
                "1 validation error detected: Value '\(stream)' at 'logStreamName' failed to satisfy constraint: "
                    + "Member must satisfy regular expression pattern: [^:*]*")
        }
        guard let group = groups[name] else { throw LogsError.noGroup }
        guard group.stream(named: stream) == nil else { throw LogsError.streamExists }
        _ = groups[name]?.makeStream(stream, at: now)
        return Self.empty
    }

    func deleteStream(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        let (name, stream) = (try request.required("logGroupName"), try request.required("logStreamName"))
        guard let group = groups[name] else { throw LogsError.noGroup }
        guard let index = group.stream(named: stream) else { throw LogsError.noStream }
        groups[name]?.deleteStream(index)
        return Self.empty
    }

    func describeStreams(_ request: LogsRequest) throws(AWSError) -> [UInt8] {
        let group = try group(request)
        let prefix = try request.text("logStreamNamePrefix")
        let byTime = try request.text("orderBy") == "LastEventTime"
        guard !byTime || prefix == nil else {
            throw LogsError.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
        }
        let limit = try request.limit(upTo: 50, otherwise: 50)
        var streams = group.streams.filter { !$0.isDeleted && $0.name.hasPrefix(prefix ?? "") }
        streams.sort { byTime ? ($0.lastEvent ?? 0, $0.name) < ($1.lastEvent ?? 0, $1.name) : $0.name < $1.name }
        if try request.bool("descending") == true { streams.reverse() }
        var start = 0
        if let token = try request.text("nextToken") {
            guard let last = streams.firstIndex(where: { $0.name == token }) else { throw LogsError.badToken }
            start = last + 1
        }
        let page = streams.dropFirst(start).prefix(limit)
        return jsonObject { json in
            json.add("logStreams", page.map { document(of: $0, in: group) })
            if start + page.count < streams.count, let last = page.last { json.add("nextToken", last.name) }
        }
    }

    private func document(of stream: LogGroup.Stream, in group: LogGroup) -> [UInt8] {
        jsonObject { json in
            json.add("logStreamName", stream.name)
            json.add("creationTime", Int(stream.created))
            if let moment = stream.firstEvent { json.add("firstEventTimestamp", Int(moment)) }
            if let moment = stream.lastEvent { json.add("lastEventTimestamp", Int(moment)) }
            if let moment = stream.lastIngestion { json.add("lastIngestionTime", Int(moment)) }
            json.add("arn", "\(arn(ofGroup: group.name)):log-stream:\(stream.name)")
            json.add("storedBytes", 0)
        }
    }
}
